/** Files on the device: what is sent next, what makes room, and what is let go of. */
import { beforeEach, expect, it } from 'vitest';
import { uuid7 } from '../kernel/ids.ts';
import { limit } from '../kernel/limits.ts';
import { bytesOf, checkAgain, fileOf, keep, mark, nextUnsent, nextWanted, sweep, thumbOf, unsentFiles, want } from './files.ts';
import { openNode } from './node.ts';
import type { Port } from './port.ts';
import { migrate } from './schema.ts';

const BOOK = uuid7(1_700_000_000_000, new Uint8Array(10));
const DAY_MS = 86_400_000;
let port: Port;

beforeEach(() => {
  port = openNode();
  migrate(port);
});

const sha = (n: number) => String(n).padStart(64, '0');
function put(n: number, { size = 4, now_ms = n, state = 'kept' as 'kept' | 'sent' } = {}): void {
  keep(port, { sha256: sha(n), media_type: 'image/jpeg', bytes: new Uint8Array(4).fill(n), thumb: new Uint8Array([n]), state, now_ms });
  // as if it were that large
  port.run('UPDATE file SET size = :size WHERE sha256 = :sha256', { size, sha256: sha(n) });
}
function name(n: number, { deleted = 0, owner_deleted = 0 } = {}): void {
  port.run('INSERT OR REPLACE INTO "transaction"(book_id, id, deleted) VALUES (:book, :id, :owner_deleted)', { book: BOOK, id: `t${n}`, owner_deleted });
  port.run(
    `INSERT OR REPLACE INTO receipt(book_id, id, deleted, transaction_id, sha256, media_type, size) VALUES (:book, :id, :deleted, :owner, :sha256, 'image/jpeg', 4)`,
    { book: BOOK, id: `r${n}`, deleted, owner: `t${n}`, sha256: sha(n) }
  );
}

it('sends what a receipt names, the oldest first, and nothing else', () => {
  for (const n of [3, 1, 2, 4]) put(n);
  expect(nextUnsent(port, BOOK)).toBeNull();
  name(3);
  name(2);
  name(1, { deleted: 1 });
  name(4, { owner_deleted: 1 });
  expect([nextUnsent(port, BOOK)?.sha256, unsentFiles(port, BOOK)]).toEqual([sha(2), 2]);
  mark(port, sha(2), 'sent', 9);
  mark(port, sha(3), 'refused', 9, 'file_mixed');
  expect([nextUnsent(port, BOOK), unsentFiles(port, BOOK)]).toEqual([null, 1]);
  checkAgain(port);
  expect(nextUnsent(port, BOOK)).toMatchObject({ sha256: sha(2), state: 'check' });
});

it('makes room of what the server has, what was looked at longest ago first, and keeps the small pictures', () => {
  const third = Math.ceil(limit('file_cache_bytes') / 3);
  for (const n of [1, 2]) put(n, { size: third, state: 'sent' });
  put(5, { size: third });
  bytesOf(port, sha(1), 10);
  put(3, { size: third + 1, state: 'sent', now_ms: 11 });
  // room is made when the next one comes
  put(4, { state: 'sent', now_ms: 12 });
  expect([1, 2, 3, 5].map((n) => [n, fileOf(port, sha(n))?.state, bytesOf(port, sha(n), 12) !== null])).toEqual([
    [1, 'sent', true], [2, 'away', false], [3, 'sent', true], [5, 'kept', true]
  ]);
  expect(thumbOf(port, sha(2))).toEqual(new Uint8Array([2]));
});

it('asks for what a receipt names and is not here, and takes it in', () => {
  want(port, BOOK, sha(7), 1);
  expect(nextWanted(port)).toBeNull();
  name(7);
  want(port, BOOK, sha(7), 1);
  expect(nextWanted(port)).toMatchObject({ sha256: sha(7), state: 'away' });
  mark(port, sha(7), 'away', 2, 'offline');
  expect(nextWanted(port)).toBeNull();
  want(port, BOOK, sha(7), 3);
  put(7, { state: 'sent' });
  expect([nextWanted(port), fileOf(port, sha(7))]).toMatchObject([null, { state: 'sent', problem: null, wanted: 0 }]);
});

it('lets go of what nothing has named for 30 days; drafts name too', () => {
  for (const n of [1, 2, 3]) put(n);
  name(1);
  port.run(`INSERT INTO draft(key, at_ms, value) VALUES ('add', 1, :value)`, { value: JSON.stringify({ receipts: [{ sha256: sha(2) }] }) });
  const left = () => port.rows('SELECT f.sha256 FROM file AS f JOIN file_bytes USING (sha256) ORDER BY 1').map(([sha256]) => Number(sha256));
  for (const [day, expected] of [[0, [1, 2, 3]], [29, [1, 2, 3]], [31, [1, 2]]] as const) {
    sweep(port, BOOK, day * DAY_MS);
    expect(left()).toEqual(expected);
  }
  port.run('DELETE FROM draft');
  name(1, { deleted: 1 });
  sweep(port, BOOK, 40 * DAY_MS);
  name(1);
  sweep(port, BOOK, 60 * DAY_MS);
  sweep(port, BOOK, 90 * DAY_MS);
  expect(left()).toEqual([1]);
});
