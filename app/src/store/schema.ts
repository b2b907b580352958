/**
 * The device's tables, made from spec/sync/entities.json. One file per server,
 * person and book. Entity tables hold the *optimistic* row; what the server has
 * confirmed of a row with pending edits lies in `shadow` (SYNC 2.2).
 *
 * Columns are nullable on purpose: a tombstone for a row that was never seen has
 * no fields, and the rules of `ledger` decide what a live row must have.
 */
import { ENTITY_NAMES, FIELDS, type EntityName, type Field } from './entities.ts';
import type { Port } from './port.ts';

/** The layout of this file. A higher number in a file means a newer app wrote it. */
export const LAYOUT = 4;

export class NewerLayout extends Error {}

const TEXT_TYPES = new Set<Field['type']>(['text', 'currency', 'id', 'ids', 'day', 'time', 'decimal', 'json', 'lines', 'days']);

/** Column names of an entity's table, in order. */
export function columnsOf(entity: EntityName): string[] {
  return ['id', 'ver', 'deleted', ...Object.keys(FIELDS[entity]), 'extra'];
}

/** `transaction` is a keyword. */
export function quoted(table: string): string {
  return `"${table}"`;
}

function entityTable(entity: EntityName): string {
  const fields = Object.entries(FIELDS[entity]).map(
    ([name, field]) => `${name} ${TEXT_TYPES.has(field.type) ? 'TEXT' : 'INTEGER'}`
  );
  return `CREATE TABLE ${quoted(entity)}(
  book_id TEXT NOT NULL, id TEXT NOT NULL, ver INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0,
  ${fields.join(', ')}, extra TEXT,
  PRIMARY KEY(book_id, id)) WITHOUT ROWID;`;
}

/** By day: reports read days, and add them up in this order without sorting. A transaction tells where its lines are. */
const LINES = `CREATE TABLE line(
  book_id TEXT NOT NULL, day_number INTEGER NOT NULL, flow TEXT NOT NULL, currency TEXT NOT NULL, base_currency TEXT NOT NULL,
  transaction_id TEXT NOT NULL, position INTEGER NOT NULL, day TEXT NOT NULL, account_id TEXT, category_id TEXT,
  amount_minor INTEGER NOT NULL, base_minor INTEGER,
  PRIMARY KEY(book_id, day_number, flow, currency, base_currency, transaction_id, position)) WITHOUT ROWID;`;

/** Derived from transactions by `ledger`, in the same transaction; never synced. */
const DERIVED = `
${LINES}
CREATE TABLE rollup(
  book_id TEXT NOT NULL, month INTEGER NOT NULL, flow TEXT NOT NULL, currency TEXT NOT NULL, base_currency TEXT NOT NULL,
  category_id TEXT NOT NULL, account_id TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, base_minor INTEGER NOT NULL, count INTEGER NOT NULL, count_without_rate INTEGER NOT NULL,
  PRIMARY KEY(book_id, month, flow, currency, base_currency, category_id, account_id)) WITHOUT ROWID;
CREATE TABLE account_sum(
  book_id TEXT NOT NULL, account_id TEXT NOT NULL, amount_minor INTEGER NOT NULL, count INTEGER NOT NULL, until_number INTEGER,
  PRIMARY KEY(book_id, account_id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5(text, content='', contentless_delete=1,
  tokenize='unicode61 remove_diacritics 2', prefix='2 3');
CREATE TABLE search_doc(doc INTEGER PRIMARY KEY, entity TEXT NOT NULL, id TEXT NOT NULL, UNIQUE(entity, id));`;

/** What the device keeps for itself and for sync (SYNC 2.2). */
const OWN = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE shadow(entity TEXT NOT NULL, id TEXT NOT NULL, row TEXT, PRIMARY KEY(entity, id)) WITHOUT ROWID;
CREATE TABLE outbox(position INTEGER PRIMARY KEY, seq INTEGER NOT NULL, mid TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  ops TEXT NOT NULL, base INTEGER NOT NULL, made_at INTEGER NOT NULL, state TEXT NOT NULL, status TEXT, ver INTEGER, acked_at_ms INTEGER);
CREATE INDEX outbox_state ON outbox(state, seq);
CREATE TABLE touched(mid TEXT NOT NULL, entity TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY(mid, entity, id)) WITHOUT ROWID;
CREATE INDEX touched_row ON touched(entity, id);
CREATE TABLE stage(n INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE undo(token TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, answer TEXT NOT NULL, changes TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE draft(key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE known(id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;`;

/** Receipts' files (`files.ts`). */
const FILES = `
CREATE TABLE IF NOT EXISTS file(sha256 TEXT PRIMARY KEY, media_type TEXT NOT NULL, size INTEGER NOT NULL, state TEXT NOT NULL, thumb BLOB,
  problem TEXT, tried_ms INTEGER, used_ms INTEGER NOT NULL, unused_ms INTEGER, wanted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS file_bytes(sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL);`;

/**
 * Indexes that reports and lists read without touching the table. They are dropped
 * and made again around a hydration, which is faster than keeping them.
 */
export const INDEXES: Readonly<Record<string, string>> = {
  transaction_day: `"transaction"(book_id, day, id, deleted)`,
  transaction_payee: `"transaction"(book_id, payee_id, day, id, deleted, kind, currency, amount_minor) WHERE payee_id IS NOT NULL`,
  category_parent: `category(book_id, parent_id)`,
  receipt_transaction: `receipt(book_id, transaction_id)`,
  receipt_sha256: `receipt(book_id, sha256)`,
  budget_amount_budget: `budget_amount(book_id, budget_id)`
};

/** Made after a hydration is through: nothing is wrong without them for a moment, only slower. */
export const LATER: readonly string[] = ['transaction_payee'];

export function createIndexes(port: Port, without: readonly string[] = []): void {
  for (const [name, on] of Object.entries(INDEXES)) if (!without.includes(name)) port.exec(`CREATE INDEX IF NOT EXISTS ${name} ON ${on}`);
}

export function dropIndexes(port: Port): void {
  for (const name of Object.keys(INDEXES)) port.exec(`DROP INDEX IF EXISTS ${name}`);
}

/** Steps from layout n to n+1, at place n. The first makes the file. */
const STEPS: readonly ((port: Port) => void)[] = [
  (port) => {
    for (const entity of ENTITY_NAMES) port.exec(entityTable(entity));
    port.exec(DERIVED);
    port.exec(OWN);
    createIndexes(port);
  },
  // Lines by day, and no book's id in the rows.
  (port) => {
    port.exec('DROP INDEX IF EXISTS line_day; ALTER TABLE line RENAME TO old_line');
    port.exec(LINES);
    const columns = 'day_number, flow, currency, base_currency, transaction_id, position, day, account_id, category_id, amount_minor, base_minor';
    port.exec(`INSERT INTO line(book_id, ${columns}) SELECT '', ${columns} FROM old_line; DROP TABLE old_line`);
    for (const table of [...ENTITY_NAMES, 'rollup', 'account_sum']) port.exec(`UPDATE ${quoted(table)} SET book_id = ''`);
  },
  (port) => {
    port.exec(FILES);
    createIndexes(port);
  },
  // Pages of a snapshot are put aside by column: what an older app put aside by row is fetched again.
  (port) => {
    const aside = `EXISTS (SELECT 1 FROM stage WHERE kind = 'snapshot')`;
    const again = `json_set(value, '$.epoch', NULL, '$.v0', NULL, '$.after', NULL, '$.done', 0, '$.total', NULL, '$.complete', json('false'))`;
    port.exec(`UPDATE meta SET value = CASE key WHEN 'hydration' THEN ${again} ELSE 'null' END WHERE key IN ('hydration', 'staged_to') AND ${aside}`);
    port.exec(`DELETE FROM stage WHERE ${aside}`);
  }
];

/** Brings a file to this app's layout, all or nothing. Throws NewerLayout for a file of a newer app. */
export function migrate(port: Port): void {
  const found = port.value<number>('PRAGMA user_version') ?? 0;
  if (found > LAYOUT) throw new NewerLayout(`the file has layout ${found}, this app knows ${LAYOUT}`);
  if (found === LAYOUT) return;
  port.tx(() => {
    for (const step of STEPS.slice(found)) step(port);
    port.exec(`PRAGMA user_version=${LAYOUT}`);
  });
}
