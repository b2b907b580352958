/** What a screen can have done to a book. */
import type { AccountKind, Common, Period, Settings, TransactionKind, TransactionLine } from '../store/entities.ts';
import type { ReceiptFile } from '../store/files.ts';
import type { AttentionItem, TransactionFilter } from './queries.ts';
import type { UseWithoutAccount } from './server.ts';

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

type SettingsInput = Partial<Omit<Settings, keyof Common>>;

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
