/** Reports of what is held: the accounts, and net worth over time. */
import { dayNumber, dayOf } from '../kernel/dates.ts';
import { checkSum } from '../kernel/money.ts';
import type { AccountRow, Book } from './book.ts';
import type { Cell } from './cells.ts';
import { compare } from './rates.ts';
import type { AccountFlows, Accounts, Amount, BalanceOverTime, BalancePoint } from './shapes.ts';
import { plus, type Sums } from './sums.ts';

/** Account id → currency → minor units. Only live accounts: what lies on a deleted one is not held. */
type Held = Map<string, Map<string, number>>;

/** Income, expense, transfers, opening and closing balance of each account. */
export function accounts(book: Book): Accounts {
  const { ask, values } = book;
  const held = openings(book);
  const shown = askedAccounts(book);
  const opening = new Map(shown.map((row) => [row.id, valued(book, held, row, dayBefore(ask.from_day))]));
  const cells = book.reader.cells('account', book.whole());
  add(held, cells);
  const closing = new Map(shown.map((row) => [row.id, valued(book, held, row, ask.to_day)]));
  const by = new Map<string, Sums>(shown.map((row) => [row.id, values.sums()]));
  for (const cell of cells) {
    if (!by.has(cell.part)) by.set(cell.part, values.sums());
    by.get(cell.part)!.add(cell);
  }
  const currencies = new Map(shown.map((row) => [row.id, row.currency]));
  const others = [...by.keys()].filter((key) => !currencies.has(key)).sort(compare);
  const rows = [...currencies.keys(), ...others].map(
    (key): AccountFlows => ({
      account_id: key || null,
      currency: currencies.get(key) ?? null,
      opening: opening.get(key) ?? plus([]),
      closing: closing.get(key) ?? plus([]),
      flows: book.total(by.get(key)!)
    })
  );
  const whole = book.together(by.values());
  const worth = plus(closing.values());
  return {
    report: 'accounts',
    accounts: rows,
    total: book.total(whole),
    net_worth: { opening: plus(opening.values()), closing: worth },
    ...book.header(whole, worth)
  };
}

/** What all accounts (or the asked one) held before the first day and at the end of each bucket. */
export function balanceOverTime(book: Book): BalanceOverTime {
  const { ask, values } = book;
  const held = openings(book);
  const shown = askedAccounts(book);
  const worth = (day: string): Amount => plus(shown.map((row) => valued(book, held, row, day)));
  const opening = worth(dayBefore(ask.from_day));
  const buckets = book.cut(ask.bucket);
  const changes = buckets.spans.map((): Cell[] => []);
  for (const cell of book.reader.cells('balance', buckets)) changes[cell.bucket]!.push(cell);
  const points = buckets.spans.map(([from_day, to_day], index): BalancePoint => {
    add(held, changes[index]!);
    return { from_day, to_day, balance: worth(to_day) };
  });
  return {
    report: 'balance_over_time',
    bucket: ask.bucket,
    opening,
    points,
    ...book.header(values.sums(), points.at(-1)!.balance)
  };
}

function askedAccounts(book: Book): AccountRow[] {
  return book.accounts.filter((row) => book.ask.account === null || book.ask.account === row.id);
}

/** What each account holds before the first day. */
function openings(book: Book): Held {
  const held: Held = new Map(book.accounts.map((row) => [row.id, new Map([[row.currency, row.opening_minor]])]));
  add(held, book.reader.before('balance', book.ask.from_day, book.ask.calendar));
  return held;
}

function add(held: Held, cells: readonly Cell[]): void {
  for (const { part, currency, amountMinor } of cells) {
    const of = held.get(part);
    of?.set(currency, checkSum((of.get(currency) ?? 0) + amountMinor));
  }
}

/** An account's balance: its own currency always, another only when something is left of it. */
function valued(book: Book, held: Held, row: AccountRow, day: string): Amount {
  const kept = [...held.get(row.id)!].filter(([currency, amount]) => amount !== 0 || currency === row.currency);
  return book.values.held(new Map(kept), day);
}

function dayBefore(day: string): string {
  return dayOf(dayNumber(day) - 1);
}
