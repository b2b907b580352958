/** The synced entities as the merge needs them: groups, defaults, references. From spec/sync/entities.json. */
import { ENTITY_NAMES, FIELDS, isEntity, type EntityName, type Field } from '../store/entities.ts';

/** A row as `decide` sees it: every field of its entity, and what every row has. Rows are values. */
export interface Row extends Record<string, unknown> {
  id: string;
  ver: number;
  deleted: boolean;
  /** unit → [version, device ordinal, ms]; `*` for all others. The device's own rows have none. */
  fmeta?: Fmeta;
  extra: unknown;
}

export type Stamp = [version: number, device: number, at_ms: number];
export type Fmeta = Record<string, Stamp>;
export type Fields = Record<string, unknown>;

/** One operation of a mutation, as it travels. */
export interface Op {
  e: EntityName;
  id: string;
  k: 'create' | 'set' | 'inc' | 'delete' | 'restore';
  f?: Fields;
  into?: string | null;
  unlock?: boolean;
}

export interface Entity {
  name: EntityName;
  fields: Record<string, Field & { by?: string; fixed?: boolean }>;
  names: string[];
  /** Merge unit → its fields, in the order of the file. */
  units: Map<string, string[]>;
  unitOf: Record<string, string>;
  /** Units of more than one field. */
  groups: Map<string, string[]>;
  defaults: Fields;
  required: string[];
  fixed: string[];
  /** Fields that point to other rows. */
  refs: string[];
}

function entity(name: EntityName): Entity {
  const fields = FIELDS[name] as Entity['fields'];
  const names = Object.keys(fields);
  const units = new Map<string, string[]>();
  const unitOf: Record<string, string> = {};
  for (const [key, field] of Object.entries(fields)) {
    const unit = field.unit ?? key;
    unitOf[key] = unit;
    units.set(unit, [...(units.get(unit) ?? []), key]);
  }
  const having = (test: (field: Entity['fields'][string]) => unknown) => names.filter((key) => test(fields[key]!));
  return {
    name,
    fields,
    names,
    units,
    unitOf,
    groups: new Map([...units].filter(([, members]) => members.length > 1)),
    defaults: Object.fromEntries(names.map((key) => [key, fields[key]?.default ?? null])),
    required: having((field) => !field.null && !('default' in field)),
    fixed: having((field) => field.fixed),
    refs: having((field) => field.ref && !field.by)
  };
}

const ENTITIES = new Map(ENTITY_NAMES.map((name) => [name, entity(name)]));

export function entityOf(name: EntityName): Entity {
  return ENTITIES.get(name)!;
}

export { ENTITY_NAMES, isEntity, type EntityName };

/** The row's fields alone, in the order of the file. */
export function fieldsOf(name: EntityName, row: Row): Fields {
  return Object.fromEntries(entityOf(name).names.map((key) => [key, row[key] ?? null]));
}

/** A row without content: the tombstone of an id that was never seen. */
export function bare(name: EntityName, id: string): Row {
  const fields = Object.fromEntries(entityOf(name).names.map((key) => [key, null]));
  return { ...fields, id, ver: 0, deleted: true, fmeta: {}, extra: null };
}

/** Equal as JSON values; the order of an object's names does not matter. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same((a as Fields)[key], (b as Fields)[key]));
}
