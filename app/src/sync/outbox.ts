/**
 * The outbox: changes made here, in order, until the server has confirmed them, and
 * for 30 days after (a restored server asks for them again). Beside it the shadow:
 * the confirmed state of every row that a pending change touches.
 * Everything here runs inside the caller's transaction.
 */
import { limit } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { apply, place, type Applied, type Placed, type Touched } from '../ledger/commands.ts';
import type { EntityName } from '../store/entities.ts';
import { readMeta, writeMeta, type Meta } from '../store/meta.ts';
import type { Port } from '../store/port.ts';
import { indexRows } from '../store/search.ts';
import { versionOf, type Mutation, type Op } from './wire.ts';

export const PUSH_MUTATIONS = limit('push_mutations');
export const PUSH_OPS = limit('push_operations');
/** Room for the envelope around the mutations. */
export const PUSH_BYTES = limit('push_bytes') - 50_000;

/** How long a confirmed change is kept for a server that was restored from a backup. */
export const KEPT_ACKED_MS = 30 * 24 * 3600 * 1000;

export interface Change {
  mid: string;
  name: string;
  ops: readonly Op[];
  made_at: number;
}

/** Operations in changes that each fit in a push. */
export function changesOf(ops: readonly Op[]): Op[][] {
  const changes: Op[][] = [];
  let room = 0;
  for (const op of ops) {
    const bytes = new TextEncoder().encode(JSON.stringify(op)).length;
    const last = changes.at(-1);
    if (last && last.length < PUSH_OPS && bytes <= room) last.push(op);
    else {
      changes.push([op]);
      room = PUSH_BYTES;
    }
    room -= bytes + 1;
  }
  return changes;
}

/** Facts of an opened file; sync never runs before there are some. */
export function meta(port: Port): Meta {
  const facts = readMeta(port);
  if (!facts) throw new Error('the database file has no book');
  return facts;
}

export function isRecorded(port: Port, mid: string): boolean {
  return port.value('SELECT 1 FROM outbox WHERE mid = :mid', { mid }) !== null;
}

/**
 * Makes a change: rows for the eye, shadow, outbox, all or nothing. A repeat (same
 * `mid`, sent again after a tab took over) changes nothing and returns null.
 */
export function record(port: Port, change: Change): Applied | null {
  if (isRecorded(port, change.mid)) return null;
  if (change.ops.length > PUSH_OPS) throw new Refusal('too_many', 'ops', '', { limit: PUSH_OPS });
  const facts = meta(port);
  const base = versionOf(facts.cursor);
  const outcome = apply(port, facts.book_id, { ...change, base });
  if (!outcome.status.startsWith('ok')) {
    throw new Refusal(outcome.status.split(':')[1] ?? outcome.status, outcome.field ?? null, '', outcome.params);
  }
  remember(port, facts.book_id, change.mid, outcome.touched);
  port.run(
    `INSERT INTO outbox(seq, mid, name, ops, base, made_at, state)
     VALUES (:seq, :mid, :name, :ops, :base, :made_at, 'pending')`,
    { seq: facts.next_seq, mid: change.mid, name: change.name, ops: JSON.stringify(change.ops), base, made_at: change.made_at }
  );
  writeMeta(port, { next_seq: facts.next_seq + 1 });
  return outcome;
}

/** Keeps the confirmed row of everything a pending change touched, and what it touched. */
function remember(port: Port, book_id: string, mid: string, touched: readonly Touched[]): void {
  const ids = new Map<EntityName, string[]>();
  for (const { entity, id, before } of touched) {
    const row = before === null ? null : JSON.stringify(before);
    port.run('INSERT INTO shadow(entity, id, row) VALUES (:entity, :id, :row) ON CONFLICT DO NOTHING', { entity, id, row });
    port.run('INSERT INTO touched(mid, entity, id) VALUES (:mid, :entity, :id) ON CONFLICT DO NOTHING', { mid, entity, id });
    ids.set(entity, [...(ids.get(entity) ?? []), id]);
  }
  for (const [entity, changed] of ids) indexRows(port, book_id, entity, changed);
}

interface StoredChange {
  position: number;
  seq: number;
  mid: string;
  name: string;
  ops: string;
  base: number;
  made_at: number;
}

const CHANGE = 'SELECT position, seq, mid, name, ops, base, made_at FROM outbox';
const PENDING = `${CHANGE} WHERE state = 'pending'`;

/** The next changes to send, in order, within the limits of one push. */
export function nextBatch(port: Port, mutations = PUSH_MUTATIONS): Mutation[] {
  const sizes = port.rows(
    `SELECT seq, json_array_length(ops), length(CAST(ops AS BLOB)) FROM outbox WHERE state = 'pending' ORDER BY seq LIMIT :mutations`,
    { mutations }
  );
  let [ops, bytes, last] = [0, 0, 0];
  for (const [seq, count, length] of sizes) {
    ops += Number(count);
    bytes += Number(length) + 300;
    if (last > 0 && (ops > PUSH_OPS || bytes > PUSH_BYTES)) break;
    last = Number(seq);
  }
  return port
    .all<StoredChange>(`${PENDING} AND seq <= :last ORDER BY seq`, { last })
    .map(({ seq, mid, base, made_at, name, ops: text }) => ({ seq, mid, base, made_at, name, ops: JSON.parse(text) as Op[] }));
}

export function pendingCount(port: Port): number {
  return port.value<number>(`SELECT count(*) FROM outbox WHERE state = 'pending'`) ?? 0;
}

/**
 * A new identity for this file: pending changes are numbered anew under it, their
 * ids stay, so the server knows again what it already has (SYNC 2.7, 2.10).
 * `again` also sends the confirmed ones that are still kept; `dropExpired` follows as soon as the server's time is known.
 */
export function newDevice(port: Port, device_id: string, again = false): void {
  if (again) {
    port.run(`UPDATE outbox SET state = 'pending' WHERE state = 'acked'`);
    port.run(`UPDATE outbox SET base = 0 WHERE state = 'pending'`);
  }
  writeMeta(port, { device_id, last_ack: 0 });
  renumber(port);
}

function renumber(port: Port): void {
  const { last_ack } = meta(port);
  const positions = port.rows(`SELECT position FROM outbox WHERE state = 'pending' ORDER BY position`);
  positions.forEach(([position], index) =>
    port.run('UPDATE outbox SET seq = :seq WHERE position = :position', { seq: last_ack + 1 + index, position: position ?? null })
  );
  writeMeta(port, { next_seq: last_ack + 1 + positions.length });
}

/**
 * Of what is to be sent again (`newDevice`), lets go of what was confirmed more than 30 days ago: a device that was
 * away still has it, and what others have deleted since may not come back. Before anything of it is sent or shown.
 */
export function dropExpired(port: Port, server_ms: number): void {
  const dropped = port.run(`DELETE FROM outbox WHERE state = 'pending' AND acked_at_ms < :before`, { before: server_ms - KEPT_ACKED_MS });
  port.run(`UPDATE outbox SET acked_at_ms = NULL WHERE state = 'pending'`);
  if (dropped > 0) renumber(port);
}

/** A confirmed change leaves the queue but stays for 30 days, by the server's clock: this device's may jump. */
export function confirm(port: Port, mid: string, status: string, ver: number, server_ms: number): void {
  port.run(`UPDATE outbox SET state = 'acked', status = :status, ver = :ver, acked_at_ms = :server_ms WHERE mid = :mid`, {
    mid, status, ver, server_ms
  });
}

/**
 * Takes a change that the server cannot read out of the queue: what it did here is taken back, the ones behind it move
 * up, and it stays with its payload and `rejected:<code>` for the person (ledger's `attention`) to try again or let go.
 */
export function setAside(port: Port, { seq, mid, code }: { seq: number; mid: string; code: string }): void {
  const status = `rejected:${code}`;
  const moved = port.run(`UPDATE outbox SET state = 'refused', status = :status WHERE state = 'pending' AND mid = :mid AND seq = :seq`, {
    status, mid, seq
  });
  if (moved === 0) return;
  port.run(`UPDATE outbox SET seq = seq - 1 WHERE state = 'pending' AND seq > :seq`, { seq });
  const { book_id, next_seq } = meta(port);
  writeMeta(port, { next_seq: next_seq - 1 });
  const touched = port.rows('SELECT entity, id FROM touched WHERE mid = :mid', { mid }).map(([entity, id]) => key(String(entity), String(id)));
  port.run('DELETE FROM touched WHERE mid = :mid', { mid });
  const unwound = unwind(port, new Set(touched));
  place(port, book_id, unwound.placed);
  for (const { entity, id } of unwound.placed) indexRows(port, book_id, entity, [id]);
  replay(port, book_id, unwound.replay);
}

export function dropOldAcked(port: Port, server_ms: number): void {
  port.run(`DELETE FROM outbox WHERE state = 'acked' AND acked_at_ms < :before`, { before: server_ms - KEPT_ACKED_MS });
}

/** Key of a row in sets. */
export function key(entity: string, id: string): string {
  return `${entity} ${id}`;
}

/**
 * Takes back what pending changes did to `rows`, and to every row that a change
 * which touched one of them touched as well: afterwards those rows are as the
 * server confirmed them. Returns what to place, and the changes to replay.
 */
export function unwind(port: Port, rows: ReadonlySet<string>): { placed: Placed[]; replay: StoredChange[] } {
  const affected = new Set(rows);
  const changes = new Map<string, StoredChange>();
  const queue = [...rows];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [entity = '', id = ''] = next.split(' ');
    const found = port.all<StoredChange>(`${PENDING} AND mid IN (SELECT mid FROM touched WHERE entity = :entity AND id = :id)`, { entity, id });
    for (const change of found) {
      if (changes.has(change.mid)) continue;
      changes.set(change.mid, change);
      for (const [other, otherId] of port.rows('SELECT entity, id FROM touched WHERE mid = :mid', { mid: change.mid })) {
        const also = key(String(other), String(otherId));
        if (!affected.has(also)) {
          affected.add(also);
          queue.push(also);
        }
      }
    }
  }
  return { placed: takeShadows(port, affected), replay: forget(port, changes) };
}

function takeShadows(port: Port, affected: ReadonlySet<string>): Placed[] {
  const placed: Placed[] = [];
  for (const name of affected) {
    const [entity = '', id = ''] = name.split(' ');
    const shadow = port.one<{ row: string | null }>('SELECT row FROM shadow WHERE entity = :entity AND id = :id', { entity, id });
    if (!shadow) continue;
    placed.push({ entity: entity as EntityName, id, row: shadow.row === null ? null : (JSON.parse(shadow.row) as Placed['row']) });
    port.run('DELETE FROM shadow WHERE entity = :entity AND id = :id', { entity, id });
  }
  return placed;
}

function forget(port: Port, changes: ReadonlyMap<string, StoredChange>): StoredChange[] {
  for (const mid of changes.keys()) port.run('DELETE FROM touched WHERE mid = :mid', { mid });
  return [...changes.values()].sort((a, b) => a.seq - b.seq);
}

/**
 * Does pending changes again on top of what the server confirmed. One that no
 * longer fits shows nothing here and stays queued: the server decides about it.
 */
export function replay(port: Port, book_id: string, changes: readonly StoredChange[]): void {
  for (const change of changes) {
    const ops = JSON.parse(change.ops) as Op[];
    const outcome = apply(port, book_id, { mid: change.mid, ops, base: change.base, made_at: change.made_at });
    remember(port, book_id, change.mid, outcome.status.startsWith('ok') ? outcome.touched : []);
  }
}

/** How many changes were set aside: only this device has them. */
export function setAsideCount(port: Port): number {
  return port.value<number>(`SELECT count(*) FROM outbox WHERE state = 'refused'`) ?? 0;
}

/** What only this device has, in the order it was made: what waits, and what was set aside. */
export function onlyHere(port: Port): StoredChange[] {
  return port.all<StoredChange>(`${CHANGE} WHERE state IN ('pending', 'refused') ORDER BY position`);
}

/** Every pending change, in order (after a hydration all of them are replayed). */
export function allPending(port: Port): StoredChange[] {
  return port.all<StoredChange>(`${PENDING} ORDER BY seq`);
}
