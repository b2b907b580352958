/**
 * Full-text search over names and notes: one document per row that a person
 * named or wrote. A transaction is found by its note here and by the names of its
 * payee, accounts, categories and tags through their ids.
 */
import { folded } from '../kernel/text.ts';
import { ENTITY_NAMES, type EntityName } from './entities.ts';
import { readMeta, writeMeta } from './meta.ts';
import type { Port } from './port.ts';
import { quoted } from './schema.ts';
import { at, type Table } from './table.ts';

/** The column that is searched, per entity that has one. */
const TEXT_COLUMN: Partial<Record<EntityName, string>> = {
  account: 'name', category: 'name', payee: 'name', tag: 'name', transaction: 'note'
};

/** More transactions than a book has. */
const ALL = 1e9;

/** Adds documents for live rows that have none. */
export function addRows(port: Port, entity: EntityName, { rows, columns }: Table): void {
  const texts = columns[TEXT_COLUMN[entity] ?? ''];
  if (!texts) return;
  const found: [string, string][] = [];
  for (let row = 0; row < rows; row++) {
    const text = at(texts, row);
    if (text) found.push([String(columns['id']![row]), String(text)]);
  }
  addToSearch(port, entity, found);
}

/** Brings the search documents of these rows up to what their tables say. */
export function indexRows(port: Port, book_id: string, entity: EntityName, ids: readonly string[]): void {
  const column = TEXT_COLUMN[entity];
  if (!column || ids.length === 0) return;
  const params = { entity, ids: JSON.stringify(ids) };
  const docs = port.rows(
    `SELECT doc FROM json_each(:ids) CROSS JOIN search_doc ON search_doc.entity = :entity AND search_doc.id = value`, params
  );
  if (docs.length > 0) {
    const known = { docs: JSON.stringify(docs.map(([doc]) => doc)) };
    port.run(`DELETE FROM search WHERE rowid IN (SELECT value FROM json_each(:docs))`, known);
    port.run(`DELETE FROM search_doc WHERE doc IN (SELECT value FROM json_each(:docs))`, known);
  }
  const texts = port.rows(
    `SELECT found.id, found.${column} FROM json_each(:ids) AS wanted
     CROSS JOIN ${quoted(entity)} AS found ON found.book_id = :book_id AND found.id = wanted.value
     WHERE NOT found.deleted AND found.${column} <> ''`, { ...params, book_id }
  );
  addToSearch(port, entity, texts as [string, string][]);
}

/**
 * After a hydration, not during it: indexes the words of the next `limit` transactions. False when there are no more.
 * What was changed meanwhile has its document already.
 */
export function indexMore(port: Port, limit: number): boolean {
  const { searched_to = null, hydration = null } = readMeta(port) ?? {};
  if (searched_to === null || hydration !== null) return false;
  return port.tx(() => {
    const found = port.rows(
      `SELECT id, CASE WHEN NOT deleted AND note <> '' THEN note END FROM "transaction"
       WHERE book_id = :book_id AND id > :searched_to ORDER BY id LIMIT :limit`, { searched_to, limit }
    );
    const ids = JSON.stringify(found.map(([id]) => id));
    const known = new Set(port.rows(`SELECT search_doc.id FROM json_each(:ids) CROSS JOIN search_doc ON search_doc.entity = 'transaction' AND search_doc.id = value`, { ids }).map(([id]) => id));
    addToSearch(port, 'transaction', found.filter(([id, note]) => note !== null && !known.has(id!)) as [string, string][]);
    const more = found.length === limit;
    writeMeta(port, { searched_to: more ? String(found.at(-1)![0]) : null });
    return more;
  });
}

/** Before somebody searches: what `indexMore` has left. */
export function indexAll(port: Port): void {
  while (indexMore(port, ALL));
}

/** Makes the whole search table anew (after a hydration). */
export function rebuildSearch(port: Port, book_id: string): void {
  port.run(`INSERT INTO search(search) VALUES ('delete-all')`);
  port.run(`DELETE FROM search_doc`);
  writeMeta(port, { searched_to: null });
  for (const entity of ENTITY_NAMES) {
    const column = TEXT_COLUMN[entity];
    if (!column) continue;
    const sql = `SELECT id, ${column} FROM ${quoted(entity)} WHERE book_id = :book_id AND NOT deleted AND ${column} <> '' ORDER BY id`;
    addToSearch(port, entity, port.rows(sql, { book_id }) as [string, string][]);
  }
}

/** Adds documents for rows that have none: id and text. */
function addToSearch(port: Port, entity: EntityName, texts: readonly (readonly [id: string, text: string])[]): void {
  if (texts.length === 0) return;
  const first = (port.value<number>('SELECT max(doc) FROM search_doc') ?? 0) + 1;
  port.many('INSERT INTO search_doc(doc, entity, id) VALUES (:doc, :entity, :id)', texts.map(([id], at) => [first + at, entity, id]));
  port.many('INSERT INTO search(rowid, text) VALUES (:doc, :text)', texts.map(([, text], at) => [first + at, spaced(text)]));
}

/** Scripts written without spaces, and Hangul, whose words are put together without any: indexed character by character. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
/** The article that Arabic writes in front of a word. */
const ARTICLE = /(^|[^\p{L}])ال(?=\p{L}{2})/gu;

/** A text as the tokens that are indexed. */
function spaced(text: string): string {
  return folded(text).replace(ARTICLE, '$1ال ').replace(UNSPACED, ' $& ');
}

/** A typed word as such tokens; an Arabic word is found with and without its article. */
function tokens(word: string): string {
  const split = spaced(word).trim();
  return /^ال \p{L}{3}/u.test(split) ? split.slice(3) : split;
}

/**
 * The full-text query for each word a person typed; a row matches when every word
 * matches somewhere. Words match by their beginning. Empty when nothing is asked.
 */
export function searchWords(text: string): string[] {
  return text
    .split(/\s+/)
    .map((word) => tokens(word).replaceAll('"', ''))
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, 8)
    .map((word) => `"${word.replace(/\s+/g, ' ')}" *`);
}
