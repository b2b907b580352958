// Random work of a household, so that devices collide in every way the ledger knows. From a seed.
import { expect } from 'vitest';
import type { AccountView, BudgetView, CategoryView, Changed, CommandArgs, CommandName, PayeeView, ScheduleView, Settings, TransactionView, Upcoming } from '../../src/api.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { COUNTED, WRONG_ACCOUNT_SUMS } from '../../src/ledger/commands.ts';
import { linesOf } from '../../src/ledger/lines.ts';
import type { Row } from '../../src/ledger/entities.ts';
import { liveRows } from '../../src/store/rows.ts';
import type { TestDevice } from './device.ts';

type Random = () => number;

const CURRENCIES = ['EUR', 'EUR', 'USD', 'JPY'];

/** What was done and what the rules refused, by command. */
export class Storm {
  readonly done: Record<string, number> = {};
  readonly #random: Random;
  readonly #undo = new Map<TestDevice, string[]>();

  constructor(random: Random) {
    this.#random = random;
  }

  rage(device: TestDevice, steps: number): void {
    for (let n = 0; n < steps; n++) this.#step(device);
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.#random() * list.length)];
  }

  #step(device: TestDevice): void {
    const accounts = device.query<AccountView[]>('accounts', { archived: false });
    const categories = device.query<CategoryView[]>('categories', { kind: 'expense' });
    const { items } = device.query<{ items: TransactionView[] }>('transactions', { limit: 12 });
    const account = this.#pick(accounts);
    const top = this.#pick(categories);
    const category = this.#pick([top, ...(top?.children ?? [])]);
    const old = this.#pick(items);
    const day = `2026-${this.#random() < 0.5 ? '10' : '11'}-${10 + Math.floor(this.#random() * 19)}`;
    const amount_minor = 1 + Math.floor(this.#random() * 99_999);
    const dice = this.#random();
    if (!account || accounts.length < 3 || dice < 0.05) {
      return this.#give(device, 'addAccount', { name: `Account ${dice}`, kind: 'bank', currency: this.#pick(CURRENCIES)! });
    }
    if (this.#random() < 0.12) return this.#plan(device, account, category?.id ?? null, amount_minor, day);
    if (dice < 0.3) {
      const half = Math.max(1, Math.floor(amount_minor / 2));
      const lines = this.#random() < 0.3 && amount_minor > 1
        ? [{ category_id: category?.id ?? null, amount_minor: half }, { category_id: null, amount_minor: amount_minor - half }]
        : [{ category_id: category?.id ?? null, amount_minor }];
      return this.#give(device, 'addTransaction', {
        kind: 'expense', account_id: account.id, amount_minor, day, lines,
        payee: this.#pick(['Aldi', 'ALDI ', 'Rewe', 'Müller', null])!, tags: this.#random() < 0.3 ? ['holiday'] : []
      });
    }
    if (dice < 0.4) {
      const to = this.#pick(accounts.filter(({ id }) => id !== account.id))!;
      return this.#give(device, 'addTransaction', {
        kind: 'transfer', account_id: account.id, to_account_id: to.id, amount_minor, day,
        to_amount_minor: to.currency === account.currency ? amount_minor : amount_minor * 2
      });
    }
    if (dice < 0.47) return this.#give(device, 'setRate', { day, from_currency: 'USD', to_currency: 'EUR', rate: (0.5 + dice).toFixed(4) });
    if (dice < 0.5) return this.#give(device, 'setSettings', { first_day_of_month: 1 + Math.floor(this.#random() * 28) });
    if (dice < 0.54) return this.#give(device, 'addCategory', { name: `New ${dice}`, kind: 'expense', parent_id: top?.id ?? null });
    if (dice < 0.57 && top) return this.#give(device, 'deleteCategory', { id: category!.id, into: this.#random() < 0.5 ? (this.#pick(categories)?.id ?? null) : null });
    if (dice < 0.59 && top) return this.#give(device, 'mergeCategory', { id: category!.id, into: this.#pick(categories)!.id });
    if (dice < 0.61) return this.#give(device, 'deleteAccount', { id: account.id });
    if (dice < 0.63) {
      const payees = device.query<PayeeView[]>('payees', {});
      const [from, into] = [this.#pick(payees), this.#pick(payees)];
      return from && into ? this.#give(device, 'mergePayee', { id: from.id, into: into.id }) : undefined;
    }
    if (dice < 0.68) {
      const token = this.#undo.get(device)?.pop();
      return token === undefined ? undefined : this.#give(device, 'undo', { token });
    }
    if (!old) return;
    if (dice < 0.76) return this.#give(device, 'editTransaction', { id: old.id, note: `note ${dice}` });
    if (dice < 0.83 && old.kind !== 'transfer') return this.#give(device, 'editTransaction', { id: old.id, amount_minor, category_id: category?.id ?? null });
    if (dice < 0.88) return this.#give(device, 'editTransaction', { id: old.id, day, payee: 'Rewe' });
    if (dice < 0.93) return this.#give(device, 'editTransactions', { ids: items.slice(0, 4).map(({ id }) => id), fields: { day, tags: ['bulk'] } });
    this.#give(device, 'deleteTransaction', { id: old.id });
  }

  /** Budgets, schedules, and the instances that two devices may both confirm. */
  #plan(device: TestDevice, account: AccountView, category_id: string | null, amount_minor: number, day: string): void {
    const budget = this.#pick(device.query<BudgetView[]>('budgets', {}));
    const schedules = device.query<ScheduleView[]>('schedules', {});
    const schedule = this.#pick(schedules);
    const due = this.#pick(device.query<Upcoming[]>('upcoming', {}).filter((one) => one.due));
    const dice = this.#random();
    if (!schedule || schedules.length < 2) {
      const rule = this.#pick(['FREQ=DAILY;COUNT=6', 'FREQ=WEEKLY;BYDAY=MO,FR', 'FREQ=MONTHLY;BYMONTHDAY=-1'])!;
      const money = { kind: 'expense', account_id: account.id, amount_minor, category_id } as const;
      return this.#give(device, 'addSchedule', { ...money, name: 'Rent', start_day: '2026-10-26', rule, mode: dice < 0.3 ? 'post' : 'ask' });
    }
    if (dice < 0.2) return this.#give(device, 'addBudget', { category_id, period: 'month', currency: 'EUR', amount_minor, from_day: '2026-01-01', carry_over: dice < 0.1 });
    if (dice < 0.35 && budget) return this.#give(device, 'editBudget', { id: budget.id, amount_minor, from_day: '2026-02-01', once: dice < 0.25 });
    if (dice < 0.38 && budget) return this.#give(device, 'deleteBudget', { id: budget.id });
    if (dice < 0.65 && due) return this.#give(device, 'confirmInstance', { id: due.schedule_id, day: due.day, ...(dice < 0.45 ? { fields: { amount_minor: 7 } } : {}) });
    if (dice < 0.75 && due) return this.#give(device, 'skipInstance', { id: due.schedule_id, day: due.day });
    if (dice < 0.8) return this.#give(device, 'editSchedule', { id: schedule.id, mode: dice < 0.77 ? 'post' : 'ask' });
    if (dice < 0.85) return this.#give(device, 'editSchedule', { id: schedule.id, account_id: account.id, note: `note ${day}` });
    if (dice < 0.88) return this.#give(device, 'deleteSchedule', { id: schedule.id });
    this.#give(device, 'addTemplate', { name: 'Coffee', kind: 'expense', account_id: account.id });
  }

  /** A refusal is an answer too; anything else is a mistake of ours. */
  #give<C extends CommandName>(device: TestDevice, name: C, args: CommandArgs[C]): void {
    try {
      const { undo } = device.command(name, args) as Changed;
      if (undo !== undefined) this.#undo.set(device, [...(this.#undo.get(device) ?? []), undo]);
      this.done[name] = (this.done[name] ?? 0) + 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.done[`refused ${error.code}`] = (this.done[`refused ${error.code}`] ?? 0) + 1;
    }
  }
}

/** Lines follow from documents, rollups from lines, and nothing live points to what is gone. */
export function expectTrue(device: TestDevice): void {
  const { port } = device;
  const { book_id } = device.core.book.meta;
  const documents = liveRows(port, book_id, 'transaction');
  const lines = documents.flatMap((row) => linesOf(row as unknown as Row).map((line) => JSON.stringify([row.id, ...line]))).sort();
  const stored = port.rows(
    `SELECT transaction_id, position, day, day_number, flow, account_id, category_id, currency, amount_minor, base_minor, base_currency FROM line`
  ).map((row) => JSON.stringify(row)).sort();
  expect(stored).toEqual(lines);
  const { first_day_of_month } = device.query<Settings>('settings');
  const counted = port.rows(COUNTED, { book_id, first_day: first_day_of_month }).map((row) => JSON.stringify(row)).sort();
  const kept = port.rows(
    `SELECT month, account_id, category_id, flow, currency, base_currency, amount_minor, base_minor, count, count_without_rate FROM rollup WHERE count <> 0`
  ).map((row) => JSON.stringify(row)).sort();
  expect(kept).toEqual(counted);
  expect(port.rows(WRONG_ACCOUNT_SUMS, { book_id })).toEqual([]);
  const ids = (entity: 'account' | 'category' | 'payee' | 'tag') => new Set(liveRows(port, book_id, entity).map(({ id }) => id));
  const [accounts, categories, payees, tags] = [ids('account'), ids('category'), ids('payee'), ids('tag')];
  for (const row of documents) {
    for (const id of [row.account_id, row.to_account_id]) if (id !== null) expect(accounts).toContain(id);
    for (const { category_id } of row.lines) if (category_id !== null) expect(categories).toContain(category_id);
    if (row.payee_id !== null) expect(payees).toContain(row.payee_id);
    for (const id of row.tag_ids) expect(tags).toContain(id);
    if (row.kind !== 'transfer') expect(row.lines.reduce((sum, line) => sum + line.amount_minor, 0)).toBe(row.amount_minor);
  }
}
