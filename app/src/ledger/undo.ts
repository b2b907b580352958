/** What a change was, and the operations that take it back. Pure. Twin: server/outlay/ledger/undo.py. */
import { ENTITY_NAMES, entityOf, same, type EntityName, type Fields, type Op, type Row } from './entities.ts';
import { actionOf, type Action, type Write } from './merge.ts';

/** A history row: `payload` holds whole merge units that changed. */
export interface Change {
  entity: EntityName;
  row_id: string;
  action: Action;
  payload: { before: Fields | null; after: Fields | null } | null;
}

/** A write as a history row. */
export function changeOf(write: Write): Change {
  const { entity, before, after } = write;
  return { entity, row_id: after.id, action: actionOf(write), payload: payload(entity, before, after) };
}

function payload(entity: EntityName, before: Row | null, after: Row): Change['payload'] {
  const { names, units } = entityOf(entity);
  const pick = (from: Row, chosen: string[]) => Object.fromEntries(chosen.map((name) => [name, from[name] ?? null]));
  if (before === null) {
    return after.deleted ? null : { before: null, after: pick(after, names.filter((name) => (after[name] ?? null) !== null)) };
  }
  const changed = [...units.values()].filter((members) => members.some((name) => !same(before[name] ?? null, after[name] ?? null)));
  const chosen = changed.flat();
  return { before: pick(before, chosen), after: pick(after, chosen) };
}

/**
 * The operations that undo one change. What somebody has changed again since is left
 * as it is, unless `force`. Rows that others refer to come back before, and go after,
 * those that refer to them.
 */
export function undoOps(
  changes: readonly Change[], current: (entity: EntityName, id: string) => Row | null, { force = false } = {}
): Op[] {
  const rank = (change: Change) => ENTITY_NAMES.indexOf(change.entity);
  const ranked = [...changes].sort((a, b) => rank(a) - rank(b) || (a.row_id < b.row_id ? -1 : 1));
  const restores: Op[] = [];
  const sets: Op[] = [];
  const deletes: Op[] = [];
  for (const change of ranked) {
    const row = current(change.entity, change.row_id);
    if (row === null) continue;
    const op = { e: change.entity, id: change.row_id };
    if (change.action === 'delete') {
      if (row.deleted) restores.push({ ...op, k: 'restore', f: returning(change, row, true) });
    } else if (row.deleted) continue;
    else if (change.action !== 'set') deletes.unshift({ ...op, k: 'delete', unlock: true });
    else {
      const f = returning(change, row, force);
      if (Object.keys(f).length > 0) sets.push({ ...op, k: 'set', f, unlock: true });
    }
  }
  return [...restores, ...sets, ...deletes].filter((op) => op.e !== 'settings' || op.k === 'set');
}

/** The old values of the units that still are as the change left them. */
function returning(change: Change, row: Row, force: boolean): Fields {
  const { before = null, after = null } = change.payload ?? {};
  const given: Fields = {};
  if (before === null || after === null) return given;
  const { fields, units } = entityOf(change.entity);
  for (const members of units.values()) {
    const [first = ''] = members;
    if (!Object.hasOwn(before, first) || fields[first]?.by) continue;
    if (force || members.every((name) => same(row[name] ?? null, after[name] ?? null))) {
      for (const name of members) given[name] = before[name];
    }
  }
  return given;
}
