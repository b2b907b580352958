/** Exchange rates a person enters or brings in, and the entries that a new rate can count. Plans only. */
import type { CommandArgs } from '../api.ts';
import { uuid5 } from '../kernel/ids.ts';
import { limit } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Transaction } from '../store/entities.ts';
import type { Port, Value } from '../store/port.ts';
import { liveRows, readRow } from '../store/rows.ts';
import { entityOf, type Op } from './entities.ts';
import { newestRate } from './inputs.ts';
import { fillBase, find, type Newest } from './rates.ts';

interface Place {
  port: Port;
  book_id: string;
}

interface Planned {
  id: string | null;
  ops: Op[];
}

type OneRate = CommandArgs['setRates']['rates'][number];

const MONEY = entityOf('transaction').groups.get('money') as (keyof Transaction)[];
/** Of one command: a change that fits in a push. */
const MOST = limit('push_operations') - 1;

function rateOp({ port, book_id }: Place, { day, from_currency, to_currency, rate }: OneRate): Op | null {
  const id = uuid5(book_id, `rate:${day}:${from_currency}:${to_currency}`);
  const stored = readRow(port, book_id, 'rate', id);
  if (stored && !stored.deleted) return stored.rate === rate ? null : { e: 'rate', id, k: 'set', f: { rate } };
  if (stored) return { e: 'rate', id, k: 'restore', f: { rate } };
  return { e: 'rate', id, k: 'create', f: { day, from_currency, to_currency, rate } };
}

/** A rate, and with `fill` the entries without one that it counts, in one change. */
export function settingRate(place: Place, { fill = false, ...rate }: CommandArgs['setRate']): Planned {
  const op = rateOp(place, rate);
  const ops = op ? [op] : [];
  const id = uuid5(place.book_id, `rate:${rate.day}:${rate.from_currency}:${rate.to_currency}`);
  return { id, ops: fill ? [...ops, ...filling(place, knowing(newestRate(place.port, place.book_id), rate))] : ops };
}

/** Many rates at once; those that are known already are left as they are. Refuses `push_too_large`. */
export function settingRates(place: Place, { rates }: CommandArgs['setRates']): Planned {
  if (rates.length > MOST) throw new Refusal('push_too_large', 'rates');
  return { id: null, ops: rates.flatMap((rate) => rateOp(place, rate) ?? []) };
}

/**
 * Every entry without a rate that a known one can count, as many as one change may hold; with `other_base` also those
 * that were written under another base currency, at the rates of their days.
 */
export function fillingRates(place: Place, { other_base = false }: CommandArgs['fillRates']): Planned {
  return { id: null, ops: filling(place, newestRate(place.port, place.book_id), other_base) };
}

/** `newest` with one more rate known. */
function knowing(newest: Newest, rate: OneRate): Newest {
  return (from, to, day) => {
    const stored = newest(from, to, day);
    const is = rate.from_currency === from && rate.to_currency === to && rate.day <= day;
    return is && (!stored || stored[0] <= rate.day) ? [rate.day, rate.rate] : stored;
  };
}

/** What has no value in any base loses nothing by getting one in today's. The amount stays, so a lock does not matter. */
function filling({ port, book_id }: Place, newest: Newest, other_base = false): Op[] {
  const base_currency = readRow(port, book_id, 'settings', book_id)?.base_currency;
  if (!base_currency) throw new Refusal('book_without_settings');
  const ops: Op[] = [];
  const open_ones = other_base ? '(base_minor IS NULL OR base_currency <> :base_currency)' : 'base_minor IS NULL';
  const bound: Record<string, Value> = other_base ? { base_currency } : {};
  for (const [currency] of port.rows(`SELECT DISTINCT currency FROM "transaction" WHERE book_id = :book_id AND ${open_ones} AND NOT deleted`, { ...bound, book_id })) {
    // no rate of any day: its entries need not be read
    if (!find(String(currency), base_currency, '9999-12-31', newest) && currency !== base_currency) continue;
    const open = liveRows(port, book_id, 'transaction', `AND ${open_ones} AND currency = :currency ORDER BY day DESC, id`, { ...bound, currency: String(currency) });
    for (const row of open) {
      if (ops.length >= MOST) return ops;
      const filled = { ...row, rate: null, base_minor: null, base_currency };
      fillBase(filled, newest);
      if (filled.base_minor === null) continue;
      const f = Object.fromEntries(MONEY.map((name) => [name, filled[name]]));
      ops.push({ e: 'transaction', id: row.id, k: 'set', f, ...(row.reconciled ? { unlock: true } : {}) });
    }
  }
  return ops;
}
