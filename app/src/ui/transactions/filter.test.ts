import { expect, it } from 'vitest';
import type { TransactionFilter } from '$src/outlay';
import { filterFrom, inOrder, isEmpty, listOf, savedQuery, searchOf, without } from './filter';

const back = (filter: TransactionFilter) => filterFrom(new URLSearchParams(searchOf(filter)));

it.each<TransactionFilter>([
  {},
  { account_id: 'a' },
  { account_id: ['a', 'b'], category_id: 'c', uncategorised: true },
  { category_id: 'c', category_alone: true },
  { without_rate: true },
  { with_receipt: true },
  { text: 'coffee & cake, 2', from_day: '2026-01-01', to_day: '2026-02-29' },
  { min_minor: 0, max_minor: 500, kind: 'transfer', currency: 'JPY', tag_id: ['t', 'u', 'v'], payee_id: 'p' }
])('%j stands in the address', (filter) => {
  expect(back(filter)).toEqual(filter);
});

it('takes nothing from an address that it would not have written', () => {
  expect(filterFrom(new URLSearchParams('from_day=yesterday&min_minor=a&max_minor=&kind=loan&account_id=,&uncategorised='))).toEqual({});
  expect(isEmpty({ account_id: [], text: '' })).toBe(true);
});

it('puts in order what was given the wrong way round', () => {
  const right = { from_day: '2026-01-01', to_day: '2026-02-01', min_minor: 0, max_minor: 500, kind: 'expense' } as const;
  expect(inOrder({ ...right, from_day: right.to_day, to_day: right.from_day })).toEqual(right);
  expect(inOrder({ ...right, min_minor: 500, max_minor: 0 })).toEqual(right);
  for (const filter of [right, { from_day: '2026-03-01' }, { to_day: '2026-01-01', min_minor: 5 }, {}]) expect(inOrder(filter)).toEqual(filter);
});

it('understands a saved filter, also one of another app', () => {
  expect(savedQuery({ account_id: ['a', 'b'], text: 'x', of_the_future: [1] })).toEqual({ account_id: ['a', 'b'], text: 'x' });
  for (const query of [null, 'text', 7, []]) expect(savedQuery(query)).toEqual({});
});

it('loses one value after the other', () => {
  const two = without({ kind: 'expense', tag_id: ['a', 'b', 'c'] }, 'tag_id', 'b');
  expect(two).toEqual({ kind: 'expense', tag_id: ['a', 'c'] });
  expect(without(two, 'tag_id', 'a')).toEqual({ kind: 'expense', tag_id: 'c' });
  expect(without(without(two, 'tag_id', 'a'), 'tag_id', 'c')).toEqual({ kind: 'expense' });
  expect(without({ category_id: 'c', category_alone: true }, 'category_id', 'c')).toEqual({});
  expect(without(two, 'kind')).toEqual({ tag_id: ['a', 'c'] });
  expect(listOf(two.tag_id)).toEqual(['a', 'c']);
});
