// The TypeScript core against a server that is killed and restored.
import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PYTHON, type Server, startServer } from './harness.ts';
import { expense, expectSame, expectServerAgrees, People, settleAll } from './sync/people.ts';

let server: Server;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = new People(server.url);
});

afterAll(() => server?.stop());

const run = promisify(execFile);

/** What a restore does besides copying files: the book says that its past is another one. */
async function newEpoch(folder: string, book_id: string): Promise<void> {
  const script = `
import asyncio, sys
from outlay.main import open_migrated
from outlay.settings import read_settings

async def main():
    store = open_migrated(read_settings())
    await store.write(sys.argv[1], lambda tx: tx.set_book(epoch="restored"))
    await store.close()

asyncio.run(main())`;
  await run(PYTHON, ['-c', script, book_id], { env: { ...process.env, OUTLAY_DATA_DIR: folder } });
}

it('keeps every acknowledged change once when it is killed during a push', async () => {
  const { a, b, account } = await people.pair();
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 150; n++) a.command('addTransaction', expense(account, 1 + n, `kill ${round}.${n}`));
    const pushing = a.core.book.machine.settle();
    await new Promise((resolve) => setTimeout(resolve, 20 + round * 25));
    await server.kill('SIGKILL');
    const step = await pushing;
    expect(['retry', 'idle']).toContain(step.next);
    await server.restart();
    await a.settle();
  }
  await settleAll(a, b);
  expectSame(a, b);
  expect(b.port.value(`SELECT count(*) FROM "transaction" WHERE note LIKE 'kill %'`)).toBe(450);
  expect(b.port.value(`SELECT count(DISTINCT note) FROM "transaction" WHERE note LIKE 'kill %'`)).toBe(450);
  await expectServerAgrees(b);
  await a.close();
  await b.close();
});

it('gets back what it had confirmed after the backup it was restored from', async () => {
  const { a, b, account } = await people.pair();
  for (let n = 0; n < 20; n++) a.command('addTransaction', expense(account, 1 + n, `before ${n}`));
  await settleAll(a, b);
  await server.kill('SIGTERM');
  const backup = `${server.dataFolder}-backup`;
  await cp(server.dataFolder, backup, { recursive: true });
  await server.restart();
  for (let n = 0; n < 20; n++) a.command('addTransaction', expense(account, 1 + n, `after ${n}`));
  b.command('addTransaction', expense(account, 5, 'b after'));
  await settleAll(a, b);
  await server.kill('SIGTERM');
  await rm(server.dataFolder, { recursive: true });
  await cp(backup, server.dataFolder, { recursive: true });
  await rm(backup, { recursive: true });
  await newEpoch(server.dataFolder, a.core.book.meta.book_id);
  await server.restart();
  await settleAll(a, b);
  await settleAll(a, b);
  expectSame(a, b);
  expect(a.port.value(`SELECT count(*) FROM "transaction" WHERE note LIKE 'before %'`)).toBe(20);
  expect(a.port.value(`SELECT count(*) FROM "transaction" WHERE note LIKE '%after%'`)).toBe(21);
  await expectServerAgrees(a);
  await a.close();
  await b.close();
});
