// The same rows, the same answers: books that the server's tests generated and answered (made by
// `pytest server/tests/reports`, written to app/.corpus/reports) are computed again on the device's tables.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openNode } from '../store/node.ts';
import type { Bindable, Port } from '../store/port.ts';
import { migrate } from '../store/schema.ts';
import { bookReport, type ReportName, type ReportParams } from './index.ts';

type Row = Record<string, Bindable>;

interface Entry {
  settings: Row & { id: string };
  account: Row[];
  category: Row[];
  rate: Row[];
  line: Row[];
  rollup: Row[];
  asks: { name: ReportName; params: ReportParams; answer: unknown }[];
}

const CORPUS = new URL('../../.corpus/reports/books.json', import.meta.url);

function insert(port: Port, table: string, rows: readonly Row[]): void {
  for (const row of rows) {
    const names = Object.keys(row);
    port.run(`INSERT INTO ${table}(${names.join(', ')}) VALUES(${names.map((name) => `:${name}`).join(', ')})`, row);
  }
}

function database(entry: Entry): Port {
  const port = openNode();
  migrate(port);
  const book_id = entry.settings.id;
  const tables: [string, readonly Row[]][] = [
    ['settings', [entry.settings]],
    ['account', entry.account],
    ['category', entry.category],
    ['rate', entry.rate],
    ['line', entry.line],
    ['rollup', entry.rollup]
  ];
  port.tx(() => {
    for (const [table, rows] of tables) insert(port, table, rows.map((row) => ({ book_id, ...row })));
  });
  return port;
}

test.skipIf(!existsSync(CORPUS))(
  'generated books: the device answers what the server answered (made by pytest server/tests/reports)',
  { timeout: 120_000 },
  () => {
    const corpus = JSON.parse(readFileSync(CORPUS, 'utf8')) as Entry[];
    expect(corpus.length).toBeGreaterThan(50);
    for (const entry of corpus) {
      const port = database(entry);
      for (const { name, params, answer } of entry.asks) {
        const found = bookReport(port, entry.settings.id, name, params);
        expect(found, `${name} ${JSON.stringify(params)}`).toStrictEqual(answer);
      }
      port.close();
    }
  }
);
