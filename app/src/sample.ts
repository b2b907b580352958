/**
 * Sample data for a first look: the last hundred days of an invented household, as the
 * commands a person would have given. The same day gives the same household.
 */
import type { CommandArgs } from './api.ts';
import { dayNumber, dayOf } from './kernel/dates.ts';
import { exponent } from './kernel/money.ts';
import { categoryId } from './ledger/defaults.ts';

const DAYS = 100;

/** What a euro of everyday prices is roughly in currencies with small units. */
const SCALE: Record<string, number> = {
  JPY: 150, INR: 40, KRW: 1200, HUF: 350, IDR: 12000, VND: 20000, CNY: 5, RUB: 60, TRY: 25, CZK: 22, PLN: 4, SEK: 10, NOK: 10,
  DKK: 7, MXN: 15, BRL: 5, ZAR: 15, THB: 30, PHP: 45, ISK: 140, CLP: 900, COP: 4000, ARS: 900, NGN: 900, EGP: 30, PKR: 200
};

/** Category, payee, least and most euros, chance a day (0 with `on`: that day of the month). */
type Habit = [category: string, payee: string, least: number, most: number, chance: number, on?: number];

const HABITS: readonly Habit[] = [
  ['food.groceries', 'Corner Market', 18, 74, 0.38],
  ['food.groceries', 'Farm Shop', 6, 22, 0.15],
  ['food.coffee', 'Café Lumen', 2.8, 7.4, 0.35],
  ['food.restaurant', 'Trattoria Nove', 19, 58, 0.1],
  ['transport.public', 'City Transport', 2.9, 8.7, 0.25],
  ['transport.fuel', 'Station North', 42, 71, 0.05],
  ['leisure.events', 'Odeon Cinema', 11, 26, 0.05],
  ['shopping.clothes', 'Thread & Co', 24, 120, 0.04],
  ['shopping.household', 'Hardware Hill', 7, 60, 0.05],
  ['health.pharmacy', 'Pharmacy at the Gate', 5, 28, 0.05],
  ['home.rent', 'Harbour Housing', 940, 940, 0, 1],
  ['home.energy', 'City Power', 86, 86, 0, 5],
  ['bills.phone', 'Telewave', 19.99, 19.99, 0, 12],
  ['bills.subscriptions', 'Streambox', 11.99, 11.99, 0, 17],
  ['bills.insurance', 'Mutual Insurance', 34.5, 34.5, 0, 20],
  ['health.sport', 'Climbing Hall', 45, 45, 0, 3]
];

export interface SampleBook {
  accounts: (CommandArgs['addAccount'] & { id: string })[];
  transactions: (CommandArgs['addTransaction'] & { id: string })[];
}

/** `mint` makes ids; `today` is the last day of the sample. */
export function sampleBook(book_id: string, base_currency: string, today: string, mint: () => string): SampleBook {
  const random = repeatable(dayNumber(today));
  const unit = 10 ** exponent(base_currency);
  const minor = (euros: number) => Math.max(1, Math.round(euros * (SCALE[base_currency] ?? 1) * unit));
  const bank = { id: mint(), name: 'Bank', kind: 'bank', currency: base_currency, opening_minor: minor(2400), icon: 'landmark', colour: 'blue' } as const;
  const savings = { id: mint(), name: 'Savings', kind: 'savings', currency: base_currency, opening_minor: minor(5200), icon: 'piggy-bank', colour: 'teal' } as const;
  const made: SampleBook = { accounts: [bank, savings], transactions: [] };
  const last = dayNumber(today);
  for (let number = last - DAYS; number <= last; number++) {
    const day = dayOf(number);
    const date = Number(day.slice(8));
    const add = (input: Omit<CommandArgs['addTransaction'], 'day' | 'account_id'>) =>
      made.transactions.push({ id: mint(), day, account_id: bank.id, time: `${10 + Math.floor(random() * 10)}:${10 + Math.floor(random() * 50)}`, ...input });
    if (date === 28) add({ kind: 'income', amount_minor: minor(2850), category_id: categoryId(book_id, 'salary'), payee: 'Meridian Works', note: 'Salary' });
    if (date === 29) add({ kind: 'transfer', amount_minor: minor(300), to_account_id: savings.id, note: 'Put aside' });
    for (const [category, payee, least, most, chance, on] of HABITS) {
      const due = on === undefined ? random() < chance : on === date;
      if (due) add({ kind: 'expense', amount_minor: minor(least + random() * (most - least)), category_id: categoryId(book_id, category), payee });
    }
    if (date === 14) add(split(book_id, minor));
  }
  return made;
}

/** One bill, two categories. */
function split(book_id: string, minor: (euros: number) => number): Omit<CommandArgs['addTransaction'], 'day' | 'account_id'> {
  const lines = [
    { category_id: categoryId(book_id, 'food.groceries'), amount_minor: minor(41.3) },
    { category_id: categoryId(book_id, 'shopping.household'), amount_minor: minor(17.95) }
  ];
  const amount_minor = lines.reduce((sum, line) => sum + line.amount_minor, 0);
  return { kind: 'expense', amount_minor, lines, payee: 'Corner Market', note: 'Groceries and a new pan' };
}

/** mulberry32: 0 ≤ x < 1 from a seed. */
function repeatable(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
