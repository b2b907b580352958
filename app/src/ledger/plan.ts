/**
 * The commands of the app as operations: what each means for the rows of the book.
 * Nothing is written here.
 */
import type { AttentionItem, CommandArgs, CommandName } from '../api.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SyncConflict, Transaction } from '../store/entities.ts';
import type { Port } from '../store/port.ts';
import { readRow } from '../store/rows.ts';
import { quoted } from '../store/schema.ts';
import { deleteOps, editOps } from './bulk.ts';
import { entityOf, same, type EntityName, type Fields, type Op } from './entities.ts';
import { amountOps, createOps } from './budgets.ts';
import { Inputs, type PlannedEntity, type TransactionEdit } from './inputs.ts';
import { confirmOps, skipOps } from './posting.ts';
import { fillingRates, settingRate, settingRates } from './rating.ts';
import { reconciling } from './reconciling.ts';
import { refused } from './refused.ts';
import { removeOps } from './sampled.ts';

/** What a command may use besides the database. */
export interface Context {
  port: Port;
  book_id: string;
  now_ms: number;
  mint(): string;
}

export interface Plan {
  name: string;
  ops: Op[];
  id: string | null;
}

type Planned = Omit<Plan, 'name'>;
type Planner<C extends CommandName> = (context: Context, args: CommandArgs[C]) => Planned;
type Planners = { [C in Exclude<CommandName, 'undo' | 'saveDraft' | 'dropDraft' | 'addSample' | 'setUpBook'>]: Planner<C> };

/** The operations of a command. Throws a Refusal for what makes no sense at all. */
export function plan(name: CommandName, context: Context, args: unknown): Plan {
  const planner = PLANNERS[name as keyof Planners] as Planner<CommandName> | undefined;
  if (!planner) throw new Refusal('unknown_operation');
  const { id, ops } = planner(context, args as CommandArgs[CommandName]);
  return { name: NAMES[name as keyof Planners], id, ops: ops.flatMap((op) => edits(context, op)) };
}

/** A form gives all it has; what the row has already does not travel. What merges as one goes as one. */
function edits({ port, book_id }: Context, op: Op): Op[] {
  const row = op.k === 'set' ? readRow(port, book_id, op.e, op.id) : null;
  if (!row || row.deleted) return [op];
  const { unitOf } = entityOf(op.e);
  const given = Object.entries(op.f ?? {});
  const units = new Set(given.filter(([name, value]) => !same(value ?? null, (row as unknown as Fields)[name] ?? null)).map(([name]) => unitOf[name]));
  const f = Object.fromEntries(given.filter(([name]) => units.has(unitOf[name])));
  return units.size > 0 ? [{ ...op, f }] : [];
}

/* ---- helpers --------------------------------------------------------------------- */

function create(entity: EntityName, id: string, f: Fields): Op {
  return { e: entity, id, k: 'create', f };
}

function set(entity: EntityName, id: string, f: Fields): Op {
  return { e: entity, id, k: 'set', f };
}

/** Only what was said: `undefined` is not. */
function said(fields: object, ...without: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== undefined && !without.includes(name)));
}

function changing(entity: EntityName, id: string, f: Fields): Planned {
  return { id, ops: Object.keys(f).length > 0 ? [set(entity, id, f)] : [] };
}

function removing(entity: EntityName, id: string, more: Partial<Op> = {}): Planned {
  return { id, ops: [{ e: entity, id, k: 'delete', ...more }] };
}

type Ordered = 'account' | 'category' | 'budget' | 'schedule' | 'template' | 'filter';

function nextPosition({ port, book_id }: Context, entity: Ordered, parent_id?: string | null): number {
  const beside = entity === 'category' ? 'AND parent_id IS :parent_id' : '';
  const sql = `SELECT max(position) FROM ${quoted(entity)} WHERE book_id = :book_id AND NOT deleted ${beside}`;
  return (port.value<number>(sql, { book_id, parent_id: parent_id ?? null }) ?? -1) + 1;
}

function reordering({ port, book_id }: Context, entity: Ordered, ids: readonly string[]): Planned {
  const ops = ids.flatMap((id, position) => {
    const row = readRow(port, book_id, entity, id);
    return row && row.position !== position ? [set(entity, id, { position })] : [];
  });
  return { id: null, ops };
}

function transactionOf({ port, book_id }: Context, id: string): Transaction {
  const row = readRow(port, book_id, 'transaction', id);
  if (!row || row.deleted) throw new Refusal('gone', 'id');
  return row;
}

function inputs({ port, book_id, mint }: Context): Inputs {
  return new Inputs(port, book_id, mint);
}

/** A schedule or template: a transaction that is planned. */
function planning(context: Context, entity: PlannedEntity, { id = context.mint(), ...given }: { id?: string }): Planned {
  const fields = { position: nextPosition(context, entity), ...given } as TransactionEdit;
  return { id, ops: inputs(context).plan(entity, id, fields) };
}

function replanning(context: Context, entity: PlannedEntity, { id, ...given }: { id: string }): Planned {
  const row = readRow(context.port, context.book_id, entity, id);
  if (!row || row.deleted) throw new Refusal('gone', 'id');
  return { id, ops: inputs(context).editPlan(entity, row, given) };
}

function budgeting(context: Context, { amount_minor, from_day, ...given }: CommandArgs['addBudget']): Planned {
  const { port, book_id } = context;
  const fields = { position: nextPosition(context, 'budget'), ...said(given) } as unknown as typeof given;
  return createOps(port, book_id, fields, { amount_minor, from_day });
}

/** A budget's own fields and, with a day, its amount. */
function rebudgeting({ port, book_id }: Context, { id, amount_minor, from_day, once, ...given }: CommandArgs['editBudget']): Planned {
  const budget = readRow(port, book_id, 'budget', id);
  if (!budget || budget.deleted) throw new Refusal('gone', 'id');
  const { ops } = changing('budget', id, said(given));
  if (amount_minor === undefined && from_day === undefined) return { id, ops };
  if (amount_minor === undefined || from_day === undefined) throw new Refusal('field_missing', from_day === undefined ? 'from_day' : 'amount_minor');
  return { id, ops: [...ops, ...amountOps(port, book_id, budget, { amount_minor, from_day, once })] };
}

/** Finds or makes a payee or tag, with more fields on it. */
function naming(context: Context, entity: 'payee' | 'tag', name: string, more: Fields): Planned {
  const { names } = inputs(context);
  const id = names.idOf(entity, name);
  const [made] = names.ops;
  if (made) return { id, ops: [{ ...made, f: { ...made.f, ...more } }] };
  return changing(entity, id, more);
}

/** Another currency or opening amount: they change together. */
function accountFields({ port, book_id }: Context, id: string, given: Fields): Fields {
  if (given['currency'] === undefined && given['opening_minor'] === undefined) return given;
  const row = readRow(port, book_id, 'account', id);
  return { ...given, currency: given['currency'] ?? row?.currency, opening_minor: given['opening_minor'] ?? row?.opening_minor };
}

/* ---- conflicts ------------------------------------------------------------------- */

export type Choice = AttentionItem['choices'][number];

/** What can be done about a conflict. */
export function choicesOf({ kind }: Pick<SyncConflict, 'kind'>): Choice[] {
  if (kind === 'overwritten') return ['keep', 'use_other'];
  if (kind === 'deleted_over_edit') return ['keep', 'restore'];
  if (kind === 'edit_on_deleted') return ['restore', 'discard'];
  return ['retry', 'discard'];
}

function resolving({ port, book_id, now_ms }: Context, id: string, choice: Choice): Planned {
  const here = refused(port).find((conflict) => conflict.id === id);
  if (here) return answering(port, here, choice);
  const conflict = readRow(port, book_id, 'sync_conflict', id);
  if (!conflict || conflict.deleted) throw new Refusal('gone', 'id');
  if (!choicesOf(conflict).includes(choice)) throw new Refusal('not_allowed', 'choice');
  const resolved = set('sync_conflict', id, { resolved_at_ms: now_ms });
  const entity = conflict.entity as EntityName;
  const lost = conflict.lost as Fields | null;
  const ops: Op[] = [];
  if (choice === 'use_other') ops.push({ ...set(entity, conflict.row_id, lost ?? {}), unlock: true });
  if (choice === 'restore') ops.push({ e: entity, id: conflict.row_id, k: 'restore' });
  if (choice === 'retry' || (choice === 'restore' && conflict.kind === 'edit_on_deleted')) {
    ops.push(...((lost?.['ops'] ?? []) as Op[]));
  }
  return { id: conflict.row_id, ops: [...ops, resolved] };
}

/** Of what never left this device nothing is resolved elsewhere: it goes, or is made again. */
function answering(port: Port, { id, row_id, lost }: SyncConflict, choice: Choice): Planned {
  if (choice !== 'retry' && choice !== 'discard') throw new Refusal('not_allowed', 'choice');
  port.run(`DELETE FROM outbox WHERE mid = :id AND state = 'refused'`, { id });
  return { id: row_id, ops: choice === 'retry' ? (lost as { ops: Op[] }).ops : [] };
}

/* ---- the commands ------------------------------------------------------------------ */

const PLANNERS: Planners = {
  addTransaction: (context, { id = context.mint(), receipts = [], ...given }) => {
    const named = receipts.map((file, position) => create('receipt', context.mint(), { transaction_id: id, ...file, position }));
    return { id, ops: [...inputs(context).create(id, given), ...named] };
  },
  editTransaction: (context, { id, unlock = false, ...given }) => ({
    id, ops: inputs(context).edit(transactionOf(context, id), given, unlock)
  }),
  deleteTransaction: (_, { id, unlock = false }) => removing('transaction', id, unlock ? { unlock } : {}),
  editTransactions: (context, args) => ({ id: null, ops: editOps(context, inputs(context), args) }),
  deleteTransactions: (context, args) => ({ id: null, ops: deleteOps(context, args) }),
  addAccount: (context, { id = context.mint(), ...given }) => ({
    id, ops: [create('account', id, { position: nextPosition(context, 'account'), ...said(given) })]
  }),
  editAccount: (context, { id, ...given }) => changing('account', id, accountFields(context, id, said(given))),
  deleteAccount: (_, { id }) => removing('account', id),
  reorderAccounts: (context, { ids }) => reordering(context, 'account', ids),
  addCategory: (context, { id = context.mint(), ...given }) => ({
    id, ops: [create('category', id, { position: nextPosition(context, 'category', given.parent_id), ...said(given) })]
  }),
  editCategory: (_, { id, ...given }) => changing('category', id, said(given)),
  deleteCategory: (_, { id, into = null }) => removing('category', id, into === null ? {} : { into }),
  mergeCategory: (_, { id, into }) => removing('category', id, { into }),
  reorderCategories: (context, { ids }) => reordering(context, 'category', ids),
  addPayee: (context, { name, ...more }) => naming(context, 'payee', name, said(more)),
  editPayee: (_, { id, ...given }) => changing('payee', id, said(given)),
  mergePayee: (_, { id, into }) => removing('payee', id, { into }),
  deletePayee: (_, { id }) => removing('payee', id),
  addTag: (context, { name, ...more }) => naming(context, 'tag', name, said(more)),
  editTag: (_, { id, ...given }) => changing('tag', id, said(given)),
  deleteTag: (_, { id }) => removing('tag', id),
  addFilter: (context, { name, query }) => {
    const id = context.mint();
    return { id, ops: [create('filter', id, { name, query, position: nextPosition(context, 'filter') })] };
  },
  editFilter: (_, { id, ...given }) => changing('filter', id, said(given)),
  deleteFilter: (_, { id }) => removing('filter', id),
  removeSample: (context) => ({ id: null, ops: removeOps(context) }),
  setSettings: ({ book_id }, given) => changing('settings', book_id, said(given)),
  setRate: settingRate,
  setRates: settingRates,
  fillRates: fillingRates,
  deleteRate: (_, { id }) => removing('rate', id),
  reconcile: reconciling,
  addBudget: budgeting,
  editBudget: rebudgeting,
  deleteBudget: (_, { id }) => removing('budget', id),
  reorderBudgets: (context, { ids }) => reordering(context, 'budget', ids),
  addSchedule: (context, given) => planning(context, 'schedule', given),
  editSchedule: (context, given) => replanning(context, 'schedule', given),
  deleteSchedule: (_, { id }) => removing('schedule', id),
  reorderSchedules: (context, { ids }) => reordering(context, 'schedule', ids),
  confirmInstance: ({ port, book_id, mint }, { id, day, fields = {} }) => confirmOps(port, book_id, id, day, fields, mint),
  skipInstance: ({ port, book_id }, { id, day }) => ({ id, ops: skipOps(port, book_id, id, day) }),
  addTemplate: (context, given) => planning(context, 'template', given),
  editTemplate: (context, given) => replanning(context, 'template', given),
  deleteTemplate: (_, { id }) => removing('template', id),
  reorderTemplates: (context, { ids }) => reordering(context, 'template', ids),
  reorderFilters: (context, { ids }) => reordering(context, 'filter', ids),
  addReceipt: (context, { id = context.mint(), ...given }) => ({ id, ops: [create('receipt', id, said(given))] }),
  editReceipt: (_, { id, ...given }) => changing('receipt', id, said(given)),
  deleteReceipt: (_, { id }) => removing('receipt', id),
  resolveConflict: (context, { id, choice, together = [] }) => {
    const planned = [id, ...together].map((one) => resolving(context, one, choice));
    return { id: planned[0]!.id, ops: planned.flatMap(({ ops }) => ops) };
  }
};

/** How mutations are called in the log. */
const NAMES: Record<keyof Planners, string> = {
  addTransaction: 'transaction.add', editTransaction: 'transaction.edit', deleteTransaction: 'transaction.delete',
  editTransactions: 'transactions.edit', deleteTransactions: 'transactions.delete', addAccount: 'account.add',
  editAccount: 'account.edit', deleteAccount: 'account.delete', reorderAccounts: 'accounts.reorder',
  addCategory: 'category.add', editCategory: 'category.edit', deleteCategory: 'category.delete',
  mergeCategory: 'category.merge', reorderCategories: 'categories.reorder', addPayee: 'payee.add',
  editPayee: 'payee.edit', mergePayee: 'payee.merge', deletePayee: 'payee.delete', addTag: 'tag.add',
  editTag: 'tag.edit', deleteTag: 'tag.delete', addFilter: 'filter.add', editFilter: 'filter.edit',
  deleteFilter: 'filter.delete', setSettings: 'settings.set', setRate: 'rate.set',
  setRates: 'rates.set', fillRates: 'rates.fill', deleteRate: 'rate.delete', reconcile: 'account.reconcile',
  resolveConflict: 'conflict.resolve', addBudget: 'budget.add', editBudget: 'budget.edit',
  deleteBudget: 'budget.delete', reorderBudgets: 'budgets.reorder', addSchedule: 'schedule.add', editSchedule: 'schedule.edit',
  deleteSchedule: 'schedule.delete', reorderSchedules: 'schedules.reorder', confirmInstance: 'schedule.post',
  skipInstance: 'schedule.skip', addTemplate: 'template.add', editTemplate: 'template.edit', deleteTemplate: 'template.delete',
  reorderTemplates: 'templates.reorder', removeSample: 'sample.remove',
  reorderFilters: 'filters.reorder', addReceipt: 'receipt.add', editReceipt: 'receipt.edit', deleteReceipt: 'receipt.delete'
};

