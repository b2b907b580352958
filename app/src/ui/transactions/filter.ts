/** A filter as the address of the screen says it, both ways. Pure. */
import type { TransactionFilter } from '$src/outlay';

const TEXTS = ['currency', 'text'] as const;
const DAYS = ['from_day', 'to_day'] as const;
const LISTS = ['account_id', 'category_id', 'payee_id', 'tag_id'] as const;
const NUMBERS = ['min_minor', 'max_minor'] as const;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export function filterFrom(params: { get(name: string): string | null }): TransactionFilter {
  const filter: TransactionFilter = {};
  for (const name of TEXTS) {
    const value = params.get(name);
    if (value) filter[name] = value;
  }
  for (const name of DAYS) {
    const value = params.get(name);
    if (value && DAY.test(value)) filter[name] = value;
  }
  for (const name of LISTS) {
    const values = (params.get(name) ?? '').split(',').filter(Boolean);
    const [first] = values;
    if (first) filter[name] = values.length > 1 ? values : first;
  }
  for (const name of NUMBERS) {
    const value = Number(params.get(name) || NaN);
    if (Number.isSafeInteger(value)) filter[name] = value;
  }
  const kind = params.get('kind');
  if (kind === 'expense' || kind === 'income' || kind === 'transfer') filter.kind = kind;
  if (params.get('uncategorised')) filter.uncategorised = true;
  if (params.get('category_alone') && filter.category_id) filter.category_alone = true;
  if (params.get('without_rate')) filter.without_rate = true;
  if (params.get('with_receipt')) filter.with_receipt = true;
  return filter;
}

/** Two days or two amounts that were given the wrong way round are meant the other way. */
export function inOrder(filter: TransactionFilter): TransactionFilter {
  const { from_day, to_day, min_minor, max_minor } = filter;
  return {
    ...filter,
    ...(from_day && to_day && from_day > to_day ? { from_day: to_day, to_day: from_day } : {}),
    ...(min_minor !== undefined && max_minor !== undefined && min_minor > max_minor ? { min_minor: max_minor, max_minor: min_minor } : {})
  };
}

export function searchOf(filter: TransactionFilter): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0)) params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

export const isEmpty = (filter: TransactionFilter): boolean => searchOf(filter) === '';

/** One value or several, as a list. */
export const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** Without one of its values; what has none left is gone. */
export function without(filter: TransactionFilter, name: keyof TransactionFilter, value?: string): TransactionFilter {
  const { [name]: held, ...rest } = filter;
  const kept = value === undefined ? [] : listOf(held as string | readonly string[]).filter((other) => other !== value);
  if (kept.length > 0) return { ...rest, [name]: kept.length > 1 ? kept : kept[0] };
  return name === 'category_id' ? without(rest, 'category_alone') : rest;
}

/** A saved filter as this app understands it, whatever wrote it. */
export function savedQuery(query: unknown): TransactionFilter {
  const given = typeof query === 'object' && query !== null ? (query as TransactionFilter) : {};
  return filterFrom(new URLSearchParams(searchOf(given)));
}
