/** What is planned, as the screens ask for it: budgets, schedules and what comes of them, receipts. */
import type { BudgetView, QueryParams, ReceiptView, ScheduleView, TemplateView, Upcoming } from '../api.ts';
import { dayNumber, dayOf } from '../kernel/dates.ts';
import { convert } from '../kernel/money.ts';
import type { Schedule } from '../store/entities.ts';
import type { FileState } from '../store/files.ts';
import type { Port } from '../store/port.ts';
import { liveRows, readRow } from '../store/rows.ts';
import { amounts } from './budgets.ts';
import { newestRate } from './inputs.ts';
import { dueDays, isActive } from './posting.ts';
import { find } from './rates.ts';
import { instalment, monthly, nextDay } from './recurrence.ts';

const AHEAD_DAYS = 30;

export function budgets(port: Port, book_id: string, { archived = true }: QueryParams['budgets']): BudgetView[] {
  const known = amounts(port, book_id);
  return liveRows(port, book_id, 'budget', `${archived ? '' : 'AND NOT archived'} ORDER BY position, id`).map((row) => ({
    ...row, category_name: nameOf(port, book_id, 'category', row.category_id), amounts: known.get(row.id) ?? []
  }));
}

export function schedules(port: Port, book_id: string, { archived = true }: QueryParams['schedules'], today: string): ScheduleView[] {
  const base = readRow(port, book_id, 'settings', book_id)?.base_currency ?? null;
  const newest = newestRate(port, book_id);
  return liveRows(port, book_id, 'schedule', `${archived ? '' : 'AND NOT archived'} ORDER BY position, id`).map((row) => {
    const month_minor = monthly(row.amount_minor, row.start_day, row.rule);
    const rate = base === null ? null : row.currency === base ? '1' : (find(row.currency, base, today, newest)?.rate ?? null);
    const category_id = row.lines[0]?.category_id ?? null;
    const due = row.archived ? [] : dueDays(port, book_id, row, today);
    const name = (entity: 'account' | 'payee' | 'category', id: string | null) => nameOf(port, book_id, entity, id);
    return {
      ...row, category_id, category_name: name('category', category_id), account_name: name('account', row.account_id),
      to_account_name: name('account', row.to_account_id), payee_name: name('payee', row.payee_id), due,
      waiting: !row.archived && !isActive(row), next_day: due[0] ?? comingDay(row, today), month_minor,
      base_month_minor: base === null || rate === null ? null : convert(month_minor, rate, row.currency, base),
      instalment: instalment(row.start_day, row.rule, row.done_through)
    };
  });
}

/** The first day after today and after all that is done, and not skipped. */
function comingDay({ start_day, rule, done_through, skipped }: Schedule, today: string): string | null {
  let after: string | null = done_through === null || done_through < today ? today : done_through;
  for (let tries = 0; tries <= skipped.length; tries++) {
    after = nextDay(start_day, rule, after);
    if (after === null || !skipped.includes(after)) return after;
  }
  return null;
}

/** What is due, and what comes within `days`; in order of the days. */
export function upcoming(port: Port, book_id: string, { days = AHEAD_DAYS }: QueryParams['upcoming'], today: string): Upcoming[] {
  const through = dayOf(dayNumber(today) + days);
  const made = liveRows(port, book_id, 'schedule', 'AND NOT archived ORDER BY position, id').flatMap((row) => {
    const { id: schedule_id, name, mode, kind, account_id, amount_minor, currency } = row;
    const payee_name = nameOf(port, book_id, 'payee', row.payee_id);
    const category_id = row.lines[0]?.category_id ?? null;
    const account_name = nameOf(port, book_id, 'account', account_id);
    return dueDays(port, book_id, row, through).map((day): Upcoming => ({
      schedule_id, day, due: day <= today, name, mode, kind, account_id, account_name, amount_minor, currency, payee_name, category_id,
      instalment: instalment(row.start_day, row.rule, day)
    }));
  });
  return made.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

export function templates(port: Port, book_id: string): TemplateView[] {
  return liveRows(port, book_id, 'template', 'ORDER BY position, id').map((row) => {
    const name = (entity: 'account' | 'payee' | 'category', id: string | null) => nameOf(port, book_id, entity, id);
    return {
      ...row, account_name: name('account', row.account_id), to_account_name: name('account', row.to_account_id), payee_name: name('payee', row.payee_id),
      category_name: name('category', row.lines?.[0]?.category_id ?? null),
      tag_names: row.tag_ids.flatMap((id) => {
        const tag = readRow(port, book_id, 'tag', id);
        return tag && !tag.deleted ? [tag.name] : [];
      })
    };
  });
}

export function receipts(port: Port, book_id: string, { transaction_id }: QueryParams['receipts']): ReceiptView[] {
  const owner = readRow(port, book_id, 'transaction', transaction_id);
  if (!owner || owner.deleted) return [];
  const rows = liveRows(port, book_id, 'receipt', 'AND transaction_id = :transaction_id ORDER BY position, id', { transaction_id });
  return rows.map((row) => {
    const file = port.one<{ state: FileState; problem: string | null }>('SELECT state, problem FROM file WHERE sha256 = :sha256', { sha256: row.sha256 });
    return { ...row, state: file?.state ?? 'away', problem: file?.problem ?? null };
  });
}

function nameOf(port: Port, book_id: string, entity: 'account' | 'payee' | 'category', id: string | null): string | null {
  return id === null ? null : (readRow(port, book_id, entity, id)?.name ?? null);
}
