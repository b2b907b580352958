/**
 * What a screen can ask and tell: the typed surface between the page and the
 * worker. Types only, so that nothing of the store reaches the first load.
 * Amounts are integers of minor units; a field in a currency stands beside it.
 */
import type {
  Account, AccountKind, Budget, BudgetAmount, Category, EntityName, Filter, Flow, Payee, Period, Rate, Receipt, Reconciliation,
  Schedule, Settings, SyncConflict, Tag, Template, Transaction, TransactionKind, TransactionLine
} from './store/entities.ts';
import type { BudgetState } from './reports/budgets.ts';
import type { UnusualView } from './reports/unusual.ts';
import type { Op } from './sync/wire.ts';

import type { FileState, ReceiptFile } from './store/files.ts';

export type { BudgetState, FileState, ReceiptFile };

export type {
  Account, AccountKind, Budget, BudgetAmount, Category, EntityName, Filter, Flow, Payee, Period, Rate, Receipt, Reconciliation,
  Schedule, Settings, SyncConflict, Tag, Template, Transaction, TransactionKind, TransactionLine
};

/** Why something could not be done: `code` is from spec/refusals.json, `message` a sentence. */
export interface Problem {
  code: string;
  field?: string | null;
  message: string;
  params?: Record<string, unknown>;
}

/** The shape of a Svelte store, without importing Svelte. */
export interface Readable<T> {
  subscribe(run: (value: T) => void): () => void;
}

/* ---- status ---------------------------------------------------------------- */

export interface Person {
  id: string;
  /** The account is deleted then, unless its person takes that back. */
  erase_at_ms?: number | null;
  /** Null: this person comes in another way. */
  email: string | null;
  /** False until the link of the mail to it was opened. */
  email_confirmed?: boolean;
  phone?: string | null;
  phone_confirmed?: boolean;
  name: string | null;
}

export interface BookHandle {
  id: string;
  name: string;
  role: 'owner' | 'editor' | 'viewer';
}

/** What somebody with the link may know before they join. */
export interface InvitationSeen {
  book_name: string;
  invited_by: string | null;
  role: BookHandle['role'];
  expires_at_ms: number;
}

export type SyncState =
  | 'saved_here' | 'sending' | 'up_to_date' | 'offline' | 'needs_sign_in' | 'hydrating' | 'upgrade'
  | 'revoked' | 'device_revoked' | 'book_deleted' | 'error';

export interface Status {
  /** `none`: show first run; `local`: used without an account; `needs_auth`: signed in, the server wants the password again. */
  session: 'none' | 'local' | 'signed_in' | 'needs_auth';
  person: Person | null;
  book: BookHandle | null;
  books: BookHandle[];
  sync: {
    state: SyncState;
    /** Changes on this device that the server has not confirmed. */
    unsent: number;
    /** Changes that the server could not read: only this device has them, and they wait under Attention. */
    set_aside: number;
    /** Files of receipts that only this device has. */
    files: number;
    /** Conflicts, parked and rejected changes that wait for the person. */
    attention: number;
    progress?: { done: number; total: number | null };
    problem?: Problem;
    last_sync_ms?: number;
  };
  storage: { ready: boolean; persisted?: boolean; error?: Problem };
  /** This tab owns the database (others ask it). */
  leader: boolean;
  /** The app lock of this device; left out while it is off. While it is locked nothing else is told but that. */
  lock?: LockStatus;
}

/* ---- the app lock (docs/app-lock.md) ----------------------------------------- */

export interface LockStatus {
  locked: boolean;
  /** What to show: keys for digits, or a line for a passphrase. */
  pin: 'digits' | 'text';
  /** What to ask the device's authenticator for. */
  passkey: { id: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer> } | null;
  /** Seconds in the background after which it locks; null for never. */
  after_s: number | null;
  /** Ten wrong tries one after the other remove what is on this device. */
  wipe: boolean;
  tries_left: number | null;
  /** Until the next try. */
  wait_ms: number;
  /** Changes that only this device has. */
  unsent: number;
  /** A book of an account lies here. */
  account: boolean;
  /** A book without an account lies here: it is on no server. */
  local: boolean;
}

export type LockProof = { pin: string } | { prf: Uint8Array<ArrayBuffer> };
/** `wait`: it was not tried, because a wait is not over. `wiped`: this was one wrong try too many. */
export type LockOutcome = 'open' | 'wrong' | 'wait' | 'wiped';

export interface LockCalls {
  switchOn: { args: { pin: string; after_s: number | null; wipe: boolean }; answer: void };
  switchOff: { args: { proof: LockProof }; answer: LockOutcome };
  unlock: { args: { proof: LockProof }; answer: LockOutcome };
  changePin: { args: { proof: LockProof; pin: string }; answer: LockOutcome };
  addPasskey: { args: { proof: LockProof; id: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer>; prf: Uint8Array<ArrayBuffer> }; answer: LockOutcome };
  removePasskey: { args: Record<string, never>; answer: void };
  set: { args: { after_s: number | null; wipe: boolean }; answer: void };
  /** Locks every tab. */
  now: { args: Record<string, never>; answer: void };
  /** A tab came into sight or left it. */
  seen: { args: { visible: boolean }; answer: void };
  /** Who has forgotten the PIN begins anew: every file of this device goes. */
  forget: { args: Record<string, never>; answer: void };
}

/* ---- queries --------------------------------------------------------------- */

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
  /** With their children. */
  category_id?: OneOf;
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

/** What a filter's transactions come to in the base currency, as it was (docs/decisions/0008). */
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
  /** opening_minor + sum of its lines, in the account's currency; null when that passes 2^53 − 1. */
  balance_minor: number | null;
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
  filterSums: { params: { filter: TransactionFilter }; result: FilterSums };
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

/* ---- commands -------------------------------------------------------------- */

/** Every command that changes the book answers this. `undo` is a token for the command `undo`. */
export interface Changed {
  mutation_id: string;
  /** The row that was made or changed. */
  id: string | null;
  undo?: string;
}

export interface TransactionInput {
  kind: TransactionKind;
  account_id: string;
  amount_minor: number;
  /** Left out: the account's currency. */
  currency?: string;
  to_account_id?: string | null;
  to_amount_minor?: number | null;
  /** Left out: one line with `category_id`. */
  lines?: TransactionLine[];
  category_id?: string | null;
  /** Base units for one unit of `currency`; left out: the newest known rate of the day or before. */
  rate?: string | null;
  base_minor?: number | null;
  day: string;
  time?: string | null;
  utc_offset_min?: number | null;
  payee_id?: string | null;
  /** A name: found or made. Wins over `payee_id`. */
  payee?: string | null;
  note?: string | null;
  tag_ids?: string[];
  /** Names: found or made, added to `tag_ids`. */
  tags?: string[];
  reconciled?: boolean;
  /** Of a new one: files that were kept before (`outlay.files.add`). */
  receipts?: ReceiptFile[];
}

export interface BulkFields {
  category_id?: string | null;
  account_id?: string;
  day?: string;
  payee?: string | null;
  /** Names: found or made; in the place of the tags there are. */
  tags?: readonly string[];
  /** Names: found or made, beside the tags there are. */
  add_tags?: readonly string[];
  remove_tag_ids?: readonly string[];
}

export interface AccountInput {
  name: string;
  kind: AccountKind;
  currency: string;
  opening_minor?: number;
  icon?: string | null;
  colour?: string | null;
  note?: string | null;
  archived?: boolean;
}

export interface CategoryInput {
  name: string;
  kind: 'expense' | 'income';
  parent_id?: string | null;
  icon?: string | null;
  colour?: string | null;
  archived?: boolean;
}

export interface BudgetInput {
  /** Null: all spending. */
  category_id: string | null;
  period: Period;
  currency: string;
  amount_minor: number;
  /** In the first period that the amount is for. */
  from_day: string;
  carry_over?: boolean;
}

/** A schedule: a transaction without a day, and when it comes round. */
export interface ScheduleInput extends Omit<TransactionInput, 'day' | 'rate' | 'base_minor' | 'utc_offset_min' | 'reconciled'> {
  name: string;
  start_day: string;
  /** RFC 5545; `ledger/recurrence.ts` says what is understood. */
  rule: string;
  mode?: 'post' | 'ask';
  /** What was due until here is there already: the transaction that it is made from. */
  done_through?: string | null;
  archived?: boolean;
}

export interface TemplateInput extends Partial<Omit<TransactionInput, 'day' | 'rate' | 'base_minor' | 'account_id' | 'amount_minor'>> {
  name: string;
  account_id?: string | null;
  amount_minor?: number | null;
}

/** The bytes lie on this device (`outlay.files.add`) and under /api/v1/files. */
export interface ReceiptInput extends ReceiptFile {
  transaction_id: string;
}

/** What one instance of a schedule has otherwise. */
export type InstanceEdit = Partial<Pick<TransactionInput, 'amount_minor' | 'to_amount_minor' | 'day' | 'account_id' | 'lines' | 'category_id' | 'note'>>;

type SettingsInput = Partial<Omit<Settings, keyof import('./store/entities.ts').Common>>;

export interface Commands {
  addTransaction: { args: TransactionInput & { id?: string }; result: Changed };
  /** Only what is given changes. */
  editTransaction: { args: { id: string; unlock?: boolean } & Partial<TransactionInput>; result: Changed };
  deleteTransaction: { args: { id: string; unlock?: boolean }; result: Changed };
  /**
   * Several rows, one mutation, one undo. A row that cannot take a field keeps its own: a transfer no category, a
   * row of another kind not this category, one of another currency (and a transfer) not this account, a reconciled one
   * nothing of its money without `unlock`.
   */
  editTransactions: { args: { ids: readonly string[]; fields: BulkFields; unlock?: boolean }; result: Changed };
  deleteTransactions: { args: { ids: readonly string[]; unlock?: boolean }; result: Changed };
  undo: { args: { token: string }; result: Changed };
  addAccount: { args: AccountInput & { id?: string }; result: Changed };
  editAccount: { args: { id: string } & Partial<AccountInput>; result: Changed };
  deleteAccount: { args: { id: string }; result: Changed };
  reorderAccounts: { args: { ids: string[] }; result: Changed };
  addCategory: { args: CategoryInput & { id?: string }; result: Changed };
  editCategory: { args: { id: string } & Partial<CategoryInput>; result: Changed };
  deleteCategory: { args: { id: string; into?: string | null }; result: Changed };
  mergeCategory: { args: { id: string; into: string }; result: Changed };
  reorderCategories: { args: { ids: string[] }; result: Changed };
  addPayee: { args: { name: string; category_id?: string | null }; result: Changed };
  editPayee: { args: { id: string; name?: string; category_id?: string | null }; result: Changed };
  mergePayee: { args: { id: string; into: string }; result: Changed };
  deletePayee: { args: { id: string }; result: Changed };
  addTag: { args: { name: string; colour?: string | null }; result: Changed };
  editTag: { args: { id: string; name?: string; colour?: string | null }; result: Changed };
  deleteTag: { args: { id: string }; result: Changed };
  addFilter: { args: { name: string; query: TransactionFilter }; result: Changed };
  editFilter: { args: { id: string; name?: string; query?: TransactionFilter }; result: Changed };
  deleteFilter: { args: { id: string }; result: Changed };
  setSettings: { args: SettingsInput; result: Changed };
  /** `fill`: entries without a rate that this one can count are counted, in the same change. */
  setRate: { args: { day: string; from_currency: string; to_currency: string; rate: string; fill?: boolean }; result: Changed };
  /** Many at once, at most one less than `push_operations` of spec/limits.json. */
  setRates: { args: { rates: { day: string; from_currency: string; to_currency: string; rate: string }[] }; result: Changed };
  /**
   * Counts entries without a rate at the newest known one of their day or before; as many as fit in a change. With
   * `other_base` also those that were written under another base currency. Without `undo` nothing was left to count.
   */
  fillRates: { args: { other_base?: boolean }; result: Changed };
  deleteRate: { args: { id: string }; result: Changed };
  /** An account agrees with a statement: its entries are locked, in one change. */
  reconcile: { args: { account_id: string; day: string; statement_minor: number; ids: string[] }; result: Changed };
  /** Made once for a category and a period: made again, it is changed. */
  addBudget: { args: BudgetInput; result: Changed };
  /** An amount with a day of the period that it holds from, or with `once` in that one only: the past stays as it was. */
  editBudget: {
    args: {
      id: string; currency?: string; carry_over?: boolean; archived?: boolean; amount_minor?: number | undefined; from_day?: string | undefined; once?: boolean | undefined;
    };
    result: Changed;
  };
  deleteBudget: { args: { id: string }; result: Changed };
  reorderBudgets: { args: { ids: string[] }; result: Changed };
  addSchedule: { args: ScheduleInput & { id?: string }; result: Changed };
  editSchedule: { args: { id: string } & Partial<ScheduleInput>; result: Changed };
  deleteSchedule: { args: { id: string }; result: Changed };
  reorderSchedules: { args: { ids: string[] }; result: Changed };
  /** Posts one instance now, with what is different in it. Answers the transaction. */
  confirmInstance: { args: { id: string; day: string; fields?: InstanceEdit }; result: Changed };
  skipInstance: { args: { id: string; day: string }; result: Changed };
  addTemplate: { args: TemplateInput & { id?: string }; result: Changed };
  editTemplate: { args: { id: string } & Partial<TemplateInput>; result: Changed };
  deleteTemplate: { args: { id: string }; result: Changed };
  reorderTemplates: { args: { ids: string[] }; result: Changed };
  reorderFilters: { args: { ids: string[] }; result: Changed };
  addReceipt: { args: ReceiptInput & { id?: string }; result: Changed };
  editReceipt: { args: { id: string; name: string }; result: Changed };
  deleteReceipt: { args: { id: string }; result: Changed };
  /** `together`: other conflicts of the same change on the same row, answered by the same tap and taken back by one undo. */
  resolveConflict: { args: { id: string; choice: AttentionItem['choices'][number]; together?: string[] }; result: Changed };
  /** For a book that has nothing and never got its settings: what books are born with. Nothing where they are there. */
  setUpBook: { args: Omit<UseWithoutAccount, 'sample'>; result: Changed };
  /** An invented household, to look around in. Its rows are known again by their ids; nothing where it is there already. */
  addSample: { args: { language: string }; result: Changed };
  /** Takes the sample out again, in one change; what a person has entered since stays. */
  removeSample: { args: Record<string, never>; result: Changed };
  /**
   * Kept on this device only. The key is what it is of, a colon, and whatever tells it from others. With an `id` it is of
   * a transaction that will have it, and over once there is one.
   */
  saveDraft: { args: { key: string; value: unknown }; result: null };
  dropDraft: { args: { key: string }; result: null };
}

export type CommandName = keyof Commands;
export type CommandArgs = { [C in CommandName]: Commands[C]['args'] };
export type CommandResult = { [C in CommandName]: Commands[C]['result'] };

/* ---- identity and what only the server can do ------------------------------- */

export interface SignUp {
  email: string;
  password: string;
  name?: string;
  base_currency?: string;
  language?: string;
  /** ISO 3166: what is usual there is in the new book. */
  country?: string;
}

export type SignIn =
  | {
      email: string;
      password: string;
    }
  /** The second step, after `second_factor_required`. */
  | { ticket: string; code: string };

export interface UseWithoutAccount {
  base_currency: string;
  language?: string;
  country?: string;
  /** Fill the book with sample data. */
  sample?: boolean;
}

/** Changes that a device could not send, to be taken in again elsewhere (`sync/unsent.ts`). */
export interface UnsentFile {
  outlay: 'unsent';
  version: 1;
  book_id: string;
  person_id: string | null;
  device_id: string;
  epoch: string | null;
  saved_at_ms: number;
  mutations: { mid: string; base: number; made_at: number; name: string; ops: Op[] }[];
}

/** What stands in the way of logging out: changes that only this device has. */
export interface SignOutResult {
  signed_out: boolean;
  unsent: number;
}

export interface ImportRow {
  line: number;
  day: string | null;
  amount_minor: number | null;
  currency?: string;
  payee: string | null;
  note: string | null;
  bank_id: string | null;
  state: 'new' | 'present' | 'possible' | 'faulty';
  problem?: string | null;
}

/** Answer of POST /api/v1/imports; `questions` is empty when nothing is left to ask. */
export interface ImportPreview {
  id: string;
  format: string;
  accounts: Record<string, unknown>[];
  columns: Record<string, unknown>[];
  questions: Record<string, unknown>[];
  rows: ImportRow[];
  [more: string]: unknown;
}

/** An answer of the server as data: `ok` is the status class. */
export interface Answer<T = unknown> {
  ok: boolean;
  status: number;
  headers: Record<string, string>;
  body: T;
}

export interface RequestInput {
  method?: string;
  /** Sent as JSON; a Blob as it is. */
  body?: unknown;
  /** The answer's body is asked for as a Blob. */
  blob?: boolean;
  headers?: Record<string, string>;
  query?: Record<string, string | number | boolean | null | undefined>;
}
