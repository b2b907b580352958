// What was typed before the accounts came, and what of a transaction was changed.
import { describe, expect, test } from 'vitest';
import type { AccountView, Settings, TransactionView } from '$src/outlay';
import { changed, EditorForm, finished, type Snapshot } from './form.svelte';

const bank = { id: 'bank', archived: false, count: 0, last_day: null, currency: 'EUR' } as AccountView;
const settings = { default_kind: 'income', default_account_id: null, default_category_id: 'food' } as Settings;

describe('a form that was typed into before the accounts came', () => {
  test('takes what nobody chose from the book', () => {
    const form = new EditorForm();
    form.text = '75';
    const typed = form.snapshot();
    form.start(settings, [bank], {});
    form.resume(typed, false);
    expect([form.kind, form.text, form.account_id, form.category_id]).toEqual(['income', '75', 'bank', null]);
  });

  test('keeps the kind that was chosen, with its category', () => {
    const form = new EditorForm();
    form.text = '75';
    const typed = form.snapshot();
    form.start(settings, [bank], { kind: 'expense' });
    form.resume(typed, false);
    expect([form.kind, form.category_id]).toEqual(['expense', 'food']);
  });

  test.each([['bank', null], ['', 'food']])('a draft of account "%s" and without a category has then %s', (account_id, category_id) => {
    const form = new EditorForm();
    form.account_id = account_id;
    const typed = form.snapshot();
    form.start(settings, [bank], { kind: 'expense' });
    form.resume(typed, true);
    expect([form.account_id, form.category_id]).toEqual(['bank', category_id]);
  });
});

test.each([
  // amount, parts, what is said to be missing, what is written
  ['30', ['30', ''], null, [3000]],
  ['30', ['20', '10', ''], null, [2000, 1000]],
  ['30', ['', ''], 'split', []],
  ['30', ['20', ''], 'split', [2000]],
  ['30', ['30', '0'], 'split', [3000]],
  ['30', ['30', '-5'], 'split', [3000]]
] as const)('of %s in parts of %j is missing: %s', (text, parts, missing, written) => {
  const form = new EditorForm();
  form.start(settings, [bank], { kind: 'expense' });
  form.text = text;
  form.split = parts.map((part, at) => ({ category_id: `category ${at}`, text: part }));
  expect(form.missing).toBe(missing);
  expect(form.input('EUR').lines?.map((line) => line.amount_minor)).toEqual(written.length ? written : undefined);
});

const lunch = {
  kind: 'expense', amount_minor: 1250, currency: 'EUR', account_id: 'bank', to_account_id: null, to_amount_minor: null, to_currency: null,
  lines: [{ category_id: 'food', amount_minor: 1250 }], rate: '1.1', base_currency: 'USD', day: '2026-01-20', time: null, utc_offset_min: null,
  payee_name: 'Lidl', note: 'Lunch', tag_names: ['Trip']
} as unknown as TransactionView;
const purse = { ...bank, id: 'purse' };
const sides = { kind: 'expense', account_id: 'bank', amount_minor: 1250, currency: 'EUR', to_account_id: null, to_amount_minor: null };

describe('a draft of a transaction that others have changed since', () => {
  const formOf = (item: TransactionView) => {
    const form = new EditorForm();
    form.load(item, [bank, purse], false);
    return form;
  };
  /** What is said when a draft is saved over what is there today. */
  const said = (today: Partial<TransactionView>, change: (form: EditorForm) => void) => {
    const before = formOf(lunch);
    change(before);
    const form = formOf({ ...lunch, ...today });
    const shown = form.input('USD');
    form.restore(JSON.parse(JSON.stringify(before.snapshot())) as Snapshot, form.accounts);
    return { form, said: changed(shown, form.input('USD')) };
  };

  test('puts back what was typed, and shows the rest as it is today', () => {
    const { form, said: note } = said({ amount_minor: 990, payee_name: 'Aldi', tag_names: [] }, (form) => (form.note = 'Dinner'));
    expect(note).toEqual({ note: 'Dinner' });
    expect([form.text, form.payee, form.tags, form.untouched]).toEqual(['9.90', 'Aldi', [], false]);
    expect(said({ note: 'Brunch', account_id: 'purse' }, (form) => form.typeAmount('20')).said).toEqual({ ...sides, account_id: 'purse', amount_minor: 2000 });
  });

  test('takes a category and a split for one', () => {
    const split = [{ category_id: 'food', amount_minor: 1000 }, { category_id: 'fun', amount_minor: 250 }];
    const { form } = said({ lines: split } as Partial<TransactionView>, (form) => (form.category_id = 'home'));
    expect([form.category_id, form.split]).toEqual(['home', []]);
  });

  test('is none once all of it is there, and counts from what it is shown over', () => {
    const { form } = said({ note: 'Dinner' }, (form) => (form.note = 'Dinner'));
    expect(form.untouched).toBe(true);
    const twice = said({ note: 'Brunch' }, (form) => form.typeAmount('20')).form;
    expect(twice.snapshot().shown).toMatchObject({ note: 'Brunch', text: '12.50' });
  });
});

describe('a transaction that is changed', () => {
  const said = (change: (form: EditorForm) => void) => {
    const form = new EditorForm();
    form.load(lunch, [bank, purse], false);
    const before = form.input('USD');
    change(form);
    return changed(before, form.input('USD'));
  };

  test('says nothing of what nobody touched', () => {
    expect(said(() => undefined)).toEqual({});
    expect(said((form) => (form.note = 'Dinner'))).toEqual({ note: 'Dinner' });
    expect(said((form) => (form.category_id = 'fun'))).toEqual({ category_id: 'fun' });
    expect(said((form) => (form.tags = []))).toEqual({ tags: [] });
  });

  test('says what belongs together together', () => {
    expect(said((form) => form.typeAmount('20'))).toEqual({ ...sides, amount_minor: 2000 });
    expect(said((form) => (form.account_id = 'purse'))).toEqual({ ...sides, account_id: 'purse' });
    expect(said((form) => (form.time = '08:30'))).toEqual({ time: '08:30', utc_offset_min: expect.any(Number) as number });
    expect(said((form) => (form.rate = ''))).toEqual({ rate: null });
    expect(said((form) => ((form.kind = 'transfer'), (form.to_account_id = 'purse'), (form.payee = '')))).toEqual(
      { ...sides, kind: 'transfer', to_account_id: 'purse', to_amount_minor: 1250, lines: [], payee: null }
    );
  });
});

test.each([['0.92', '0.92'], ['1.', '1'], ['.9', '0.9'], ['0', ''], ['.', ''], ['', ''], ['1.2.3', ''], [`0.${'0'.repeat(12)}1`, '']])('of the rate "%s" is typed "%s"', (typed, rate) => {
  expect(finished(typed)).toBe(rate);
});

describe('other accounts', () => {
  const [dollars, yen] = [{ ...bank, id: 'dollars', currency: 'USD' }, { ...bank, id: 'yen', currency: 'JPY' }];
  const formOf = (kind: 'expense' | 'transfer') => {
    const form = new EditorForm();
    form.start(settings, [bank, purse, dollars, yen], { kind, account_id: kind === 'expense' ? 'dollars' : 'bank', to_account_id: 'dollars' });
    return form;
  };

  test('leave no rate of a currency that is gone', () => {
    const form = formOf('expense');
    Object.assign(form, { text: '100', rate: '0.9' });
    form.choose({ account_id: 'yen' });
    expect(form.input('EUR').rate).toBeUndefined();
    form.rate = '0.006';
    form.choose({ account_id: 'yen' });
    expect(form.input('EUR').rate).toBe('0.006');
  });

  test('take what followed along: the rate, and what arrives in another currency', () => {
    const form = formOf('transfer');
    form.typeAmount('100');
    form.typeRate('1.1');
    form.choose({ account_id: 'purse' });
    form.balance();
    expect([form.to_text, form.cross_rate]).toEqual(['110', '1.1']);
    form.choose({ to_account_id: 'yen' });
    form.known_rate = '160';
    form.balance();
    expect([form.to_text, form.cross_rate]).toEqual(['16000', '']);
    form.known_rate = '';
    form.balance();
    expect([form.to_text, form.missing]).toEqual(['', 'to_amount']);
  });

  test('leave the two amounts that were typed, as long as they are of their currencies', () => {
    const form = formOf('transfer');
    form.typeArrives('110');
    form.typeAmount('100');
    form.choose({ account_id: 'yen' });
    form.known_rate = '0.006';
    form.balance();
    expect([form.text, form.to_text]).toEqual(['100', '110']);
    form.choose({ to_account_id: 'purse' });
    form.balance();
    expect([form.text, form.to_text]).toEqual(['100', '0.60']);
  });
});

const dollars = { ...bank, id: 'dollars', currency: 'USD' };
test.each([
  ['1.10', '110', false],
  ['', '', false],
  ['1.', '100', false],
  ['0', '', true],
  ['1.2.3', '', true],
  ['999999999999', '', true]
])('of 100 at a rate of "%s" arrive "%s"; that is none: %s', (rate, arrives, faulty) => {
  const form = new EditorForm();
  form.start(settings, [bank, dollars], { kind: 'transfer', account_id: 'bank', to_account_id: 'dollars' });
  form.typeAmount('100000');
  form.typeRate(rate);
  form.typeAmount('100');
  expect([form.to_text, form.faultyRate()]).toEqual([arrives, faulty]);
});

test('a kind that was tapped by mistake takes no part of a split, and no category', () => {
  const form = new EditorForm();
  form.start(settings, [bank], { kind: 'expense', category_id: 'food' });
  form.text = '30';
  form.begin_split();
  form.turn('income');
  expect([form.kind, form.category_id, form.split]).toEqual(['income', null, []]);
  form.category_id = 'salary';
  form.turn('transfer');
  form.turn('expense');
  expect([form.category_id, form.split.map((line) => line.category_id)]).toEqual(['food', ['food', null]]);
  form.turn('income');
  expect(form.category_id).toBe('salary');
});
