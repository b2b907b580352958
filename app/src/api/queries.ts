/** What a screen can ask of the data on this device. */
import type { BudgetState } from '../reports/budgets.ts';
import type { Mode } from '../reports/shapes.ts';
import type { UnusualView } from '../reports/unusual.ts';
import type {
  Account, Budget, BudgetAmount, Category, EntityName, Filter, Payee, Rate, Receipt,
  Reconciliation, Schedule, Settings, SyncConflict, Tag, Template, Transaction, TransactionKind, TransactionLine
} from '../store/entities.ts';
import type { FileState } from '../store/files.ts';

/** Keyset position, newest first. */
export interface Before {
  day: string;
  id: string;
}

/** Where several are named, a transaction has one of them. */
export type OneOf = string | readonly string[];

export interface TransactionFilter {
  from_day?: string;
  to_day?: string;
  account_id?: OneOf;
  /** With their children, unless `category_alone`. */
  category_id?: OneOf;
  category_alone?: boolean;
  payee_id?: OneOf;
  tag_id?: OneOf;
  kind?: TransactionKind;
  /** Of the transaction's own amount. */
  min_minor?: number;
  max_minor?: number;
  currency?: string;
  /** Words: payee, note, category, account, tag, amount. */
  text?: string;
  /** Transactions without a category; with `category_id`, either. */
  uncategorised?: boolean;
  /** Only transactions without a value in the base currency. */
  without_rate?: boolean;
  /** Only transactions with a photo or document. */
  with_receipt?: boolean;
}

/** What a filter's transactions come to in the base currency (docs/decisions/0008). */
export interface FilterSums {
  base_currency: string;
  income_minor: number;
  expense_minor: number;
  /** Lines that are in no sum: their rate is not known, or they were written under another base. */
  missing: number;
}

/** Chosen transactions that are alike in what decides what can be done to them. */
export interface SelectedGroup {
  kind: TransactionKind;
  currency: string;
  reconciled: boolean;
  count: number;
}

export interface AccountView extends Account {
  /** opening_minor + sum of its lines until today, in the account's currency; null when that passes 2^53 − 1. */
  balance_minor: number | null;
  /** What its lines of days to come will do to the balance. */
  ahead_minor: number;
  /** The balance in the base currency at the newest known rate; null when no rate is known. */
  base_balance_minor: number | null;
  count: number;
  last_day: string | null;
}

export interface CategoryView extends Category {
  use_count: number;
  /** Uses in the last 90 days: the order of the add screen. */
  recent_count: number;
  children: CategoryView[];
}

export interface PayeeView extends Payee {
  use_count: number;
  last_day: string | null;
}

export interface TagView extends Tag {
  use_count: number;
}

export interface LineView extends TransactionLine {
  category_name: string | null;
  category_icon: string | null;
  category_colour: string | null;
}

/** A transaction joined with the names a list shows. */
export interface TransactionView extends Omit<Transaction, 'lines'> {
  lines: LineView[];
  account_name: string | null;
  to_account_name: string | null;
  payee_name: string | null;
  tag_names: string[];
  /** Not confirmed by the server yet. */
  pending: boolean;
  /** An unresolved conflict concerns this row. */
  conflicted: boolean;
  /** The first of its photos and documents. */
  receipt: { sha256: string; media_type: string } | null;
}

/** One change of one row, as the server tells it, or as far as this device knows it (`ledger/remembered.ts`). */
export interface HistoryEntry {
  mutation_id: string;
  /** Null: not confirmed, or only known from a conflict. */
  ver: number | null;
  action: 'create' | 'set' | 'delete' | 'restore';
  person_id: string | null;
  device_id: string | null;
  at_ms: number;
  /** What changed; a field that is not in `before` may have had any value. */
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  /** Not confirmed by the server yet. */
  pending: boolean;
  /** This device can take it back by itself: `undo` with `mutation_id` as the token. False: nothing of it is left; null: the server knows. */
  undo: boolean | null;
}

export interface DaySum {
  day: string;
  base_currency: string;
  income_minor: number;
  expense_minor: number;
  count: number;
  count_without_rate: number;
}

export interface DayCount {
  day: string;
  count: number;
  /** What the day did to the balance of `filter.account_id`, when that is the whole filter; null when it passes 2^53 − 1. */
  effect_minor?: number | null;
}

export interface AttentionItem extends SyncConflict {
  /** The row as it is now (null when deleted or never stored). */
  row: TransactionView | Record<string, unknown> | null;
  /** What `resolveConflict` accepts for this item. */
  choices: ('keep' | 'use_other' | 'restore' | 'retry' | 'discard')[];
}

export interface Suggestion {
  payee_id: string;
  payee_name: string;
  /** What the person chose with this payee most often, newest first on ties. */
  category_id: string | null;
  account_id: string | null;
  kind: TransactionKind;
  amount_minor: number | null;
  currency: string | null;
  use_count: number;
}

export interface SyncInfo {
  device_id: string;
  person_id: string | null;
  book_id: string;
  epoch: string | null;
  cursor: string;
  unsent: number;
  parked: number;
  hydrating: { done: number; total: number | null } | null;
  last_sync_ms: number | null;
}

export interface Draft {
  key: string;
  value: unknown;
  at_ms: number;
}

export interface RateOn {
  rate: string;
  /** Of the oldest rate that it is made of. */
  day: string;
}

export interface Unrated {
  currency: string;
  count: number;
  from_day: string;
  to_day: string;
}

export interface BudgetView extends Budget {
  /** Null for all spending. */
  category_name: string | null;
  /** From the oldest to the newest. */
  amounts: BudgetAmount[];
}

export interface ScheduleView extends Schedule {
  account_name: string | null;
  to_account_name: string | null;
  payee_name: string | null;
  /** The category of its first line. */
  category_id: string | null;
  category_name: string | null;
  /** When it comes round next and nobody has posted it; null when it has ended. */
  next_day: string | null;
  /** Days until today that are not posted or skipped yet (`ask`, or while it waits). */
  due: string[];
  /** Its account was deleted: it posts nothing until it has another one. */
  waiting: boolean;
  /** What it is a month, its end left aside; in the base currency at today's rate, null without one. */
  month_minor: number;
  base_month_minor: number | null;
  /** How many of how many are done; null for what has no number of them. */
  instalment: Instalment | null;
}

export interface Instalment {
  number: number;
  count: number;
}

export interface TemplateView extends Template {
  account_name: string | null;
  to_account_name: string | null;
  payee_name: string | null;
  /** Of its first line. */
  category_name: string | null;
  tag_names: string[];
}

/** One instance of a schedule that is due or to come. */
export interface Upcoming {
  schedule_id: string;
  day: string;
  /** Its day has come: it wants to be confirmed or skipped. */
  due: boolean;
  name: string;
  mode: Schedule['mode'];
  kind: TransactionKind;
  account_id: string | null;
  amount_minor: number;
  currency: string;
  account_name: string | null;
  payee_name: string | null;
  category_id: string | null;
  /** Which of how many it is. */
  instalment: Instalment | null;
}

/** A receipt, and where its file is. */
export interface ReceiptView extends Receipt {
  state: FileState;
  /** Why it could not be sent or fetched the last time: a code. */
  problem: string | null;
}

export interface Queries {
  /** How the budgets in use stand, each in its own period around `day` (today): spent, carried over, the forecast. */
  budgetStates: { params: { day?: string }; result: BudgetState[] };
  /** Whether sample data is in the book. */
  sample: { params: Record<string, never>; result: { there: boolean } };
  budgets: { params: { archived?: boolean }; result: BudgetView[] };
  schedules: { params: { archived?: boolean }; result: ScheduleView[] };
  /** What is due, and what comes in the next `days` (30). */
  upcoming: { params: { days?: number }; result: Upcoming[] };
  /** Amounts far from their payee's habit, bills that did not come, what nobody confirmed. */
  unusual: { params: Record<string, never>; result: UnusualView };
  templates: { params: Record<string, never>; result: TemplateView[] };
  receipts: { params: { transaction_id: string }; result: ReceiptView[] };
  /** A small picture of a file as a data address; null while there is none. What is not here is fetched for it. */
  thumb: { params: { sha256: string }; result: string | null };
  settings: { params: Record<string, never>; result: Settings };
  accounts: { params: { archived?: boolean }; result: AccountView[] };
  categories: { params: { kind?: 'expense' | 'income'; archived?: boolean }; result: CategoryView[] };
  payees: { params: { text?: string; limit?: number }; result: PayeeView[] };
  tags: { params: { text?: string }; result: TagView[] };
  transactions: {
    params: { filter?: TransactionFilter; before?: Before | null; limit?: number };
    result: { items: TransactionView[]; next: Before | null };
  };
  transaction: { params: { id: string }; result: TransactionView | null };
  search: {
    params: { text: string; filter?: TransactionFilter; before?: Before | null; limit?: number };
    result: { items: TransactionView[]; next: Before | null };
  };
  /** How many transactions each day has, newest first: the length of a list before any row is read. */
  dayCounts: { params: { filter?: TransactionFilter }; result: DayCount[] };
  /** Filters that were saved, in the person's order. */
  filters: { params: Record<string, never>; result: Filter[] };
  filterSums: { params: { filter: TransactionFilter; mode?: Mode }; result: FilterSums };
  /** The ids that a filter lets through, newest first; `between` two rows, both with. At most `limits.selected`. */
  matching: { params: { filter?: TransactionFilter; between?: readonly [Before, Before] }; result: string[] };
  /** What chosen transactions are and come to; `tag_ids`: every tag that one of them has. */
  selected: { params: { ids: readonly string[] }; result: { groups: SelectedGroup[]; sums: FilterSums; tag_ids: string[] } };
  daySums: { params: { from_day: string; to_day: string; account_id?: string; category_id?: string }; result: DaySum[] };
  /** Shapes are those of `reports`; name the one you expect: `query<'report'>(…) as Totals`. */
  report: { params: { name: string; params: Record<string, unknown> }; result: unknown };
  attention: { params: Record<string, never>; result: AttentionItem[] };
  /** What this device knows of a transaction's history, newest first. */
  remembered: { params: { id: string }; result: HistoryEntry[] };
  suggestions: { params: { payee_text?: string; kind?: TransactionKind; limit?: number }; result: Suggestion[] };
  rates: { params: { from_currency?: string; to_currency?: string; limit?: number }; result: Rate[] };
  /** The rate that holds on a day: stored, turned round, or through the euro. */
  rateOn: { params: { from_currency: string; to_currency: string; day: string }; result: RateOn | null };
  /** Entries that have no value in the base currency, by currency. */
  unrated: { params: Record<string, never>; result: Unrated[] };
  /** Entries that were written under another base currency than the book's. */
  otherBase: { params: Record<string, never>; result: { count: number; currencies: string[] } };
  /** What an account has up to a day, to be agreed with a statement: newest first. */
  reconcilable: {
    params: { account_id: string; to_day: string };
    result: {
      /** Opening amount and every entry that is reconciled. */
      agreed_minor: number;
      items: TransactionView[];
    };
  };
  reconciliations: { params: { account_id: string; limit?: number }; result: Reconciliation[] };
  /** What stands before the rows of a backup, and which kinds of rows follow. */
  keptHead: { params: Record<string, never>; result: { format: string; schema: number; book_id: string; entities: readonly EntityName[] } };
  /** A page of everything a book keeps of one kind, as a backup has it, in the order of ids. */
  kept: { params: { entity: EntityName; after?: string; limit?: number }; result: Record<string, unknown>[] };
  syncState: { params: Record<string, never>; result: SyncInfo };
  /** What people and devices are called, by id, as far as the server has said it. */
  known: { params: Record<string, never>; result: Record<string, string> };
  /** What was typed and not saved, the newest first: of a new transaction (`add`), or of one (`edit:` and its id). */
  drafts: { params: { of: string }; result: Draft[] };
}

export type QueryName = keyof Queries;
export type QueryParams = { [Q in QueryName]: Queries[Q]['params'] };
export type QueryResult = { [Q in QueryName]: Queries[Q]['result'] };
