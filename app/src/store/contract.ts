/**
 * What every driver of the port promises. Run on Node's SQLite by `store.test.ts` and
 * on the encrypted WASM in a real browser by `e2e/store.test.ts`; a native plugin
 * would have to keep the same list. Each promise gets an empty database and throws
 * when it is not kept.
 */
import type { Entities } from './entities.ts';
import { readMeta, writeMeta } from './meta.ts';
import type { Bindable, Port } from './port.ts';
import { eraseRow, liveRows, readRow, readRows, writeRows } from './rows.ts';
import { LAYOUT, migrate } from './schema.ts';
import { indexAll, indexMore, indexRows, rebuildSearch, searchWords } from './search.ts';

function equal(found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`found ${a}, wanted ${b}`);
}

function throws(work: () => unknown, pattern: RegExp): void {
  try {
    work();
  } catch (error) {
    if (!pattern.test(String(error))) throw error;
    return;
  }
  throw new Error(`nothing was thrown, wanted ${pattern}`);
}

const BOOK = '01890000-0000-7000-8000-000000000001';

export function sampleTransaction(n: number): Entities['transaction'] {
  return {
    id: `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`, ver: n, deleted: false, kind: 'expense',
    account_id: BOOK, amount_minor: 1000 + n, currency: 'EUR', to_account_id: null, to_amount_minor: null, to_currency: null,
    lines: [{ category_id: null, amount_minor: 1000 + n }], rate: '1', base_minor: 1000 + n, base_currency: 'EUR',
    day: '2026-03-14', time: '09:30', utc_offset_min: 60, payee_id: null, note: `Müller Café 北京烤鸭 ${n}`, tag_ids: [BOOK],
    reconciled: n % 2 === 0, import_id: null, extra: { later: [1] }
  };
}

export const PROMISES: Readonly<Record<string, (port: Port) => void>> = {
  'integers stay exact up to 2^53−1 and are integers in SQL': (port) => {
    const most = Number.MAX_SAFE_INTEGER;
    equal(port.rows('SELECT :a, :a - 1, typeof(:a), :b / 7, -:a', { a: most, b: 20 }), [[most, most - 1, 'integer', 2, -most]]);
  },
  'text, bytes, booleans and nothing come back': (port) => {
    equal(port.one('SELECT :a AS a, :b AS b, :c AS c, :d AS d', { a: 'ü😀', b: true, c: null, d: undefined }), { a: 'ü😀', b: 1, c: null, d: null });
    equal([...(port.value<Uint8Array>('SELECT :a', { a: new Uint8Array([0, 255]) }) ?? [])], [0, 255]);
  },
  'every value comes back as it was, short and long': (port) => {
    const long = 'Müller '.repeat(20);
    const row = port.rows(`SELECT '', 'a', :long, 'x' || :long, -1, 0, 1.5, -9007199254740991, NULL, length(:empty)`, { long, empty: new Uint8Array(0) });
    equal(row, [['', 'a', long, `x${long}`, -1, 0, 1.5, -9007199254740991, null, 0]]);
    equal([...port.value<Uint8Array>('SELECT :empty', { empty: new Uint8Array(0) })!], []);
    equal(port.rows('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i, i || :long FROM n', { long }).length, 3000);
    throws(() => port.rows(`SELECT json('{')`), /malformed JSON/);
  },
  'a parameter that was forgotten throws, one too many does not': (port) => {
    throws(() => port.value('SELECT :a', {}), /no value for :a/);
    equal(port.value(`SELECT :a || ':not' -- :nor this`, { a: 'x', b: 1 }), 'x:not');
  },
  'run says how many rows changed': (port) => {
    port.exec('CREATE TABLE t(a INTEGER PRIMARY KEY)');
    equal(port.run('INSERT INTO t SELECT value FROM json_each(:list)', { list: '[1,2,3]' }), 3);
    equal(port.run('DELETE FROM t WHERE a > :a', { a: 1 }), 2);
    equal(port.run('DELETE FROM t WHERE a > :a', { a: 1 }), 0);
  },
  'many rows at once are what they are one by one': (port) => {
    port.exec('CREATE TABLE t(a INTEGER PRIMARY KEY, b, c TEXT)');
    const most = Number.MAX_SAFE_INTEGER;
    const odd: Bindable[] = ['', 'plain', 'ü', '北京', '😀 and \u{1F468}\u200D\u{1F469}', 'x'.repeat(5000), null, undefined, true, false, 0, -1, most, -most, 2 ** 31, 1.5];
    const rows = Array.from({ length: 1300 }, (_, n): Bindable[] => [`c${n}é`, n, odd[n % odd.length]]);
    port.exec('CREATE TABLE u(a INTEGER PRIMARY KEY, b, c TEXT)');
    port.tx(() => {
      port.many('INSERT INTO t(c, a, b) VALUES (:c, :a, :b)', rows);
      for (const [c, a, b] of rows) port.run('INSERT INTO u(c, a, b) VALUES (:c, :a, :b)', { a, b, c });
    });
    equal(port.rows('SELECT *, typeof(b) FROM t EXCEPT SELECT *, typeof(b) FROM u'), []);
    equal(port.value('SELECT count(*) FROM t'), rows.length);
    throws(() => port.many('INSERT INTO t(c, a, b) VALUES (:c, :a, :b)', [['x', 1300, null], ['x', 7, null]]), /UNIQUE/);
    port.many('INSERT INTO t(c, a, b) VALUES (:c, :a, :b)', [['x', 1301, null]]);
    port.many(`INSERT INTO t(c, a, b) VALUES (':c', :a, :a + :b)`, [[1302, 1], [1303, null]]);
    equal(port.rows('SELECT a, b, c FROM t WHERE a > 1299'), [[1300, null, 'x'], [1301, null, 'x'], [1302, 1303, ':c'], [1303, null, ':c']]);
  },
  'half a surrogate pair is a mark of its own, whatever text comes next': (port) => {
    port.exec('CREATE TABLE t(a INTEGER PRIMARY KEY, b, c)');
    const [high, low] = ['x\ud83d', '\ude00y'];
    port.many('INSERT INTO t(a, b, c) VALUES (:a, :b, :c)', [[1, high, low]]);
    port.manyOf('INSERT INTO t(a, b, c) VALUES (:a, :b, :c)', 2, [[2, 3], [high], [low, 'z']]);
    port.run('INSERT INTO t(a, b, c) VALUES (:a, :b, :c)', { a: 4, b: high, c: low });
    equal(port.rows('SELECT a, b, c FROM t'), [[1, 'x\ufffd', '\ufffdy'], [2, 'x\ufffd', '\ufffdy'], [3, 'x\ufffd', 'z'], [4, 'x\ufffd', '\ufffdy']]);
  },
  'rows by column are what they are by row': (port) => {
    const texts = Array.from({ length: 1300 }, (_, n) => (n % 7 === 0 ? null : n % 3 === 0 ? `ü${n}😀` : `c${n}`));
    const fixed: Bindable[] = [`it's`, null, true, Number.MAX_SAFE_INTEGER, -1, '北京', ''];
    for (const table of ['t', 'u']) port.exec(`CREATE TABLE ${table}(a INTEGER PRIMARY KEY, b, c TEXT)`);
    fixed.forEach((value, n) => {
      for (const size of [1, texts.length]) {
        port.exec('DELETE FROM t; DELETE FROM u');
        const numbers = Array.from({ length: size }, (_, row) => row - 1);
        port.manyOf('INSERT INTO t(b, a, c) VALUES (:b, :a, :c)', size, n % 2 === 0 ? [[value], numbers, texts.slice(0, size)] : [texts.slice(0, size), numbers, [value]]);
        port.many('INSERT INTO u(b, a, c) VALUES (:b, :a, :c)', numbers.map((a, row) => (n % 2 === 0 ? [value, a, texts[row]] : [texts[row], a, value])));
        equal(port.rows('SELECT *, typeof(b), typeof(c) FROM t EXCEPT SELECT *, typeof(b), typeof(c) FROM u'), []);
        equal(port.value('SELECT count(*) FROM t'), size);
      }
    });
    throws(() => port.manyOf('INSERT INTO t(b, a, c) VALUES (:b, :a, :c)', 2, [[1], [9000, 9000], ['x']]), /UNIQUE/);
    port.manyOf('INSERT INTO t(b, a, c) VALUES (:b, :a, :c)', 0, [[], [], []]);
    port.manyOf('INSERT INTO t(b, a, c) VALUES (:b, :a, :c)', 1, [[null], [9001], ['y']]);
    equal(port.rows('SELECT a, b, c FROM t WHERE a > 8999'), [[9000, 1, 'x'], [9001, null, 'y']]);
  },
  'filling changes nothing but the speed': (port) => {
    port.filling(true);
    port.exec('CREATE TABLE t(a)');
    port.tx(() => port.run('INSERT INTO t VALUES (1)'));
    throws(() => port.tx(() => {
      port.run('INSERT INTO t VALUES (2)');
      throw new Error('stop');
    }), /stop/);
    throws(() => port.tx(() => port.filling(false)), /written/);
    port.filling(false);
    port.filling(false);
    port.run('INSERT INTO t VALUES (3)');
    equal(port.rows('SELECT a FROM t'), [[1], [3]]);
  },
  'a failed transaction leaves nothing, also nested': (port) => {
    port.exec('CREATE TABLE t(a)');
    throws(() => port.tx(() => {
      port.run('INSERT INTO t VALUES (1)');
      throw new Error('stop');
    }), /stop/);
    port.tx(() => {
      port.run('INSERT INTO t VALUES (2)');
      throws(() => port.tx(() => {
        port.run('INSERT INTO t VALUES (3)');
        throw new Error('stop');
      }), /stop/);
      port.tx(() => port.run('INSERT INTO t VALUES (4)'));
    });
    equal(port.rows('SELECT a FROM t ORDER BY a'), [[2], [4]]);
    equal(port.inTransaction, false);
  },
  'a statement that failed can be used again': (port) => {
    port.exec('CREATE TABLE t(a INTEGER PRIMARY KEY)');
    const insert = () => port.run('INSERT INTO t VALUES (:a)', { a: 1 });
    insert();
    throws(insert, /UNIQUE/);
    port.run('DELETE FROM t');
    equal(insert(), 1);
  },
  'the file is made once and knows its layout': (port) => {
    migrate(port);
    migrate(port);
    equal(port.value('PRAGMA user_version'), LAYOUT);
    port.exec(`PRAGMA user_version=${LAYOUT + 1}`);
    throws(() => migrate(port), /layout/);
  },
  'rows come back as they went in': (port) => {
    migrate(port);
    const rows = Array.from({ length: 2500 }, (_, n) => sampleTransaction(n));
    port.tx(() => writeRows(port, 'transaction', rows));
    equal(readRow(port, BOOK, 'transaction', rows[7]!.id), rows[7]);
    writeRows(port, 'transaction', [{ ...rows[7]!, note: null, deleted: true, lines: [] }]);
    equal(readRow(port, BOOK, 'transaction', rows[7]!.id)?.lines, []);
    equal(liveRows(port, BOOK, 'transaction').length, 2499);
    equal([...readRows(port, BOOK, 'transaction', [rows[1]!.id, 'gone']).keys()], [rows[1]!.id]);
    eraseRow(port, BOOK, 'transaction', rows[1]!.id);
    equal(readRow(port, BOOK, 'transaction', rows[1]!.id), null);
  },
  'facts of the file': (port) => {
    migrate(port);
    equal(readMeta(port), null);
    writeMeta(port, { book_id: BOOK, device_id: 'd', next_seq: 7 });
    equal(readMeta(port)?.next_seq, 7);
    equal(readMeta(port)?.cursor, null);
  },
  'words are found by their beginning, without accents, in scripts without spaces too': (port) => {
    migrate(port);
    writeRows(port, 'transaction', [sampleTransaction(1), { ...sampleTransaction(2), note: 'Bäckerei' }]);
    rebuildSearch(port, BOOK);
    const found = (text: string) => searchWords(text).map((word) => port.value('SELECT count(*) FROM search WHERE text MATCH :word', { word }));
    equal(found('mull CAFE 北京 京烤 back'), [1, 1, 1, 1, 1]);
    equal(found('"; DROP'), [0]);
    writeRows(port, 'transaction', [{ ...sampleTransaction(2), note: 'Brot' }]);
    indexRows(port, BOOK, 'transaction', [sampleTransaction(2).id]);
    equal(found('back brot'), [0, 1]);
  },
  'words of a book that was fetched are indexed piece by piece': (port) => {
    migrate(port);
    writeRows(port, 'transaction', Array.from({ length: 7 }, (_, n) => ({ ...sampleTransaction(n), note: n === 6 ? '' : `Nummer ${n}`, deleted: n === 5 })));
    const documents = () => port.rows('SELECT id FROM search_doc ORDER BY id').map(([id]) => String(id));
    const ids = (...numbers: number[]) => numbers.map((n) => sampleTransaction(n).id);
    writeMeta(port, { book_id: BOOK, searched_to: '', hydration: { epoch: null, v0: 1, after: null, done: 0, total: 7, complete: true, fresh: true } });
    equal([indexMore(port, 2), documents()], [false, []]);
    writeMeta(port, { hydration: null });
    indexRows(port, BOOK, 'transaction', ids(3));
    equal([indexMore(port, 2), documents()], [true, ids(0, 1, 3)]);
    indexAll(port);
    equal([indexMore(port, 2), documents()], [false, ids(0, 1, 2, 3, 4)]);
    equal(port.value('SELECT count(*) FROM search WHERE text MATCH :word', { word: searchWords('numm')[0]! }), 5);
  },
  'a file of the first layout is brought along': (port) => {
    migrate(port);
    port.exec('DROP TABLE line; CREATE TABLE line(book_id TEXT NOT NULL, transaction_id TEXT NOT NULL, position INTEGER NOT NULL,' +
      ' day TEXT NOT NULL, day_number INTEGER NOT NULL, flow TEXT NOT NULL, account_id TEXT, category_id TEXT, currency TEXT NOT NULL,' +
      ' amount_minor INTEGER NOT NULL, base_minor INTEGER, base_currency TEXT NOT NULL, PRIMARY KEY(book_id, transaction_id, position)) WITHOUT ROWID;' +
      ' CREATE INDEX line_day ON line(book_id, day_number); PRAGMA user_version=1');
    const [row] = [sampleTransaction(1)];
    writeRows(port, 'transaction', [row]);
    port.exec(`UPDATE "transaction" SET book_id = 'b'; INSERT INTO line VALUES ('b', '${row.id}', 0, '2026-03-14', 20526, 'expense', NULL, 'c', 'EUR', -5, NULL, 'EUR')`);
    migrate(port);
    equal(readRow(port, BOOK, 'transaction', row.id), row);
    equal(port.rows('SELECT * FROM line WHERE book_id = :book_id'), [['', 20526, 'expense', 'EUR', 'EUR', row.id, 0, '2026-03-14', null, 'c', -5, null]]);
    equal(port.value('PRAGMA user_version'), LAYOUT);
  }
};
