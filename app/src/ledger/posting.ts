/**
 * Schedules become transactions: what is due, and the operations that post, confirm or
 * skip it. Twin: server/outlay/ledger/posting.py. An instance has the id
 * UUIDv5(schedule, day): whoever posts it first has posted it, for all devices, and one
 * that was deleted stays deleted (`merge.createAgain`).
 */
import type { InstanceEdit } from '../api.ts';
import { uuid5 } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Schedule, Transaction } from '../store/entities.ts';
import type { Port } from '../store/port.ts';
import { liveRows, readRow, readRows } from '../store/rows.ts';
import type { Op } from './entities.ts';
import { Inputs } from './inputs.ts';
import { occurrences } from './recurrence.ts';

/** Instances of one mutation. */
const AT_ONCE = 50;

export function instanceId(schedule_id: string, day: string): string {
  return uuid5(schedule_id, day);
}

/** May it be posted? Not when it was put away, or its account was deleted: then it waits for another one. */
export function isActive({ archived, kind, account_id, to_account_id }: Schedule): boolean {
  return !archived && account_id !== null && (kind !== 'transfer' || to_account_id !== null);
}

/** Days that are due and neither skipped nor, of those known here, posted (or deleted again). In order. */
export function dueDays(port: Port, book_id: string, schedule: Schedule, through: string): string[] {
  const days = occurrences(schedule.start_day, schedule.rule, { after: schedule.done_through, through })
    .filter((day) => !schedule.skipped.includes(day));
  const known = readRows(port, book_id, 'transaction', days.map((day) => instanceId(schedule.id, day)));
  return days.filter((day) => !known.has(instanceId(schedule.id, day)));
}

/** What posts by itself and is due: one change for each schedule. */
export function duePlans(port: Port, book_id: string, today: string, mint: () => string): { id: string; ops: Op[] }[] {
  return liveRows(port, book_id, 'schedule', `AND mode = 'post' ORDER BY id`).filter(isActive).flatMap((schedule) => {
    const ops = postOps(port, book_id, schedule, today, mint);
    return ops.length > 0 ? [{ id: schedule.id, ops }] : [];
  });
}

/** Posts what is due, at most 50 at a time, and says how far it is done. */
export function postOps(port: Port, book_id: string, schedule: Schedule, today: string, mint: () => string): Op[] {
  const days = occurrences(schedule.start_day, schedule.rule, { after: schedule.done_through, through: today }).slice(0, AT_ONCE);
  const last = days.at(-1);
  if (last === undefined) return [];
  const due = new Set(dueDays(port, book_id, schedule, last));
  const inputs = new Inputs(port, book_id, mint);
  const ops = days.filter((day) => due.has(day)).flatMap((day) => instanceOps(inputs, schedule, day));
  return [...ops, doneOp(schedule, last, schedule.skipped)];
}

function doneOp({ id }: Schedule, done_through: string | null, skipped: readonly string[]): Op {
  const f = { done_through, skipped: skipped.filter((day) => done_through === null || day > done_through) };
  return { e: 'schedule', id, k: 'set', f };
}

/** A transaction as the schedule says, at the rate of its day. */
function instanceOps(inputs: Inputs, schedule: Schedule, day: string): Op[] {
  const { kind, account_id, amount_minor, currency, to_account_id, to_amount_minor, to_currency, lines } = schedule;
  const { payee_id, note, tag_ids, time } = schedule;
  return inputs.create(instanceId(schedule.id, day), {
    kind, account_id: account_id ?? '', amount_minor, currency, to_account_id, to_amount_minor, lines, payee_id, note, tag_ids, time, day,
    ...(to_currency === null ? {} : { to_currency })
  });
}

function scheduleOf(port: Port, book_id: string, id: string): Schedule {
  const row = readRow(port, book_id, 'schedule', id);
  if (!row || row.deleted) throw new Refusal('gone', 'id');
  return row;
}

/**
 * Confirms one instance. It is made as the schedule says and then changed, so that of two
 * people who confirm with different amounts both are heard.
 */
export function confirmOps(port: Port, book_id: string, id: string, day: string, given: InstanceEdit, mint: () => string): { id: string; ops: Op[] } {
  const schedule = scheduleOf(port, book_id, id);
  if (!isActive(schedule)) throw new Refusal('account_missing', 'account_id');
  const inputs = new Inputs(port, book_id, mint);
  const made = instanceOps(inputs, schedule, day);
  const fields = made.at(-1)?.f as unknown as Transaction;
  const row: Transaction = { ...fields, id: instanceId(id, day), ver: 0, deleted: false, extra: null };
  const changed = Object.keys(given).length > 0 ? inputs.edit(row, given) : [];
  return { id: row.id, ops: [...made, ...changed, handled(port, book_id, schedule, day, false)] };
}

/** Skips one instance: it is not asked for again. */
export function skipOps(port: Port, book_id: string, id: string, day: string): Op[] {
  return [handled(port, book_id, scheduleOf(port, book_id, id), day, true)];
}

/** How far a schedule is done when this day is: to the last day before the first that is still open. */
function handled(port: Port, book_id: string, schedule: Schedule, day: string, skip: boolean): Op {
  const days = occurrences(schedule.start_day, schedule.rule, { after: schedule.done_through, through: day });
  const open = new Set(dueDays(port, book_id, schedule, day));
  open.delete(day);
  const first = days.findIndex((one) => open.has(one));
  const done = first < 0 ? day : (days[first - 1] ?? schedule.done_through);
  const skipped = skip ? [...new Set([...schedule.skipped, day])].sort() : schedule.skipped;
  return doneOp(schedule, done, skipped);
}
