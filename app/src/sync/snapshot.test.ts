// A book that is fetched page by page is the book that is pulled row by row: into an empty file, and beside what is shown.
import { expect, it } from 'vitest';
import { uuid7 } from '../kernel/ids.ts';
import { ENTITY_NAMES, FIELDS, type EntityName } from '../store/entities.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import { openNode } from '../store/node.ts';
import type { Bindable, Port } from '../store/port.ts';
import { LAYOUT, migrate } from '../store/schema.ts';
import { columnOf, isTable, without, type Table } from '../store/table.ts';
import { beginHydration, finishBook, landPage, landSnapshot, position } from './inbox.ts';
import { seeded } from '../../e2e/sync/line.ts';
import { record } from './outbox.ts';
import type { SnapshotPage, WireRow } from './wire.ts';

const id = (n: number) => uuid7(1_700_000_000_000 + n, new Uint8Array(10));
const [BOOK, DEVICE, PERSON] = [id(0), id(900_001), id(900_002)];
const JSON_TYPES = new Set(['json', 'lines', 'ids', 'days']);
type Random = () => number;

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

/** A household; in some all that can be one is one. */
function household(random: Random): WireRow[] {
  const alike = random() < 0.4;
  const rows: WireRow[] = [];
  const add = (entity: EntityName, given: Record<string, unknown>, row_id = id(rows.length + 1)): string => {
    const fields = Object.fromEntries(Object.entries(FIELDS[entity]).map(([name, { type, null: may, min, enum: names }]) => {
      const value = { text: pick(random, [`it's`, 'ü ?', ':x 😀', 'plain']), currency: 'EUR', integer: min ?? 0, amount: 7, flag: !alike && random() < 0.5,
        id: null, ids: [], day: '2025-03-07', time: '12:30', decimal: '1.25', json: { a: [1, `it's`] }, lines: [], days: [] }[type];
      return [name, name in given ? given[name] : may && random() < 0.5 ? null : names ? pick(random, names) : value];
    }));
    rows.push([entity, row_id, alike ? 1 : 1 + Math.floor(random() * 3), false, fields]);
    return row_id;
  };
  add('settings', {}, BOOK);
  const accounts = [1, 2].map(() => add('account', {}));
  const categories = [1, 2].map(() => add('category', { parent_id: null, merged_into: null, kind: 'expense' }));
  const payees = [add('payee', { category_id: null, merged_into: null })];
  for (let n = Math.floor(random() * 12); n > 0; n--) {
    const kind = alike ? 'expense' : pick(random, ['expense', 'transfer', 'income'] as const);
    const [amount_minor, transfer] = [alike ? 5 : 2 + Math.floor(random() * 900), kind === 'transfer'];
    const category_id = alike ? categories[0]! : pick(random, [...categories, null]);
    const lines = !alike && random() < 0.3 ? [{ category_id, amount_minor: amount_minor - 1 }, { category_id: null, amount_minor: 1 }] : [{ category_id, amount_minor }];
    add('transaction', {
      kind, account_id: accounts[0], amount_minor, currency: 'EUR', to_account_id: transfer ? accounts[1] : null, to_amount_minor: transfer ? amount_minor : null,
      to_currency: transfer ? 'EUR' : null, lines: transfer ? [] : lines, rate: null, base_minor: random() < 0.2 ? null : amount_minor, base_currency: 'EUR',
      day: `2025-0${1 + Math.floor(random() * 3)}-0${1 + Math.floor(random() * 9)}`, payee_id: random() < 0.5 ? payees[0] : null, tag_ids: [], import_id: null
    });
  }
  return rows;
}

/** As the server cuts it: the first page of several ends with newest transactions, which come again in their place. */
function pagesOf(rows: readonly WireRow[], random: Random): SnapshotPage[] {
  const flag = random() < 0.5 ? (value: boolean) => value : Number;
  const stored = (type: string, value: unknown): Bindable =>
    value === null ? null : JSON_TYPES.has(type) ? JSON.stringify(value) : typeof value === 'boolean' ? flag(value) : value as Bindable;
  const table = (entity: EntityName, own: readonly WireRow[]): Table => ({
    rows: own.length,
    columns: {
      id: columnOf(own.map(([, row_id]) => row_id)), ver: columnOf(own.map(([, , ver]) => ver)),
      ...Object.fromEntries(Object.entries(FIELDS[entity]).map(([name, { type }]) => [name, columnOf(own.map(([, , , , fields]) => stored(type, fields[name])))]))
    }
  });
  const before = rows.filter(([entity]) => entity !== 'transaction');
  const transactions = rows.filter(([entity]) => entity === 'transaction');
  const room = 1 + Math.floor(random() * 5);
  const pages = transactions.length <= room ? [[...before, ...transactions]] : [[...before, ...transactions.filter((_, n) => n % 3 === 1)]];
  if (transactions.length > room) for (let n = 0; n < transactions.length; n += room) pages.push(transactions.slice(n, n + room));
  const made = pages.map((own, n) => ({
    epoch: 'e', from: n === 0 ? null : `p${n}`, v0: 5, after: n === pages.length - 1 ? null : `p${n + 1}`, more: n < pages.length - 1, total: rows.length,
    tables: Object.fromEntries(ENTITY_NAMES.flatMap((entity) => {
      const some = own.filter(([name]) => name === entity);
      return some.length > 0 ? [[entity, table(entity, some)]] : [];
    }))
  }));
  return JSON.parse(JSON.stringify(made)) as SnapshotPage[];
}

function opened(cursor: string | null): Port {
  const port = openNode();
  migrate(port);
  writeMeta(port, { book_id: BOOK, device_id: DEVICE, person_id: PERSON, epoch: 'e', cursor });
  return port;
}

const landing = (port: Port) => ({ port, now_ms: 1, newDeviceId: () => id(900_003) });

/** The last page of a pull, and what comes after it between calls. */
function pulled(port: Port, rows: WireRow[] = []): void {
  const cursor = position(port)!;
  const { state } = landPage({ ...landing(port), asked: { device_id: DEVICE, cursor } }, { epoch: 'e', from: cursor, to: '5:~', head: 5, more: false, rows, acks: [], time: 0 });
  expect(state).toBe('done');
  while (finishBook(port));
}

const land = (port: Port, page: SnapshotPage) => landSnapshot(landing(port), readMeta(port)!.hydration!, page);
const edit = (port: Port, row_id: string) =>
  port.tx(() => record(port, { mid: id(800_000), name: 'edit', ops: [{ e: 'transaction', id: row_id, k: 'set', f: { note: 'mine' } }], made_at: 1 }));

/** All that a file has of the book, in an order of its own; JSON as what it says. */
function told(port: Port): unknown {
  const value = (stored: unknown) => (typeof stored === 'string' && /^[[{]/.test(stored) ? (JSON.parse(stored) as unknown) : stored);
  const rows = (sql: string) => port.all(sql).map((row) => JSON.stringify(Object.entries(row).map(([name, stored]) => [name, value(stored)]))).sort();
  const words = port.rows(`SELECT entity, id FROM search_doc JOIN search ON search.rowid = doc WHERE search MATCH 'plain OR mine OR it' ORDER BY 1, 2`);
  const confirmed = port.rows('SELECT row FROM shadow').map(([row]) => Object.entries(JSON.parse(String(row)) as object).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [...[...ENTITY_NAMES, 'line', 'rollup', 'account_sum'].map((table) => rows(`SELECT * FROM "${table}"`)), rows('SELECT entity, id FROM shadow'), confirmed, words];
}

it('a book that is fetched is the book that is pulled, with changes that wait and without', () => {
  for (let seed = 1; seed <= 120; seed++) {
    const random = seeded(seed);
    const rows = household(random);
    const pages = pagesOf(rows, random);
    const shown = Object.keys(pages[0]!.tables).includes('transaction') ? String(pages[0]!.tables['transaction']!.columns['id']![0]) : null;
    const mine = random() < 0.6 ? shown : null;
    const [one, fresh, beside] = [opened('0:'), opened(null), opened('0:')];
    pulled(one, rows);
    if (mine) edit(one, mine);
    fresh.tx(() => beginHydration(fresh));
    pages.forEach((page, n) => {
      land(fresh, page);
      if (n === 0 && mine) edit(fresh, mine);
    });
    pulled(fresh);
    pulled(beside, household(seeded(seed + 1000)));
    beside.tx(() => beginHydration(beside));
    for (const page of pages) land(beside, page);
    pulled(beside);
    if (mine) edit(beside, mine);
    expect(told(fresh), `seed ${seed}, into an empty file`).toEqual(told(one));
    expect(told(beside), `seed ${seed}, beside another book`).toEqual(told(one));
    for (const port of [one, fresh, beside]) port.close();
  }
});

it('what an older app had put aside by row is fetched again', () => {
  const rows = household(seeded(3));
  const [page] = pagesOf(rows.filter(([entity]) => entity !== 'transaction'), seeded(3));
  const port = opened('0:');
  pulled(port, rows);
  const before = told(port);
  port.tx(() => beginHydration(port));
  land(port, page!);
  port.run(`UPDATE stage SET body = '{"columns": {}, "rows": []}'`);
  port.exec(`PRAGMA user_version=${LAYOUT - 1}`);
  migrate(port);
  expect(readMeta(port)!.hydration).toMatchObject({ v0: null, after: null, done: 0, complete: false, fresh: false });
  expect(position(port)).toBe(null);
  for (const again of pagesOf(rows, seeded(3))) land(port, again);
  pulled(port);
  expect(told(port)).toEqual(before);
  port.close();
});

it('a table says of itself whether it is one, and loses rows by their number', () => {
  const table: Table = { rows: 3, columns: { id: ['a', 'b', 'c'], kind: ['x'] } };
  expect(without(table, () => false)).toBe(table);
  expect(without(table, (row) => row === 1)).toEqual({ rows: 2, columns: { id: ['a', 'c'], kind: ['x'] } });
  expect(isTable(table, 3)).toBe(true);
  expect(isTable(table, 2)).toBe(false);
  expect(isTable({ ...table, rows: 2_000_000 }, 5000)).toBe(false);
  expect(isTable({ rows: 3, columns: { id: ['a', 'b', 'c'], kind: ['x', 'y'] } }, 3)).toBe(false);
  expect(isTable({ rows: 0, columns: { id: [] } }, 3)).toBe(false);
});
