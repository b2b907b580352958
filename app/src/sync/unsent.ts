/**
 * Changes that were not sent, as a file: for a device that the book was closed to,
 * and back again on a device that is let in. The changes keep their ids, so what
 * the server has already is not done twice. Runs inside the caller's transaction.
 */
import type { UnsentFile } from '../api.ts';
import { isId } from '../kernel/ids.ts';
import { limit } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isEntity } from '../store/entities.ts';
import { writeMeta } from '../store/meta.ts';
import type { Port } from '../store/port.ts';
import { allPending, isRecorded, meta, onlyHere, PUSH_BYTES, PUSH_OPS, replay } from './outbox.ts';
import { versionOf, type Op } from './wire.ts';

const MOST = limit('import_rows');
const NAME_LENGTH = 100;
const KINDS = ['create', 'set', 'inc', 'delete', 'restore'];

export function unsentFile(port: Port, saved_at_ms: number): UnsentFile {
  const { book_id, person_id, device_id, epoch } = meta(port);
  const mutations = onlyHere(port).map(({ mid, base, made_at, name, ops }) => ({ mid, base, made_at, name, ops: JSON.parse(ops) as Op[] }));
  return { outlay: 'unsent', version: 1, book_id, person_id, device_id, epoch, saved_at_ms, mutations };
}

/**
 * Puts the changes of a file behind what waits here. What no longer fits is shown nowhere and still sent: the server
 * decides about it, and it appears under Attention. Nobody's changes go out under another person's name.
 * Refuses `operation_invalid`, `book_not_found`, `file_of_another`.
 */
export function takeUnsent(port: Port, given: unknown): { added: number; known: number } {
  const file = checked(given);
  const facts = meta(port);
  if (file.book_id !== facts.book_id) throw new Refusal('book_not_found', 'book_id');
  if (file.person_id !== null && facts.person_id !== null && file.person_id !== facts.person_id) {
    throw new Refusal('file_of_another', 'person_id');
  }
  const newest = versionOf(facts.cursor);
  const fresh = file.mutations.filter(({ mid }) => !isRecorded(port, mid));
  let { next_seq } = facts;
  for (const { mid, base, made_at, name, ops } of fresh) {
    // of another log the versions say nothing; what was not read here yet cannot be vouched for
    const seen = file.epoch === facts.epoch ? Math.min(base, newest) : 0;
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

/** The file, when every part of it is what this app would have written. Refuses `operation_invalid`. */
function checked(given: unknown): UnsentFile {
  const file = isPlain(given) ? (given as unknown as UnsentFile) : null;
  const whole =
    file?.outlay === 'unsent' && file.version === 1 && isId(file.book_id) && (file.person_id === null || isId(file.person_id)) &&
    Array.isArray(file.mutations) && file.mutations.length <= MOST && file.mutations.every(isMutation);
  if (!whole) throw new Refusal('operation_invalid', 'file');
  if (new Set(file.mutations.map(({ mid }) => mid)).size < file.mutations.length) throw new Refusal('operation_invalid', 'mid');
  return file;
}

function isMutation(given: unknown): boolean {
  if (!isPlain(given)) return false;
  const { mid, base, made_at, name, ops } = given;
  return isId(mid) && isCount(base) && isCount(made_at) && typeof name === 'string' && name.length <= NAME_LENGTH &&
    Array.isArray(ops) && ops.length > 0 && ops.length <= PUSH_OPS && ops.every(isOp) && sizeOf(given) <= PUSH_BYTES;
}

function isOp(given: unknown): boolean {
  if (!isPlain(given)) return false;
  const { e, id, k, f = {} } = given;
  return typeof e === 'string' && isEntity(e) && isId(id) && typeof k === 'string' && KINDS.includes(k) && isPlain(f);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Bytes of it as JSON. */
function sizeOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
