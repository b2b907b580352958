// The browser's database driver under the same promises as Node's, and what only it must keep.
import { openBrowser, openMemory, openPool, type Pool } from '../../src/store/browser.ts';
import { PROMISES, sampleTransaction } from '../../src/store/contract.ts';
import { openKeyValue } from '../../src/store/idb.ts';
import { fileKey, forgetFileKey } from '../../src/store/key.ts';
import { bytesOf, keep } from '../../src/store/files.ts';
import { readRow, writeRows } from '../../src/store/rows.ts';
import { migrate } from '../../src/store/schema.ts';

const BOOK = '01890000-0000-7000-8000-000000000001';
let pool: Promise<Pool> | null = null;

type Question = { ask: 'promises' | 'write' | 'read' | 'fill' | 'filled' | 'wrong-key' | 'bytes' | 'files' };

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
  if (ask === 'files') return files();
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

const ROWS = 10_000;
const KEPT = 20;
const KEPT_BYTES = 600_000;

/** What the everyday work of the database takes (ms, medians) before and after receipts lie in it; docs/receipts.md has what 50,000 rows and 200 files took. */
async function files(): Promise<Record<string, number>> {
  const port = await openBrowser(await (pool ??= openPool()), 'files.db', 'ef'.repeat(32));
  migrate(port);
  port.filling(true);
  for (let from = 0; from < ROWS; from += 5000) port.tx(() => writeRows(port, 'transaction', Array.from({ length: 5000 }, (_, n) => sampleTransaction(from + n))));
  port.filling(false);
  const median = (work: (n: number) => void): number => {
    const took = Array.from({ length: 41 }, (_, n) => {
      const from = performance.now();
      work(n);
      return performance.now() - from;
    });
    return Math.round(took.sort((a, b) => a - b)[20]! * 100) / 100;
  };
  const page = (n: number) => void port.rows('SELECT * FROM "transaction" WHERE book_id = :book_id AND NOT deleted ORDER BY day DESC, id DESC LIMIT 100 OFFSET :n', { n });
  const commit = (n: number) => port.tx(() => writeRows(port, 'transaction', [{ ...sampleTransaction(n), note: `again ${Math.random()}` }]));
  const before = { page_ms: median(page), commit_ms: median(commit) };
  const file = (n: number) => ({ sha256: String(n).padStart(64, '0'), media_type: 'image/jpeg', thumb: new Uint8Array(4000), state: 'kept' as const, now_ms: n });
  const noise = crypto.getRandomValues(new Uint8Array(65_536));
  const bytes = new Uint8Array(KEPT_BYTES).map((_, at) => noise[at % noise.length]!);
  for (let n = 0; n < KEPT; n++) keep(port, { ...file(n), bytes });
  const keep_ms = median((n) => keep(port, { ...file(1000 + n), bytes }));
  const read_ms = median((n) => void bytesOf(port, file(n).sha256, n));
  const after = { page_after_ms: median(page), commit_after_ms: median(commit) };
  const stored = port.value<number>('SELECT sum(length(bytes)) FROM file_bytes') ?? 0;
  port.close();
  for (const name of ['/files.db', '/files.db-wal']) (await pool)!.files.unlink(name);
  return { ...before, ...after, keep_ms, read_ms, stored };
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
  // None short enough to stand in noise by chance: three letters did, once.
  const secrets = ['SQLite format 3', 'CREATE TABLE', 'transaction', 'ller Caf'];
  return { size: all.length, found: secrets.filter((secret) => all.includes(secret)) };
}

self.onmessage = (event: MessageEvent<Question>) => {
  void answer(event.data).then(
    (data) => self.postMessage(data),
    (error: unknown) => self.postMessage({ error: String(error) })
  );
};
