/**
 * What comes from the server: pages are staged until the last one, then rows,
 * cursor and acknowledgements land in one transaction (SYNC 2.7, 2.8). Nothing
 * staged is ever shown. Everything here is one transaction of its own.
 */
import { fill, place, type Placed } from '../ledger/commands.ts';
import type { Row } from '../ledger/entities.ts';
import { refers } from '../ledger/references.ts';
import { PortState } from '../ledger/state.ts';
import { ENTITY_NAMES, FIELDS, isEntity, type EntityName } from '../store/entities.ts';
import { checkAgain } from '../store/files.ts';
import { writeMeta, type Hydration } from '../store/meta.ts';
import type { Port, Row as Stored } from '../store/port.ts';
import { forgetMonths } from '../store/recall.ts';
import { decodeRow } from '../store/rows.ts';
import { columnsOf, createIndexes, dropIndexes, LATER, quoted } from '../store/schema.ts';
import { addRows, indexMore, indexRows, rebuildSearch } from '../store/search.ts';
import { at, without, type Table } from '../store/table.ts';
import { allPending, confirm, dropExpired, key, meta, newDevice, replay, unwind } from './outbox.ts';
import { cursorAt, type Page, type SnapshotPage, type WireRow } from './wire.ts';

/** What the state machine does next, and which tables a screen should read again. */
export interface Landed {
  state: 'stale' | 'staged' | 'done' | 'forked';
  tables: ReadonlySet<string>;
}

export interface Landing {
  port: Port;
  now_ms: number;
  newDeviceId(): string;
  /** Identity and position that the request was made with: an answer to anything else is stale. */
  asked: { device_id: string; cursor: string };
}

const STALE: Landed = { state: 'stale', tables: new Set() };
const NOTHING: ReadonlySet<string> = new Set();
const STAGED: Landed = { state: 'staged', tables: new Set() };

/** Where the next pull starts: behind what is staged, or at the cursor, or at the snapshot's version. */
export function position(port: Port): string | null {
  const { staged_to, cursor, hydration } = meta(port);
  if (staged_to !== null) return staged_to;
  if (cursor !== null) return cursor;
  return hydration?.complete && hydration.v0 !== null ? cursorAt(hydration.v0) : null;
}

/** Takes one page of a pull. On the last page everything staged becomes visible at once. */
export function landPage(landing: Landing, page: Page): Landed {
  const { port, asked } = landing;
  return port.tx(() => {
    const facts = meta(port);
    if (facts.device_id !== asked.device_id || facts.epoch !== page.epoch) return STALE;
    if (position(port) !== page.from || page.from !== asked.cursor) return STALE;
    port.run(`INSERT INTO stage(kind, body) VALUES ('pull', :body)`, { body: JSON.stringify(page.rows) });
    if (page.more) {
      writeMeta(port, { staged_to: page.to });
      return STAGED;
    }
    if (facts.cursor === null && !facts.hydration?.fresh) return swap(landing, page);
    return merge(landing, page);
  });
}

/**
 * Takes one page of the snapshot. In an empty book its rows are there at once (settings,
 * accounts and categories come first, so entry is possible); a book that shows
 * something keeps showing it until the swap.
 */
export function landSnapshot(landing: Omit<Landing, 'asked'>, asked: Hydration, page: SnapshotPage): Landed {
  const { port } = landing;
  return port.tx(() => {
    const { hydration, cursor, epoch } = meta(port);
    if (cursor !== null || hydration === null || hydration.after !== asked.after || hydration.v0 !== asked.v0) return STALE;
    if (page.from !== hydration.after) return STALE;
    if (hydration.v0 !== null && (hydration.v0 !== page.v0 || hydration.epoch !== page.epoch)) return restart(port);
    // put back while this device was about to fetch the book anew: what it may have lost is sent again
    if (hydration.v0 === null && epoch !== null && epoch !== page.epoch) {
      newDevice(port, landing.newDeviceId(), true);
      checkAgain(port);
    }
    const { fresh } = hydration;
    if (fresh) fillFresh(port, page, hydration.v0 === null);
    else {
      port.run(`INSERT INTO stage(kind, body) VALUES ('snapshot', :body)`, { body: JSON.stringify(page.tables) });
    }
    const next: Hydration = {
      epoch: page.epoch, v0: page.v0, after: page.after, done: Math.min(hydration.done + countOf(page.tables), hydration.total ?? page.total),
      total: hydration.total ?? page.total, complete: !page.more, fresh
    };
    writeMeta(port, { hydration: next, epoch: page.epoch, staged_to: null });
    // screens read again after the first page and at the end: in between they would only slow it down
    return fresh && hydration.v0 === null ? { state: 'staged', tables: new Set(ENTITY_NAMES) } : STAGED;
  });
}

/** Rows that a change made here meanwhile has touched go into their shadow, as in a pull. */
function fillFresh(port: Port, page: SnapshotPage, first: boolean): void {
  const { book_id } = meta(port);
  const dirty = new Set(port.rows('SELECT entity, id FROM shadow').map(([entity, id]) => key(String(entity), String(id))));
  for (const [entity, table] of tablesOf(page.tables)) {
    const here = entity === 'transaction' && !first ? shown(port, book_id, table) : NOTHING;
    const mine = (row: number) => dirty.has(key(entity, idOf(table, row)));
    if (dirty.size > 0) for (let row = 0; row < table.rows; row++) if (mine(row)) toShadow(port, documentAt(entity, table, row));
    const rest = without(table, (row) => here.has(idOf(table, row)) || mine(row));
    fill(port, book_id, entity, rest);
    // the words of transactions are indexed when all are here (`finishBook`)
    if (first || entity !== 'transaction') addRows(port, entity, rest);
  }
}

function idOf({ columns }: Table, row: number): string {
  return String(columns['id']![row]);
}

/** The transactions among rows in the order of their ids that are here already: the first page had the newest. */
function shown(port: Port, book_id: string, table: Table): ReadonlySet<string> {
  const sql = 'SELECT id FROM "transaction" WHERE book_id = :book_id AND id BETWEEN :first AND :last';
  const [first, last] = [idOf(table, 0), idOf(table, table.rows - 1)];
  return new Set(port.rows(sql, { book_id, first, last }).map(([id]) => String(id)));
}

/** The tables of a page in its order. What this build does not know is left out. */
function tablesOf(tables: SnapshotPage['tables']): [EntityName, Table][] {
  return Object.entries(tables).filter((table): table is [EntityName, Table] => isEntity(table[0]));
}

function countOf(tables: SnapshotPage['tables']): number {
  return Object.values(tables).reduce((all, { rows }) => all + rows, 0);
}

/** True when the row has pending changes and the confirmed state was kept for them. */
function toShadow(port: Port, { entity, id, row }: Placed): boolean {
  return port.run('UPDATE shadow SET row = :row WHERE entity = :entity AND id = :id', { row: JSON.stringify(row), entity, id }) > 0;
}

function restart(port: Port): Landed {
  beginHydration(port);
  return STAGED;
}

/** Forgets the cursor and everything staged; the outbox stays. What is shown stays until the swap. */
export function beginHydration(port: Port): void {
  // rows with a version are the server's: a page that has them too may not be filled in beside them
  const fresh = ENTITY_NAMES.every((entity) => port.value(`SELECT 1 FROM ${quoted(entity)} WHERE ver > 0 LIMIT 1`) === null);
  if (fresh) dropIndexes(port);
  port.run('DELETE FROM stage');
  writeMeta(port, {
    cursor: null, staged_to: null, ...(fresh ? { searched_to: '' } : {}),
    hydration: { epoch: null, v0: null, after: null, done: 0, total: null, complete: false, fresh }
  });
}

const WORDS_AT_ONCE = 5000;

/** After a hydration, step by step: what can be used without, only slower. False when nothing is left. */
export function finishBook(port: Port): boolean {
  const { searched_to, hydration } = meta(port);
  if (searched_to === null || hydration !== null) return false;
  createIndexes(port);
  return indexMore(port, WORDS_AT_ONCE);
}

/** Rows with pending changes update their shadow and are replayed; others are put as they are. */
function merge(landing: Landing, page: Page): Landed {
  const { port } = landing;
  const { book_id, hydration } = meta(port);
  if (hydration) createIndexes(port, LATER);
  const rows = new Map<string, Placed>();
  const affected = new Set<string>();
  for (const placed of stagedRows(port)) {
    const name = key(placed.entity, placed.id);
    if (toShadow(port, placed)) affected.add(name);
    else rows.set(name, placed);
  }
  const acks = takeAcks(landing, page);
  if (hydration) dropExpired(port, page.time);
  for (const name of acks.touched) affected.add(name);
  for (const name of entangled(port, book_id, [...rows.values()], hydration !== null)) affected.add(name);
  const unwound = unwind(port, affected);
  for (const placed of unwound.placed) rows.set(key(placed.entity, placed.id), placed);
  place(port, book_id, [...rows.values()]);
  reindex(port, book_id, rows.values());
  replay(port, book_id, unwound.replay);
  finish(landing, page, acks.forked);
  const tables = new Set<string>(hydration ? ['outbox', ...ENTITY_NAMES] : ['outbox']);
  for (const { entity } of rows.values()) tables.add(entity);
  return { state: acks.forked ? 'forked' : 'done', tables };
}

/** The entities that others point to. */
const POINTED_AT = ['account', 'category', 'payee', 'tag'] as const;

/**
 * Rows with pending changes that what comes in concerns although they do not come in
 * themselves: what was deleted here while somebody used it, and what was written here
 * with something that somebody deleted. Done again, the changes say what becomes of both.
 */
function* entangled(port: Port, book_id: string, incoming: readonly Placed[], everything: boolean): Iterable<string> {
  for (const target of POINTED_AT) {
    const deleted = port.rows(
      `SELECT shadow.id FROM shadow CROSS JOIN ${quoted(target)} AS here ON here.book_id = :book_id AND here.id = shadow.id
       WHERE shadow.entity = :target AND here.deleted`, { book_id, target }
    );
    for (const [id] of deleted) {
      const used = (placed: Placed) => placed.row !== null && refers(placed.entity, placed.row as unknown as Row, target, String(id));
      if (everything || incoming.some(used)) yield key(target, String(id));
    }
  }
  const state = new PortState(port, book_id);
  for (const { entity, id, row } of incoming) {
    if (!row?.deleted || !(POINTED_AT as readonly string[]).includes(entity)) continue;
    for (const [user, { id: user_id }] of state.using(entity, id)) {
      const dirty = port.value('SELECT 1 FROM shadow WHERE entity = :user AND id = :user_id', { user, user_id });
      if (dirty !== null) yield key(user, user_id);
    }
  }
}

/** Replaces the whole book by the staged snapshot and what came since, then replays what is pending. */
function swap(landing: Landing, page: Page): Landed {
  const { port } = landing;
  const { book_id } = meta(port);
  const acks = takeAcks(landing, page);
  dropExpired(port, page.time);
  dropIndexes(port);
  for (const entity of ENTITY_NAMES) port.run(`DELETE FROM ${quoted(entity)}`);
  for (const table of ['line', 'rollup', 'account_sum', 'shadow', 'touched']) port.run(`DELETE FROM ${table}`);
  forgetMonths(port, null);
  fillFromStage(port, book_id);
  createIndexes(port);
  rebuildSearch(port, book_id);
  replay(port, book_id, allPending(port));
  finish(landing, page, acks.forked);
  return { state: acks.forked ? 'forked' : 'done', tables: new Set<string>([...ENTITY_NAMES, 'outbox']) };
}

/** Page by page, so that a large book never lies in memory twice. A row that changed since v0 comes from the pull. */
function fillFromStage(port: Port, book_id: string): void {
  const newer = new Map<string, Placed>();
  for (const placed of stagedRows(port)) newer.set(key(placed.entity, placed.id), placed);
  for (const [n] of port.rows(`SELECT n FROM stage WHERE kind = 'snapshot' ORDER BY n`)) {
    const body = port.value<string>('SELECT body FROM stage WHERE n = :n', { n: n ?? null }) ?? '{}';
    for (const [entity, table] of tablesOf(JSON.parse(body) as SnapshotPage['tables'])) {
      const here = entity === 'transaction' ? shown(port, book_id, table) : NOTHING;
      fill(port, book_id, entity, without(table, (row) => newer.has(key(entity, idOf(table, row))) || here.has(idOf(table, row))));
    }
  }
  place(port, book_id, [...newer.values()]);
}

function stagedRows(port: Port): Placed[] {
  const rows: Placed[] = [];
  for (const [body] of port.rows(`SELECT body FROM stage WHERE kind = 'pull' ORDER BY n`)) {
    for (const wire of JSON.parse(String(body)) as WireRow[]) {
      const placed = fromWire(wire);
      if (placed) rows.push(placed);
    }
  }
  return rows;
}

function reindex(port: Port, book_id: string, rows: Iterable<Placed>): void {
  const ids = new Map<EntityName, string[]>();
  for (const { entity, id } of rows) {
    const known = ids.get(entity);
    if (known) known.push(id);
    else ids.set(entity, [id]);
  }
  for (const [entity, changed] of ids) indexRows(port, book_id, entity, changed);
}

/**
 * Trims the queue by mutation id, not by number: an acknowledged id that this file
 * does not have in that place means the file was restored or cloned. Then, and when
 * one that waits was passed over, its numbers are not ours any more (`forked`).
 */
function takeAcks({ port }: Landing, { acks, time }: Page): { forked: boolean; touched: Set<string> } {
  const touched = new Set<string>();
  let { last_ack } = meta(port);
  for (const [seq, mid, status, ver] of acks) {
    if (seq <= last_ack) continue;
    const mine = port.value<string>(`SELECT mid FROM outbox WHERE state = 'pending' AND seq = :seq`, { seq });
    if (mine !== mid) return { forked: true, touched };
    for (const [entity, id] of port.rows('SELECT entity, id FROM touched WHERE mid = :mid', { mid })) {
      touched.add(key(String(entity), String(id)));
    }
    port.run('DELETE FROM touched WHERE mid = :mid', { mid });
    confirm(port, mid, status, ver, time);
    last_ack = seq;
    writeMeta(port, { last_ack });
  }
  // The record of one that waits was collected before that of a later one: nobody will ever confirm its number.
  const passed = port.value<number>(`SELECT count(*) FROM outbox WHERE state = 'pending' AND seq <= :last_ack`, { last_ack });
  return { forked: passed! > 0, touched };
}

function finish(landing: Landing, page: Page, forked: boolean): void {
  const { port, now_ms } = landing;
  port.run('DELETE FROM stage');
  writeMeta(port, { cursor: page.to, staged_to: null, hydration: null, last_sync_ms: now_ms });
  if (forked) newDevice(port, landing.newDeviceId());
}

const KNOWN = new Map(ENTITY_NAMES.map((entity) => [entity, new Set(Object.keys(FIELDS[entity]))]));

/** A row of the wire as a document. Fields that only a newer schema knows are kept in `extra`. */
function fromWire([entity, id, ver, deleted, fields]: WireRow): Placed | null {
  if (!isEntity(entity)) return null;
  const known = KNOWN.get(entity)!;
  const row: Record<string, unknown> = { id, ver, deleted };
  const extra: Record<string, unknown> = {};
  for (const name of known) row[name] = fields[name] ?? null;
  for (const [name, value] of Object.entries(fields)) if (!known.has(name)) extra[name] = value;
  row['extra'] = Object.keys(extra).length > 0 ? extra : null;
  return { entity, id, row: row as unknown as Placed['row'] };
}

/** A row of a page as a document. */
function documentAt(entity: EntityName, table: Table, row: number): Placed {
  const stored = Object.fromEntries(columnsOf(entity).map((name) => [name, name === 'deleted' ? 0 : (table.columns[name] ? at(table.columns[name], row) : null)]));
  const document = decodeRow(entity, stored as Stored);
  return { entity, id: document.id, row: document };
}
