/**
 * What becomes of a mutation: `decide` (SYNC 2.4 to 2.6). Pure. Twin:
 * server/outlay/ledger/merge.py, held equal by a corpus of generated cases. The server
 * decides; here it is done for the eye at once, and again after every pull.
 *
 * A mutation is all or nothing. Each field, or group of fields that belong together,
 * merges by itself: an edit of what its author had seen is applied; of two edits that
 * did not know each other the later one by age wins and the other is kept as a conflict.
 * What two edits made together (`both`) is nobody's: neither author has seen the other's half.
 */
import refusals from '../../../spec/refusals.json' with { type: 'json' };
import { isId, uuid5, version } from '../kernel/ids.ts';
import { limit } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import {
  bare, entityOf, fieldsOf, isEntity, same, type Entity, type EntityName, type Fields, type Fmeta, type Row, type Stamp
} from './entities.ts';
import { cascade, intoOf, mend, refers, resolve, taken } from './references.ts';
import * as rules from './rules.ts';

/** The book as it is. Rows are values and are not changed. */
export interface State {
  readonly book_id: string;
  get(entity: EntityName, id: string): Row | null;
  /** Live rows that refer to this one. */
  using(entity: EntityName, id: string): Iterable<[EntityName, Row]>;
  /** How many live rows an entity has. */
  count(entity: EntityName): number;
}

export interface Write {
  entity: EntityName;
  before: Row | null;
  after: Row;
}

export type Action = 'create' | 'set' | 'delete' | 'restore';

export function actionOf({ before, after }: Write): Action {
  if (before === null) return after.deleted ? 'delete' : 'create';
  if (before.deleted !== after.deleted) return after.deleted ? 'delete' : 'restore';
  return 'set';
}

/** Something a person may want to look at: fields of entity `sync_conflict`, without ids and times. */
export interface Conflict {
  kind: string;
  entity: string;
  row_id: string;
  unit: string | null;
  code: string | null;
  kept: unknown;
  lost: unknown;
}

/** `status` is ok, ok+rewritten, ok+conflict, rejected:<code> or parked:<code>; writes are none unless ok. */
export interface Decision {
  status: string;
  writes: Write[];
  conflicts: Conflict[];
  refusal: Refusal | null;
}

export interface AnyMutation {
  mid: string;
  base: number;
  made_at?: number;
  name?: string;
  ops: readonly unknown[];
}

interface AnyOp extends Record<string, unknown> {
  e: EntityName;
  id: string;
  k: string;
  f?: Fields;
  into?: string | null;
  unlock?: boolean;
}

const OP_KEYS = new Set(['e', 'id', 'k', 'f', 'into', 'unlock']);
const LOCKED_UNITS: readonly string[] = ['money', 'day'];
const TEXT_LIMIT = 40;
const NOBODY = -1;
const PER_BOOK: Partial<Record<EntityName, number>> = {
  account: limit('accounts_per_book'), category: limit('categories_per_book'),
  payee: limit('payees_per_book'), tag: limit('tags_per_book'), budget: limit('budgets_per_book'),
  schedule: limit('schedules_per_book'), template: limit('templates_per_book'), filter: limit('filters_per_book')
};
const CODES = refusals as Record<string, { park: boolean }>;

/** The state as the mutation sees it while it runs, and what it changed so far. */
export class Draft {
  readonly state: State;
  readonly base: number;
  readonly stamp: Stamp;
  readonly strict: boolean;
  rewritten = false;
  readonly rows = new Map<string, { entity: EntityName; before: Row | null; row: Row }>();
  readonly conflicts: Conflict[] = [];

  constructor(state: State, base: number, stamp: Stamp, strict: boolean) {
    this.state = state;
    this.base = base;
    this.stamp = stamp;
    this.strict = strict;
  }

  readonly get = (entity: EntityName, id: string): Row | null =>
    this.rows.get(`${entity} ${id}`)?.row ?? this.state.get(entity, id);

  count(entity: EntityName): number {
    let made = 0;
    for (const changed of this.rows.values()) if (changed.entity === entity && changed.before === null) made++;
    return this.state.count(entity) + made;
  }

  /** Live rows that refer to this one now, in (entity, id) order. */
  using(entity: EntityName, id: string): [EntityName, Row][] {
    const found: [EntityName, Row][] = [];
    for (const user of this.state.using(entity, id)) if (!this.rows.has(`${user[0]} ${user[1].id}`)) found.push(user);
    for (const { entity: other, row } of this.rows.values()) {
      if (!row.deleted && refers(other, row, entity, id)) found.push([other, row]);
    }
    const key = ([other, row]: [EntityName, Row]) => `${other} ${row.id}`;
    return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  write(entity: EntityName, row: Row): void {
    const key = `${entity} ${row.id}`;
    row.ver = this.stamp[0];
    const changed = this.rows.get(key);
    if (changed) changed.row = row;
    else this.rows.set(key, { entity, before: this.state.get(entity, row.id), row });
  }

  /**
   * Sets fields of a row on the mutation's own authority: a cascade. It leaves no mark: an
   * edit that did not know of it still counts as seen, and what that edit refers to is
   * mended when it arrives. So nobody is shown a conflict with a change that no person made.
   */
  change(entity: EntityName, row: Row, values: Fields): void {
    this.write(entity, { ...row, ...values });
  }

  /** Makes a live row a tombstone; edits its deleter had not seen are kept as a conflict. */
  bury(entity: EntityName, row: Row, into: string | null): void {
    const known = automatic(entity, row) ? '*' : null;
    if (Object.entries(row.fmeta ?? {}).some(([unit, mark]) => unit !== known && this.unseen(mark))) {
      this.conflicts.push({
        kind: 'deleted_over_edit', entity, row_id: row.id, unit: null, code: null, kept: null, lost: fieldsOf(entity, row)
      });
    }
    this.write(entity, { ...row, deleted: true, ...(into === null ? {} : { merged_into: into }) });
  }

  /** True for an edit that the author of this mutation did not know (SYNC 2.5.1). */
  unseen(mark: Stamp | undefined): mark is Stamp {
    return mark !== undefined && mark[0] > this.base && mark[1] !== this.stamp[1];
  }
}

/** Did a schedule post it, or is a book born with it? As it was made everybody has seen it, whoever did it. */
function automatic(entity: EntityName, row: Row): boolean {
  return version(row.id) === 5 && (entity === 'transaction' || (entity === 'category' && row['system_key'] !== null));
}

/**
 * What `mutation` does to `state`. `ver` is the version it takes, `device` the ordinal
 * of its device, `edited_at_ms` its time by the server's clock.
 */
export function decide(
  state: State, mutation: AnyMutation,
  { ver, device, edited_at_ms, strict = false }: { ver: number; device: number; edited_at_ms: number; strict?: boolean }
): Decision {
  const draft = new Draft(state, mutation.base, [ver, device, edited_at_ms], strict);
  if (mutation.ops.length === 0) return failed(new Refusal('mutation_empty'), mutation, {}, null);
  for (const op of mutation.ops) {
    const refusal = shape(op, state.book_id) ?? run(draft, op as AnyOp);
    if (refusal) return failed(refusal, mutation, op, draft);
  }
  const writes = [...draft.rows.values()].map(({ entity, before, row }): Write => ({ entity, before, after: row }));
  const status = draft.conflicts.length > 0 ? 'ok+conflict' : draft.rewritten ? 'ok+rewritten' : 'ok';
  return { status, writes, conflicts: draft.conflicts, refusal: null };
}

/** Nothing is written; the whole payload is kept as one conflict, so that the person can try again. */
function failed(refusal: Refusal, mutation: AnyMutation, op: unknown, draft: Draft | null): Decision {
  const parked = CODES[refusal.code]!.park;
  const named = isObject(op) ? op : {};
  let entity = typeof named['e'] === 'string' ? [...named['e']].slice(0, TEXT_LIMIT).join('') : '';
  if (typeof named['e'] === 'string' && rules.textCode(named['e'], 1_000_000) !== null) entity = '';
  const row_id = isId(named['id']) ? named['id'] : mutation.mid;
  let kind = parked ? 'parked' : 'rejected';
  let kept: unknown = null;
  if (refusal.code === 'gone' && draft !== null && isEntity(entity)) {
    const row = draft.get(entity, row_id);
    if (row !== null) {
      kind = 'edit_on_deleted';
      kept = fieldsOf(entity, row);
    }
  }
  const lost = {
    name: mutation.name ?? null, base: mutation.base, made_at: mutation.made_at ?? null, ops: mutation.ops
  };
  const conflict = { kind, entity, row_id, unit: null, code: refusal.code, kept, lost };
  return { status: `${parked ? 'parked' : 'rejected'}:${refusal.code}`, writes: [], conflicts: [conflict], refusal };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Is this an operation this build knows, on a row that may be written? */
function shape(op: unknown, book_id: string): Refusal | null {
  if (!isObject(op) || ![op['e'], op['id'], op['k']].every((value) => typeof value === 'string')) {
    return new Refusal('operation_invalid');
  }
  const { e, id, k } = op as unknown as AnyOp;
  if (!isEntity(e)) return new Refusal('unknown_entity');
  if (!Object.hasOwn(KINDS, k) || !Object.keys(op).every((key) => OP_KEYS.has(key))) return new Refusal('unknown_operation');
  if (!isId(id)) return new Refusal('id_malformed', 'id');
  const given = 'f' in op ? op['f'] : {};
  if (!isObject(given) || typeof ('unlock' in op ? op['unlock'] : false) !== 'boolean') {
    return new Refusal('operation_invalid');
  }
  const into = op['into'] ?? null;
  if (into !== null && !isId(into)) return new Refusal('id_malformed', 'into');
  if (e === 'settings' && (id !== book_id || k === 'delete' || k === 'restore')) return new Refusal('not_allowed', 'id');
  if (e === 'sync_conflict' && (k !== 'set' || Object.keys(given).join() !== 'resolved_at_ms')) {
    return new Refusal('not_allowed', 'k');
  }
  return null;
}

function run(draft: Draft, op: AnyOp): Refusal | null {
  return KINDS[op.k]!(draft, entityOf(op.e), op);
}

/* ---- the five kinds of operation ------------------------------------------------ */

function create(draft: Draft, entity: Entity, op: AnyOp): Refusal | null {
  const given = op.f ?? {};
  const refusal = rules.fields(entity, given, true);
  if (refusal) return refusal;
  const found = draft.get(entity.name, op.id);
  if (found !== null) return createAgain(draft, entity, op, found);
  const name = named(entity.name, given);
  if (name !== null && op.id !== uuid5(draft.state.book_id, name)) return new Refusal('id_differs', 'id');
  const most = PER_BOOK[entity.name];
  if (most !== undefined && draft.count(entity.name) >= most) return new Refusal('too_many', 'id');
  const row: Row = {
    ...entity.defaults, ...given, id: op.id, ver: draft.stamp[0], deleted: false, fmeta: { '*': draft.stamp }, extra: null
  };
  const refused = mend(draft, entity, row, entity.refs) ?? document(draft, entity, row, null);
  if (refused) return refused;
  draft.write(entity.name, row);
  return null;
}

/**
 * What the id of such a row is made of (UUIDv5 in its book), so that every device gives
 * it the same; null where ids are made anew.
 */
export function named(entity: EntityName, f: Fields): string | null {
  const text = (name: string) => String(f[name] ?? '');
  if (entity === 'rate') return `rate:${text('day')}:${text('from_currency')}:${text('to_currency')}`;
  if (entity === 'budget') return `budget:${text('period')}:${text('category_id')}`;
  return entity === 'budget_amount' ? `budget_amount:${text('budget_id')}:${text('from_day')}` : null;
}

/** The row as a whole, beside what it refers to and what refers to the same. */
function document(draft: Draft, entity: Entity, row: Row, before: Row | null): Refusal | null {
  const refusal = rules.document(entity.name, row, before, draft.get);
  if (refusal || entity.name !== 'budget' || !taken(draft, row)) return refusal;
  return new Refusal('budget_exists', 'category_id');
}

/**
 * The id is taken. Two devices that made the same payee mean one payee; a merged one
 * stands for its target. What no person made is there for everybody once somebody was
 * first, also for those who come when it is changed or deleted already.
 */
function createAgain(draft: Draft, entity: Entity, op: AnyOp, found: Row): Refusal | null {
  const deterministic = entity.name === 'settings' || version(op.id) === 5;
  if (automatic(entity.name, found)) return null;
  if (found.deleted) {
    if (deterministic && resolve(draft, entity.name, op.id) !== null) {
      draft.rewritten = true;
      return null;
    }
    return new Refusal('deleted', 'id');
  }
  if (!deterministic) return new Refusal('exists', 'id');
  const given = Object.entries(op.f ?? {}).filter(([name]) => !entity.fields[name]?.by);
  return set(draft, entity, { ...op, f: Object.fromEntries(given) });
}

function set(draft: Draft, entity: Entity, op: AnyOp): Refusal | null {
  const given = op.f ?? {};
  const refusal = rules.fields(entity, given, false);
  if (refusal) return refusal;
  for (const name of Object.keys(given)) {
    for (const member of entity.groups.get(entity.unitOf[name]!) ?? []) {
      if (!Object.hasOwn(given, member)) return new Refusal('group_incomplete', member);
    }
  }
  const row = draft.get(entity.name, op.id);
  if (row === null || row.deleted) return new Refusal('gone', 'id');
  return merge(draft, entity, row, given, op.unlock ?? false);
}

/** Each unit of `given` on its own: equal, seen, won or lost. Then the row as a whole. */
function merge(draft: Draft, entity: Entity, row: Row, given: Fields, unlock: boolean): Refusal | null {
  for (const name of entity.fixed) {
    if (!Object.hasOwn(given, name) || same(given[name], row[name])) continue;
    if (!ledTo(draft, entity, name, given, row)) return new Refusal('field_fixed', name);
  }
  const wanted: Row = { ...row, ...given };
  const refusal = mend(draft, entity, wanted, entity.refs.filter((name) => Object.hasOwn(given, name)));
  if (refusal) return refusal;
  const applied: Record<string, Stamp> = {};
  const fmeta: Fmeta = row.fmeta ?? {};
  const common = automatic(entity.name, row) ? undefined : fmeta['*'];
  const after: Row = { ...row };
  for (const [unit, names] of entity.units) {
    if (!Object.hasOwn(given, names[0]!) || names.every((name) => same(wanted[name], row[name]))) continue;
    const mark = fmeta[unit] ?? common;
    const how = entity.fields[names[0]!]!.merge;
    let stamp = draft.stamp;
    // A device has no marks, and does what waits again on rows that came later than it was written.
    if (how && draft.unseen(mark ?? [row.ver, NOBODY, 0])) {
      wanted[unit] = both(how, row[unit], given[unit]);
      if (same(wanted[unit], row[unit])) continue;
      if (!same(wanted[unit], given[unit])) stamp = [draft.stamp[0], NOBODY, draft.stamp[2]];
    } else if (draft.unseen(mark)) {
      const won = draft.stamp[2] >= mark[2];
      const pick = (from: Row) => Object.fromEntries(names.map((name) => [name, from[name]]));
      const [kept, lost] = won ? [pick(wanted), pick(row)] : [pick(row), pick(wanted)];
      if (entity.name !== 'sync_conflict') {
        draft.conflicts.push({ kind: 'overwritten', entity: entity.name, row_id: row.id, unit, code: null, kept, lost });
      }
      if (!won) continue;
    }
    applied[unit] = stamp;
    for (const name of names) after[name] = wanted[name];
  }
  if (Object.keys(applied).length === 0) return null;
  after.fmeta = { ...fmeta, ...applied };
  const refused = mayChange(draft, entity, row, after, Object.keys(applied), unlock);
  if (refused) return refused;
  draft.write(entity.name, after);
  return null;
}

/** Does a fixed reference mean the same row, which was merged meanwhile? */
function ledTo(draft: Draft, entity: Entity, name: string, given: Fields, row: Row): boolean {
  const target = entity.fields[name]?.ref;
  if (!target || given[name] === null || row[name] === null) return false;
  return resolve(draft, target, given[name] as string) === row[name];
}

/** Two edits that did not know each other, as one: the later day, or the days of both. */
function both(how: 'max' | 'union', here: unknown, there: unknown): unknown {
  if (how === 'union') return [...new Set([...(here as string[]), ...(there as string[])])].sort();
  const days = [here, there].filter((day) => day !== null) as string[];
  return days.sort().at(-1) ?? null;
}

/** Rules about the change itself, then about the row it makes. */
function mayChange(draft: Draft, entity: Entity, row: Row, after: Row, applied: string[], unlock: boolean): Refusal | null {
  const usedBy = (...users: EntityName[]) => draft.using(entity.name, row.id).some(([other]) => users.includes(other));
  if (entity.name === 'transaction') {
    if (row['reconciled'] && !unlock && applied.some((unit) => LOCKED_UNITS.includes(unit))) {
      return new Refusal('reconciled_locked', 'reconciled');
    }
    return applied.includes('money') ? rules.transaction(after, row, draft.get) : null;
  }
  if (entity.name === 'account' && after['currency'] !== row['currency'] && usedBy('transaction', 'schedule')) {
    return new Refusal('currency_in_use', 'currency');
  }
  if (entity.name === 'category' && applied.includes('parent_id') && after['parent_id'] !== null && usedBy('category')) {
    return new Refusal('category_depth', 'parent_id');
  }
  return rules.document(entity.name, after, row, draft.get);
}

/** Adds to whole numbers. Increments commute, so nobody's is ever lost. */
function inc(draft: Draft, entity: Entity, op: AnyOp): Refusal | null {
  const row = draft.get(entity.name, op.id);
  if (row === null || row.deleted) return new Refusal('gone', 'id');
  const given = op.f ?? {};
  const sums: Fields = {};
  for (const name of entity.names) {
    if (!Object.hasOwn(given, name)) continue;
    const field = entity.fields[name]!;
    if ((field.type !== 'integer' && field.type !== 'amount') || field.unit || field.fixed) {
      return new Refusal('not_a_counter', name);
    }
    const delta = given[name];
    if (typeof delta !== 'number' || !Number.isInteger(delta) || Math.abs(delta) > limit('amount_minor')) {
      return new Refusal('field_invalid', name);
    }
    sums[name] = ((row[name] as number | null) ?? 0) + delta;
  }
  if (Object.keys(sums).length !== Object.keys(given).length) return new Refusal('unknown_field');
  const refusal = rules.fields(entity, sums, false);
  if (refusal) return refusal;
  const units = Object.keys(sums).map((name): [string, Stamp] => [name, draft.stamp]);
  if (units.length > 0) draft.write(entity.name, { ...row, ...sums, fmeta: { ...row.fmeta, ...Object.fromEntries(units) } });
  return null;
}

/** A tombstone that keeps the last row. Delete wins in either order (SYNC 2.5.5). */
function remove(draft: Draft, entity: Entity, op: AnyOp): Refusal | null {
  const row = draft.get(entity.name, op.id);
  if (row === null) {
    draft.write(entity.name, { ...bare(entity.name, op.id), fmeta: { '*': draft.stamp } });
    return null;
  }
  if (row.deleted) return null;
  if (entity.name === 'transaction' && row['reconciled'] && !op.unlock) {
    return new Refusal('reconciled_locked', 'reconciled');
  }
  const into = intoOf(draft, entity, row, op.into ?? null);
  if (into instanceof Refusal) return into;
  draft.bury(entity.name, row, into);
  cascade(draft, entity.name, row, into);
  return null;
}

/** Brings a tombstone back as it was, with `f` on top; what it referred to may be gone by now. */
function restore(draft: Draft, entity: Entity, op: AnyOp): Refusal | null {
  const row = draft.get(entity.name, op.id);
  if (row === null) return new Refusal('gone', 'id');
  const given = op.f ?? {};
  if (!row.deleted) return Object.keys(given).length > 0 ? set(draft, entity, op) : null;
  if (entity.required.some((name) => row[name] === null && !Object.hasOwn(given, name))) return new Refusal('gone', 'id');
  const refusal = rules.fields(entity, given, false);
  if (refusal) return refusal;
  const units = Object.keys(given).map((name): [string, Stamp] => [entity.unitOf[name]!, draft.stamp]);
  const after: Row = { ...row, ...given, deleted: false, fmeta: { ...row.fmeta, ...Object.fromEntries(units) } };
  if ('merged_into' in after) after['merged_into'] = null;
  // A leg whose account was deleted may come back without it.
  const refused = mend(draft, entity, after, entity.refs) ?? document(draft, entity, after, after);
  if (refused) return refused;
  draft.write(entity.name, after);
  return null;
}

const KINDS: Record<string, (draft: Draft, entity: Entity, op: AnyOp) => Refusal | null> = {
  create, set, inc, delete: remove, restore
};
