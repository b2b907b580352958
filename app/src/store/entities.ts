/**
 * The synced entities as types. The truth is spec/sync/entities.json; a test holds
 * these interfaces, the device's tables and that file together.
 */
import spec from '../../../spec/sync/entities.json' with { type: 'json' };

export type Flow = 'expense' | 'income' | 'transfer_out' | 'transfer_in';
export type TransactionKind = 'expense' | 'income' | 'transfer';
export type AccountKind = 'cash' | 'bank' | 'card' | 'savings' | 'loan' | 'investment';

export interface Common {
  id: string;
  ver: number;
  deleted: boolean;
  /** Fields that a newer schema knows and this one does not. */
  extra: Record<string, unknown> | null;
}

export interface Settings extends Common {
  name: string;
  base_currency: string;
  first_day_of_week: number;
  first_day_of_month: number;
  first_month_of_year: number;
  default_kind: TransactionKind;
  default_account_id: string | null;
  default_category_id: string | null;
  dashboard: unknown;
}

export interface Account extends Common {
  name: string;
  kind: AccountKind;
  currency: string;
  opening_minor: number;
  position: number;
  archived: boolean;
  icon: string | null;
  colour: string | null;
  note: string | null;
}

export interface Category extends Common {
  name: string;
  kind: 'expense' | 'income';
  parent_id: string | null;
  system_key: string | null;
  icon: string | null;
  colour: string | null;
  position: number;
  archived: boolean;
  merged_into: string | null;
}

export interface Payee extends Common {
  name: string;
  category_id: string | null;
  merged_into: string | null;
}

export interface Tag extends Common {
  name: string;
  colour: string | null;
}

export interface Rate extends Common {
  day: string;
  from_currency: string;
  to_currency: string;
  /** Decimal text: units of `to_currency` for one of `from_currency`. */
  rate: string;
}

export interface TransactionLine {
  category_id: string | null;
  amount_minor: number;
}

export interface Transaction extends Common {
  kind: TransactionKind;
  account_id: string | null;
  amount_minor: number;
  currency: string;
  to_account_id: string | null;
  to_amount_minor: number | null;
  to_currency: string | null;
  lines: TransactionLine[];
  rate: string | null;
  base_minor: number | null;
  base_currency: string;
  day: string;
  time: string | null;
  utc_offset_min: number | null;
  payee_id: string | null;
  note: string | null;
  tag_ids: string[];
  reconciled: boolean;
  import_id: string | null;
}

export type Period = 'week' | 'month' | 'quarter' | 'year';

export interface Budget extends Common {
  /** Null: all spending. */
  category_id: string | null;
  period: Period;
  currency: string;
  carry_over: boolean;
  archived: boolean;
  position: number;
}

export interface BudgetAmount extends Common {
  budget_id: string;
  /** In the first period that it is for. */
  from_day: string;
  amount_minor: number;
  /** For that period alone, not for the ones after it. */
  once: boolean;
}

export interface Schedule extends Common {
  name: string;
  kind: TransactionKind;
  /** Null when its account was deleted: it waits. */
  account_id: string | null;
  amount_minor: number;
  currency: string;
  to_account_id: string | null;
  to_amount_minor: number | null;
  to_currency: string | null;
  lines: TransactionLine[];
  payee_id: string | null;
  note: string | null;
  tag_ids: string[];
  time: string | null;
  start_day: string;
  /** RFC 5545, as `ledger/recurrence.ts` understands it. */
  rule: string;
  mode: 'post' | 'ask';
  /** Everything that was due until here is posted or skipped. */
  done_through: string | null;
  /** Days after `done_through` that are not to be posted, in order. */
  skipped: string[];
  archived: boolean;
  position: number;
}

export interface Template extends Common {
  name: string;
  kind: TransactionKind;
  account_id: string | null;
  amount_minor: number | null;
  currency: string | null;
  to_account_id: string | null;
  /** Without an amount, shares of it. */
  lines: TransactionLine[] | null;
  payee_id: string | null;
  note: string | null;
  tag_ids: string[];
  position: number;
}

export interface Filter extends Common {
  name: string;
  query: unknown;
  position: number;
}

export interface Reconciliation extends Common {
  account_id: string;
  day: string;
  statement_minor: number;
}

export interface Receipt extends Common {
  transaction_id: string;
  sha256: string;
  media_type: string;
  size: number;
  name: string;
  position: number;
}

export interface SyncConflict extends Common {
  kind: 'overwritten' | 'deleted_over_edit' | 'edit_on_deleted' | 'parked' | 'rejected';
  entity: string;
  row_id: string;
  unit: string | null;
  code: string | null;
  kept: unknown;
  lost: unknown;
  mutation_id: string;
  device_id: string;
  person_id: string | null;
  /** Of the lost version; that of the kept one stands in the fields after it. */
  at_ms: number;
  kept_device_id: string | null;
  kept_person_id: string | null;
  kept_at_ms: number | null;
  resolved_at_ms: number | null;
}

export interface Entities {
  settings: Settings;
  account: Account;
  category: Category;
  payee: Payee;
  tag: Tag;
  rate: Rate;
  budget: Budget;
  budget_amount: BudgetAmount;
  schedule: Schedule;
  template: Template;
  filter: Filter;
  reconciliation: Reconciliation;
  transaction: Transaction;
  receipt: Receipt;
  sync_conflict: SyncConflict;
}

export type EntityName = keyof Entities;

export type FieldType =
  | 'text' | 'currency' | 'integer' | 'amount' | 'flag' | 'id' | 'ids' | 'day' | 'time'
  | 'decimal' | 'json' | 'lines' | 'days';

export interface Field {
  type: FieldType;
  max?: number;
  min?: number;
  enum?: string[];
  null?: boolean;
  default?: unknown;
  ref?: EntityName;
  unit?: string;
  sealed?: boolean;
  /** How two edits that did not know each other become one. */
  merge?: 'max' | 'union';
}

/** The version of spec/sync/entities.json that this build speaks. */
export const SCHEMA: number = spec.schema;

/** Fields of every entity, in column order. */
export const FIELDS = Object.fromEntries(
  Object.entries(spec.entities).map(([name, entity]) => [name, entity.fields])
) as unknown as Record<EntityName, Record<string, Field>>;

export const ENTITY_NAMES = Object.keys(spec.entities) as EntityName[];

export function isEntity(name: string): name is EntityName {
  return Object.hasOwn(FIELDS, name);
}
