/**
 * Entity rows in and out of their tables, and nothing more: lines, rollups and the
 * search table are kept by those who know the rules (`ledger`, `search.ts`).
 * Flags are booleans here and 0/1 in SQL; lists and JSON are values here and text in SQL.
 */
import { FIELDS, type Entities, type EntityName } from './entities.ts';
import type { Bindable, Port, Row, Value } from './port.ts';
import { columnsOf, quoted } from './schema.ts';
import type { Table } from './table.ts';

const JSON_TYPES = new Set(['json', 'lines', 'ids', 'days']);

interface Codec {
  columns: string[];
  json: Set<string>;
  flags: Set<string>;
  select: string;
  upsert: string;
}

const codecs = new Map<EntityName, Codec>();

function codec(entity: EntityName): Codec {
  const known = codecs.get(entity);
  if (known) return known;
  const columns = columnsOf(entity);
  const json = new Set(['extra']);
  const flags = new Set(['deleted']);
  for (const [name, field] of Object.entries(FIELDS[entity])) {
    if (JSON_TYPES.has(field.type)) json.add(name);
    if (field.type === 'flag') flags.add(name);
  }
  const made: Codec = {
    columns,
    json,
    flags,
    select: `SELECT ${columns.join(', ')} FROM ${quoted(entity)}`,
    upsert: `INSERT INTO ${quoted(entity)}(book_id, ${columns.join(', ')})
VALUES (:book_id, ${columns.map((name) => `:${name}`).join(', ')})
ON CONFLICT(book_id, id) DO UPDATE SET ${columns.slice(1).map((name) => `${name} = excluded.${name}`).join(', ')}`
  };
  codecs.set(entity, made);
  return made;
}

/** A stored row as a document: booleans, parsed lists. */
export function decodeRow<E extends EntityName>(entity: E, stored: Row): Entities[E] {
  const { json, flags } = codec(entity);
  const row: Record<string, unknown> = { ...stored };
  for (const name of json) {
    const text = row[name];
    if (typeof text === 'string') row[name] = JSON.parse(text) as unknown;
  }
  // a tombstone of a row that was never seen has no flags
  for (const name of flags) if (row[name] !== null) row[name] = row[name] === 1 || row[name] === true;
  delete row['book_id'];
  return row as unknown as Entities[E];
}

export function readRow<E extends EntityName>(port: Port, book_id: string, entity: E, id: string): Entities[E] | null {
  const stored = port.one(`${codec(entity).select} WHERE book_id = :book_id AND id = :id`, { book_id, id });
  return stored ? decodeRow(entity, stored) : null;
}

/** The rows with these ids, by id; unknown ids are left out. */
export function readRows<E extends EntityName>(
  port: Port, book_id: string, entity: E, ids: readonly string[]
): Map<string, Entities[E]> {
  const found = new Map<string, Entities[E]>();
  if (ids.length === 0) return found;
  // CROSS JOIN: one lookup per id; SQLite would rather read the whole table when there are many
  const sql = `SELECT ${codec(entity).columns.map((name) => `found.${name}`).join(', ')} FROM json_each(:ids) AS wanted
    CROSS JOIN ${quoted(entity)} AS found ON found.book_id = :book_id AND found.id = wanted.value`;
  for (const stored of port.all(sql, { book_id, ids: JSON.stringify(ids) })) {
    const row = decodeRow(entity, stored);
    found.set(row.id, row);
  }
  return found;
}

/** All live rows of an entity that fulfil `where` (SQL over its columns). */
export function liveRows<E extends EntityName>(
  port: Port, book_id: string, entity: E, where = '', params: Record<string, Value | boolean> = {}
): Entities[E][] {
  const sql = `${codec(entity).select} WHERE book_id = :book_id AND NOT deleted ${where}`;
  return port.all(sql, { ...params, book_id }).map((stored) => decodeRow(entity, stored));
}

/** Inserts or replaces whole rows. */
export function writeRows<E extends EntityName>(
  port: Port, entity: E, rows: readonly Entities[E][]
): void {
  const { columns, json, upsert } = codec(entity);
  port.many(upsert, rows.map((given) => {
    const row = given as unknown as Record<string, unknown>;
    return columns.map((name) => stored(json.has(name), row[name]));
  }));
}

function stored(json: boolean, value: unknown): Bindable {
  if (value === null || value === undefined) return null;
  if (!json) return value as Bindable;
  // most transactions have no tags
  return Array.isArray(value) && value.length === 0 ? '[]' : JSON.stringify(value);
}

/** Inserts live rows as a snapshot brings them: lists and JSON as text. What only a newer schema knows is left out. */
export function insertTable(port: Port, entity: EntityName, { rows, columns }: Table): void {
  const names = codec(entity).columns.filter((name) => name in columns);
  // a row that is there is written over as a whole, which needs no look at it where no index is kept
  const insert = `INSERT OR REPLACE INTO ${quoted(entity)}(book_id, ${names.join(', ')}) VALUES (:book_id, ${names.map((name) => `:${name}`).join(', ')})`;
  port.manyOf(insert, rows, names.map((name) => columns[name]!));
}

/** Removes a row for good: only for one that the server never had. */
export function eraseRow(port: Port, book_id: string, entity: EntityName, id: string): void {
  port.run(`DELETE FROM ${quoted(entity)} WHERE book_id = :book_id AND id = :id`, { book_id, id });
}
