// The browser's database driver under the same promises as Node's, and what only it must keep.
import { openBrowser, openMemory, openPool, type Pool } from '../../src/store/browser.ts';
import { PROMISES, sampleTransaction } from '../../src/store/contract.ts';
import { openKeyValue } from '../../src/store/idb.ts';
import { fileKey, forgetFileKey } from '../../src/store/key.ts';
import { readRow, writeRows } from '../../src/store/rows.ts';
import { migrate } from '../../src/store/schema.ts';

const BOOK = '01890000-0000-7000-8000-000000000001';
let pool: Promise<Pool> | null = null;

type Question = { ask: 'promises' | 'write' | 'read' | 'fill' | 'filled' | 'wrong-key' | 'bytes' };

async function promises(): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  for (const [promise, keep] of Object.entries(PROMISES)) {
    const file = `promise-${Math.random()}.db`;
    for (const port of [await openMemory(), await openBrowser(await (pool ??= openPool()), file, 'ab'.repeat(32))]) {
      try {
        keep(port);
      } catch (error) {
        failed[promise] = String(error);
      } finally {
        port.close();
      }
    }
    for (const name of [file, `${file}-wal`]) (await pool).files.unlink(`/${name}`);
  }
  return failed;
}

async function openKept() {
  const values = await openKeyValue();
  return openBrowser(await (pool ??= openPool()), 'kept.db', await fileKey(values, 'kept.db'));
}

async function answer({ ask }: Question): Promise<unknown> {
  if (ask === 'promises') return promises();
  if (ask === 'write') {
    const port = await openKept();
    migrate(port);
    port.tx(() => writeRows(port, 'transaction', Array.from({ length: 300 }, (_, n) => sampleTransaction(n))));
    return port.value('PRAGMA journal_mode');
  }
  if (ask === 'read') {
    const port = await openKept();
    return readRow(port, BOOK, 'transaction', sampleTransaction(7).id)?.note;
  }
  if (ask === 'fill') return fill();
  if (ask === 'filled') return filled();
  if (ask === 'wrong-key') {
    await forgetFileKey(await openKeyValue(), 'kept.db');
    return openKept().then(() => 'opened', (error: unknown) => String(error));
  }
  return bytes();
}

const FILLED = 2000;

/** Fills a file and stays in the middle of a transaction that has already written over what was committed. */
async function fill(): Promise<unknown> {
  const port = await openBrowser(await (pool ??= openPool()), 'filled.db', 'cd'.repeat(32));
  migrate(port);
  port.filling(true);
  const rows = Array.from({ length: FILLED }, (_, n) => sampleTransaction(n));
  port.tx(() => writeRows(port, 'transaction', rows));
  port.exec('PRAGMA cache_size=20; BEGIN IMMEDIATE');
  writeRows(port, 'transaction', rows.map((row) => ({ ...row, note: 'never committed' })));
  port.exec('DELETE FROM line');
  return [port.value('PRAGMA journal_mode'), (await pool)!.files.getFileNames().filter((name) => name.includes('filled'))];
}

/** What the next start finds. */
async function filled(): Promise<unknown> {
  const port = await openBrowser(await (pool ??= openPool()), 'filled.db', 'cd'.repeat(32));
  const found = [
    port.value('PRAGMA journal_mode'), port.value('PRAGMA integrity_check'), port.value('SELECT count(*) FROM "transaction"'),
    port.value(`SELECT count(*) FROM "transaction" WHERE note = 'never committed'`)
  ];
  port.close();
  return found;
}

/** Every file of the pool as text: what somebody sees who copies the disk. */
async function bytes(): Promise<{ size: number; found: string[] }> {
  const texts: string[] = [];
  const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
    for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values()) {
      if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle);
      else {
        const file = await (handle as FileSystemFileHandle).getFile();
        texts.push(new TextDecoder('latin1').decode(await file.arrayBuffer()));
      }
    }
  };
  await walk(await navigator.storage.getDirectory());
  const all = texts.join('');
  const secrets = ['SQLite format 3', 'CREATE TABLE', 'transaction', 'ller Caf', 'EUR'];
  return { size: all.length, found: secrets.filter((secret) => all.includes(secret)) };
}

self.onmessage = (event: MessageEvent<Question>) => {
  void answer(event.data).then(
    (data) => self.postMessage(data),
    (error: unknown) => self.postMessage({ error: String(error) })
  );
};
