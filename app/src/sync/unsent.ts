/**
 * Changes that were not sent, as a file: for a device that the book was closed to,
 * and back again on a device that is let in. The changes keep their ids, so what
 * the server has already is not done twice. Runs inside the caller's transaction.
 */
import type { UnsentFile } from '../api.ts';
import { limit } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isEntity } from '../store/entities.ts';
import { writeMeta } from '../store/meta.ts';
import type { Port } from '../store/port.ts';
import { allPending, isRecorded, meta, replay } from './outbox.ts';
import type { Op } from './wire.ts';

const MOST = limit('import_rows');
const KINDS = ['create', 'set', 'inc', 'delete', 'restore'];

export function unsentFile(port: Port, saved_at_ms: number): UnsentFile {
  const { book_id, person_id, device_id, epoch } = meta(port);
  const mutations = allPending(port).map(({ mid, base, made_at, name, ops }) => ({ mid, base, made_at, name, ops: JSON.parse(ops) as Op[] }));
  return { outlay: 'unsent', version: 1, book_id, person_id, device_id, epoch, saved_at_ms, mutations };
}

/**
 * Puts the changes of a file behind what waits here. What no longer fits is shown nowhere and still sent: the server
 * decides about it, and it appears under Attention. Refuses `operation_invalid`, `book_not_found`.
 */
export function takeUnsent(port: Port, given: unknown): { added: number; known: number } {
  const file = checked(given);
  const facts = meta(port);
  if (file.book_id !== facts.book_id) throw new Refusal('book_not_found', 'book_id');
  const fresh = file.mutations.filter(({ mid }) => !isRecorded(port, mid));
  let { next_seq } = facts;
  for (const { mid, base, made_at, name, ops } of fresh) {
    // of another log the versions say nothing
    const seen = file.epoch === facts.epoch ? base : 0;
    port.run(
      `INSERT INTO outbox(seq, mid, name, ops, base, made_at, state) VALUES (:seq, :mid, :name, :ops, :seen, :made_at, 'pending')`,
      { seq: next_seq++, mid, name, ops: JSON.stringify(ops), seen, made_at }
    );
  }
  writeMeta(port, { next_seq });
  const mids = new Set(fresh.map(({ mid }) => mid));
  replay(port, facts.book_id, allPending(port).filter(({ mid }) => mids.has(mid)));
  return { added: fresh.length, known: file.mutations.length - fresh.length };
}

function checked(given: unknown): UnsentFile {
  const file = given as UnsentFile;
  const whole =
    file?.outlay === 'unsent' && file.version === 1 && typeof file.book_id === 'string' &&
    Array.isArray(file.mutations) && file.mutations.length <= MOST && file.mutations.every(isMutation);
  if (!whole) throw new Refusal('operation_invalid', 'file');
  return file;
}

function isMutation({ mid, base, made_at, name, ops }: UnsentFile['mutations'][number]): boolean {
  return /^[0-9a-f-]{36}$/.test(mid) && Number.isSafeInteger(base) && Number.isSafeInteger(made_at) && typeof name === 'string' &&
    Array.isArray(ops) && ops.length > 0 && ops.every(({ e, id, k, f = {} }) => isEntity(e) && /^[0-9a-f-]{36}$/.test(id) && KINDS.includes(k) && typeof f === 'object');
}
