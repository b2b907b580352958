/** The book as `decide` sees it: from plain rows, or from the device's database with an overlay. */
import type { Port } from '../store/port.ts';
import { readRow } from '../store/rows.ts';
import { quoted } from '../store/schema.ts';
import type { EntityName, Row } from './entities.ts';
import type { State, Write } from './merge.ts';
import { refers } from './references.ts';

/** Rows in a map: used by tests. */
export class MemoryState implements State {
  readonly book_id: string;
  readonly rows = new Map<string, { entity: EntityName; row: Row }>();

  constructor(book_id: string, rows: Iterable<[EntityName, Row]> = []) {
    this.book_id = book_id;
    for (const [entity, row] of rows) this.rows.set(`${entity} ${row.id}`, { entity, row });
  }

  get(entity: EntityName, id: string): Row | null {
    return this.rows.get(`${entity} ${id}`)?.row ?? null;
  }

  *using(entity: EntityName, id: string): Iterable<[EntityName, Row]> {
    for (const { entity: other, row } of this.rows.values()) {
      if (!row.deleted && refers(other, row, entity, id)) yield [other, row];
    }
  }

  count(entity: EntityName): number {
    let live = 0;
    for (const { entity: other, row } of this.rows.values()) if (other === entity && !row.deleted) live++;
    return live;
  }

  put(writes: Iterable<Write>): void {
    for (const { entity, after } of writes) this.rows.set(`${entity} ${after.id}`, { entity, row: after });
  }
}

/** Rows as they lie in the database, each read once. It is used for one mutation and then forgotten. */
export class PortState implements State {
  readonly book_id: string;
  readonly #port: Port;
  readonly #rows = new Map<string, Row | null>();

  constructor(port: Port, book_id: string) {
    this.#port = port;
    this.book_id = book_id;
  }

  get(entity: EntityName, id: string): Row | null {
    const key = `${entity} ${id}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = readRow(this.#port, this.book_id, entity, id) as Row | null;
      this.#rows.set(key, row);
    }
    return row;
  }

  *using(entity: EntityName, id: string): Iterable<[EntityName, Row]> {
    const found: [EntityName, string][] = [['settings', this.book_id]];
    for (const [user, sql] of USERS[entity] ?? []) {
      for (const [user_id] of this.#port.rows(sql, { book: this.book_id, id })) found.push([user, String(user_id)]);
    }
    for (const [user, user_id] of found) {
      const row = this.get(user, user_id);
      if (row !== null && !row.deleted && refers(user, row, entity, id)) yield [user, row];
    }
  }

  count(entity: EntityName): number {
    const sql = `SELECT count(*) FROM ${quoted(entity)} WHERE book_id = :book AND NOT deleted`;
    return this.#port.value<number>(sql, { book: this.book_id }) ?? 0;
  }
}

const LINES = 'SELECT DISTINCT transaction_id FROM line WHERE book_id = :book AND';
const TRANSACTIONS = 'SELECT id FROM "transaction" WHERE book_id = :book AND NOT deleted AND';

/** The same of schedules and templates, which are few. */
function plans(condition: string): [EntityName, string][] {
  return (['schedule', 'template'] as const).map((name) => [name, `SELECT id FROM ${name} WHERE book_id = :book AND ${condition} AND NOT deleted`]);
}

/** Who may refer to a row of an entity: transactions by their lines where the lines know, else by their columns. */
const USERS: Partial<Record<EntityName, [EntityName, string][]>> = {
  account: [['transaction', `${LINES} account_id = :id`], ...plans('(account_id = :id OR to_account_id = :id)')],
  category: [
    ['transaction', `${LINES} category_id = :id`],
    ['category', 'SELECT id FROM category WHERE book_id = :book AND parent_id = :id AND NOT deleted'],
    ['payee', 'SELECT id FROM payee WHERE book_id = :book AND category_id = :id AND NOT deleted'],
    ['budget', 'SELECT id FROM budget WHERE book_id = :book AND category_id = :id AND NOT deleted'],
    ...plans(`replace(lines, :id, '') <> lines`)
  ],
  payee: [['transaction', `${TRANSACTIONS} payee_id = :id`], ...plans('payee_id = :id')],
  tag: [
    ['transaction', `${TRANSACTIONS} tag_ids <> '[]' AND replace(tag_ids, :id, '') <> tag_ids`],
    ...plans(`replace(tag_ids, :id, '') <> tag_ids`)
  ]
};
