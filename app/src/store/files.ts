/**
 * The bytes of receipts on this device: in the encrypted database, beside its rows. `file` says what is known of each,
 * `file_bytes` holds it apart, so that whoever looks through the first never reads the second.
 *
 * A file is `kept` (only here: to be sent), `check` (sent once, to a server that was put back), `sent` (the server has
 * it too), `away` (only the server has it) or `refused` (the server will not have it; only here).
 */
import { limit } from '../kernel/limits.ts';
import type { Port } from './port.ts';

export type FileState = 'kept' | 'check' | 'sent' | 'away' | 'refused';

/** A file as a receipt names it. */
export interface ReceiptFile {
  sha256: string;
  media_type: string;
  size: number;
  name: string;
}

export interface StoredFile {
  sha256: string;
  media_type: string;
  size: number;
  state: FileState;
  /** Why it could not be sent or fetched the last time: a code. */
  problem: string | null;
  tried_ms: number | null;
  wanted: 0 | 1;
}

const DAY_MS = 86_400_000;
const COLUMNS = 'sha256, media_type, size, state, problem, tried_ms, wanted';

/** Live receipts of live transactions: what names a file. */
const NAMED = `SELECT 1 FROM receipt JOIN "transaction" AS owner ON owner.book_id = receipt.book_id AND owner.id = receipt.transaction_id
  WHERE receipt.book_id = :book_id AND receipt.sha256 = file.sha256 AND NOT receipt.deleted AND NOT owner.deleted`;

export function fileOf(port: Port, sha256: string): StoredFile | null {
  return port.one<StoredFile>(`SELECT ${COLUMNS} FROM file WHERE sha256 = :sha256`, { sha256 });
}

export function bytesOf(port: Port, sha256: string, now_ms: number): Uint8Array<ArrayBuffer> | null {
  const bytes = port.value<Uint8Array<ArrayBuffer>>('SELECT bytes FROM file_bytes WHERE sha256 = :sha256', { sha256 });
  if (bytes !== null) port.run('UPDATE file SET used_ms = :now_ms WHERE sha256 = :sha256', { now_ms, sha256 });
  return bytes;
}

export function thumbOf(port: Port, sha256: string): Uint8Array<ArrayBuffer> | null {
  return port.value<Uint8Array<ArrayBuffer>>('SELECT thumb FROM file WHERE sha256 = :sha256', { sha256 });
}

export interface Kept {
  sha256: string;
  media_type: string;
  bytes: Uint8Array;
  thumb: Uint8Array | null;
  state: 'kept' | 'sent';
  now_ms: number;
}

/** Keeps a file. One that is here already stays what it is. */
export function keep(port: Port, { bytes, state, ...file }: Kept): void {
  port.tx(() => {
    port.run(
      `INSERT INTO file(sha256, media_type, size, state, thumb, used_ms) VALUES (:sha256, :media_type, :size, :state, :thumb, :now_ms)
       ON CONFLICT(sha256) DO UPDATE SET media_type = excluded.media_type, size = excluded.size, used_ms = excluded.used_ms,
         thumb = coalesce(excluded.thumb, thumb), unused_ms = NULL, problem = NULL, wanted = 0,
         state = CASE WHEN state = 'away' THEN 'sent' WHEN state = 'refused' THEN 'kept' ELSE state END`,
      { ...file, state, size: bytes.length }
    );
    port.run('INSERT INTO file_bytes(sha256, bytes) VALUES (:sha256, :bytes) ON CONFLICT(sha256) DO NOTHING', { sha256: file.sha256, bytes });
    evict(port, file.sha256);
  });
}

/** What the server has too makes room again, what was looked at longest ago first. */
function evict(port: Port, except: string): void {
  let over = (port.value<number>(`SELECT coalesce(sum(size), 0) FROM file WHERE state = 'sent'`) ?? 0) - limit('file_cache_bytes');
  if (over <= 0) return;
  const oldest = port.rows(`SELECT sha256, size FROM file WHERE state = 'sent' AND sha256 <> :except ORDER BY used_ms, sha256`, { except });
  for (const [sha256, size] of oldest) {
    if (over <= 0) return;
    over -= Number(size);
    port.run('DELETE FROM file_bytes WHERE sha256 = :sha256', { sha256: String(sha256) });
    port.run(`UPDATE file SET state = 'away' WHERE sha256 = :sha256`, { sha256: String(sha256) });
  }
}

/** Somebody wants to see it. It may not have been heard of here but by the receipt that names it. */
export function want(port: Port, book_id: string, sha256: string, now_ms: number): void {
  port.run(
    `INSERT INTO file(sha256, media_type, size, state, used_ms, wanted)
     SELECT sha256, media_type, size, 'away', :now_ms, 1 FROM receipt WHERE book_id = :book_id AND sha256 = :sha256 AND NOT deleted
     ORDER BY id LIMIT 1
     ON CONFLICT(sha256) DO UPDATE SET wanted = 1 WHERE state = 'away'`,
    { book_id, sha256, now_ms }
  );
}

export function nextWanted(port: Port): StoredFile | null {
  return port.one<StoredFile>(`SELECT ${COLUMNS} FROM file WHERE state = 'away' AND wanted ORDER BY used_ms DESC, sha256 LIMIT 1`);
}

/** The next file to send: the one that came first, if something names it. */
export function nextUnsent(port: Port, book_id: string): StoredFile | null {
  return port.one<StoredFile>(
    `SELECT ${COLUMNS} FROM file WHERE state IN ('kept', 'check') AND EXISTS (${NAMED}) ORDER BY used_ms, sha256 LIMIT 1`, { book_id }
  );
}

/** Files of receipts that only this device has. */
export function unsentFiles(port: Port, book_id: string): number {
  return port.value<number>(`SELECT count(*) FROM file WHERE state IN ('kept', 'check', 'refused') AND EXISTS (${NAMED})`, { book_id }) ?? 0;
}

export function mark(port: Port, sha256: string, state: FileState, now_ms: number, problem: string | null = null): void {
  port.run('UPDATE file SET state = :state, problem = :problem, tried_ms = :now_ms, wanted = 0 WHERE sha256 = :sha256', { sha256, state, now_ms, problem });
}

/** It did not work and is tried again. */
export function tried(port: Port, sha256: string, now_ms: number, problem: string): void {
  port.run('UPDATE file SET problem = :problem, tried_ms = :now_ms WHERE sha256 = :sha256', { sha256, now_ms, problem });
}

/** Where a server was put back, it is asked for every file that was sent to it. */
export function checkAgain(port: Port): void {
  port.run(`UPDATE file SET state = 'check' WHERE state = 'sent'`);
}

/** Lets go of what neither a receipt nor a draft has named for as long as the server keeps such files. */
export function sweep(port: Port, book_id: string, now_ms: number): void {
  const unused = `NOT EXISTS (${NAMED}) AND NOT EXISTS (SELECT 1 FROM draft WHERE instr(value, file.sha256) > 0)`;
  port.tx(() => {
    port.run(`UPDATE file SET unused_ms = CASE WHEN ${unused} THEN coalesce(unused_ms, :now_ms) END`, { book_id, now_ms });
    const before = now_ms - limit('file_days') * DAY_MS;
    port.run('DELETE FROM file_bytes WHERE sha256 IN (SELECT sha256 FROM file WHERE unused_ms < :before)', { before });
    port.run('DELETE FROM file WHERE unused_ms < :before', { before });
  });
}
