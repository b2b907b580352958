/**
 * A book as a file, and what a file brings back: only what is missing. What is in the book stays as it is, so that
 * the same file can be taken twice. Plans only.
 */
import { isId, uuid5 } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { searchKey } from '../kernel/text.ts';
import { ENTITY_NAMES, FIELDS, SCHEMA, type EntityName } from '../store/entities.ts';
import type { Port } from '../store/port.ts';
import { liveRows, readRow } from '../store/rows.ts';
import type { Fields, Op } from './entities.ts';
import { named } from './merge.ts';

const FORMAT = 'outlay-book';

/** What is kept in a file, in an order in which what is referred to comes first. Conflicts are of this moment, not of the book. */
export const KEPT: readonly EntityName[] = ENTITY_NAMES.filter((name) => name !== 'sync_conflict');

/** Names that stand for a row in another book: there is no second category called Rent. */
const BY_NAME: readonly EntityName[] = ['category', 'payee', 'tag'];

type Document = Fields & { id: string };

export interface Restored {
  ops: Op[];
  /** Rows that are made, that come back from being deleted, and that are there. */
  made: number;
  back: number;
  known: number;
}

/** What stands before the rows in a file. */
export function keptHead(book_id: string): { format: string; schema: number; book_id: string; entities: readonly EntityName[] } {
  return { format: FORMAT, schema: SCHEMA, book_id, entities: KEPT };
}

/** A page of an entity's live rows as a file keeps them, in the order of their ids. */
export function keptRows(port: Port, book_id: string, entity: EntityName, after: string, count: number): Document[] {
  const names = ['id', ...Object.keys(FIELDS[entity])];
  const rows = liveRows(port, book_id, entity, 'AND id > :after ORDER BY id LIMIT :count', { after, count });
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, (row as unknown as Fields)[name] ?? null])) as Document);
}

/** What a file brings into this book. Refuses `operation_invalid` for what is no such file. */
export function restoring(port: Port, book_id: string, given: unknown): Restored {
  const file = checked(given);
  const made: Restored = { ops: [], made: 0, back: 0, known: 0 };
  const ids = new Map<string, string>();
  if (isBlank(port, book_id)) made.ops.push(...settingsOps(book_id, file['settings']?.[0]));
  for (const entity of KEPT) {
    if (entity === 'settings') continue;
    const known = BY_NAME.includes(entity) ? namesOf(port, book_id, entity) : new Map<string, string>();
    for (const document of parentsFirst(file[entity] ?? [])) take(port, book_id, entity, document, { ids, known, made });
  }
  const settings = made.ops.filter((op) => op.e === 'settings');
  // what settings refer to has to be there first
  made.ops = [...made.ops.filter((op) => op.e !== 'settings'), ...settings.map((op) => ({ ...op, f: mapped('settings', op.f ?? {}, ids) }))];
  return made;
}

interface Taking {
  ids: Map<string, string>;
  known: ReadonlyMap<string, string>;
  made: Restored;
}

function take(port: Port, book_id: string, entity: EntityName, document: Document, { ids, known, made }: Taking): void {
  const f = mapped(entity, document, ids);
  const name = named(entity, f);
  const id = name === null ? document.id : uuid5(book_id, name);
  const there = readRow(port, book_id, entity, id);
  const merged = (there as { merged_into?: string | null } | null)?.merged_into;
  if (there?.deleted && !merged) {
    made.back += 1;
    made.ops.push({ e: entity, id, k: 'restore' });
  } else if (there) made.known += 1;
  else {
    const same = known.get(nameKey(entity, f));
    if (same === undefined) {
      made.made += 1;
      made.ops.push({ e: entity, id, k: 'create', f });
    } else made.known += 1;
    if (same !== undefined) ids.set(document.id, same);
  }
  if (there?.deleted && merged) ids.set(document.id, merged);
  else if (id !== document.id) ids.set(document.id, id);
}

/** The fields of a row, what they refer to under the ids that it has here. */
function mapped(entity: EntityName, document: Fields, ids: ReadonlyMap<string, string>): Fields {
  const at = (id: unknown) => (typeof id === 'string' ? (ids.get(id) ?? id) : id);
  const fields = Object.entries(FIELDS[entity]).filter(([name, field]) => name in document && !('by' in field));
  return Object.fromEntries(fields.map(([name, { type, ref }]) => {
    const value = document[name];
    if (ref === undefined || value === null) return [name, value];
    if (type === 'ids') return [name, (value as unknown[]).map(at)];
    if (type === 'lines') return [name, (value as Fields[]).map((line) => ({ ...line, category_id: at(line['category_id']) }))];
    return [name, at(value)];
  }));
}

function nameKey(entity: EntityName, f: Fields): string {
  const inside = entity === 'category' ? `${String(f['kind'])} ${String(f['parent_id'] ?? '')} ` : '';
  return inside + searchKey(String(f['name']));
}

function namesOf(port: Port, book_id: string, entity: EntityName): Map<string, string> {
  return new Map(liveRows(port, book_id, entity).map((row) => [nameKey(entity, row as unknown as Fields), row.id]));
}

function parentsFirst(documents: readonly Document[]): Document[] {
  return [...documents].sort((a, b) => Number(Boolean(a['parent_id'])) - Number(Boolean(b['parent_id'])));
}

/** A book in which nothing was written yet takes the file's settings, too. */
function isBlank(port: Port, book_id: string): boolean {
  return port.rows('SELECT 1 FROM "transaction" WHERE book_id = :book_id LIMIT 1', { book_id }).length === 0;
}

function settingsOps(book_id: string, document: Document | undefined): Op[] {
  if (!document) return [];
  const { id: _id, ...f } = document;
  return [{ e: 'settings', id: book_id, k: 'set', f }];
}

function checked(given: unknown): Partial<Record<EntityName, Document[]>> {
  const file = isPlain(given) ? given : {};
  const listed = KEPT.every((name) => file[name] === undefined || (Array.isArray(file[name]) && (file[name] as unknown[]).every(isDocument)));
  if (file['format'] !== FORMAT || !Number.isSafeInteger(file['schema']) || (file['schema'] as number) > SCHEMA || !listed) {
    throw new Refusal('operation_invalid', 'file');
  }
  return file as Partial<Record<EntityName, Document[]>>;
}

const isPlain = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isDocument = (value: unknown): boolean => isPlain(value) && isId(value['id']);
