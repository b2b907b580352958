/**
 * Ids that point to other rows: where they lead now, what becomes of them when their
 * row is deleted. Pure. Twin: server/outlay/ledger/references.py.
 *
 * A transaction is never refused for its category, payee or tag: a merged one is
 * followed to its target, a deleted one is let go. An account that is gone parks the
 * transaction instead, because money must not lose its account silently.
 */
import { Refusal } from '../kernel/refusal.ts';
import type { TransactionLine } from '../store/entities.ts';
import { same, type Entity, type EntityName, type Row } from './entities.ts';
import type { Draft } from './merge.ts';

/** Longest chain of merges that is followed; a longer one counts as deleted. */
const CHAIN = 64;
const MERGEABLE: readonly string[] = ['category', 'payee'];
/** They refer to accounts, payees, tags, and by their lines to categories. */
const LIKE_TRANSACTIONS: readonly string[] = ['transaction', 'schedule', 'template'];
const STRICT: Partial<Record<EntityName, string>> = {
  category: 'category_unknown', payee: 'payee_unknown', tag: 'tag_unknown', account: 'account_gone'
};

export function linesOfDocument(row: Row): TransactionLine[] {
  return (row['lines'] as TransactionLine[] | null) ?? [];
}

/** Does this row refer to `id` of entity `target`? */
export function refers(entity: EntityName, row: Row, target: EntityName, id: string): boolean {
  if (LIKE_TRANSACTIONS.includes(entity)) {
    if (target === 'account') return row['account_id'] === id || row['to_account_id'] === id;
    if (target === 'category') return linesOfDocument(row).some((item) => item.category_id === id);
    if (target === 'payee') return row['payee_id'] === id;
    return target === 'tag' && ((row['tag_ids'] as string[] | null) ?? []).includes(id);
  }
  if (entity === 'category') return target === 'category' && row['parent_id'] === id;
  if (entity === 'payee' || entity === 'budget') return target === 'category' && row['category_id'] === id;
  if (entity === 'settings') {
    if (target === 'account') return row['default_account_id'] === id;
    return target === 'category' && row['default_category_id'] === id;
  }
  return false;
}

/** The live row that an id stands for: itself, or where it was merged into; null when it is gone. */
export function resolve(draft: Draft, entity: EntityName, id: string): string | null {
  let at = id;
  for (let step = 0; step < CHAIN; step++) {
    const row = draft.get(entity, at);
    if (row === null) return null;
    if (!row.deleted) return at;
    const following = (row['merged_into'] as string | null | undefined) ?? null;
    if (following === null) return null;
    at = following;
  }
  return null;
}

/**
 * Points the row's references `names` to where they lead now (changes `row`, which is
 * new). Accounts of a transaction or schedule, and owners, are left for the rules to
 * judge; so is the category of a budget, which may be merged but not let go. In a
 * strict draft a dead reference is refused.
 */
export function mend(draft: Draft, entity: Entity, row: Row, names: readonly string[]): Refusal | null {
  for (const name of names) {
    const value = row[name];
    if (!value || (Array.isArray(value) && value.length === 0)) continue;
    const field = entity.fields[name]!;
    const target = field.ref!;
    if (target === 'account' && (entity.name === 'transaction' || entity.name === 'schedule')) continue;
    if (!field.null && field.type === 'id') continue;
    const now = led(draft, target, field.type, value);
    if (same(now, value) || (now === null && entity.name === 'budget')) continue;
    if (draft.strict) return new Refusal(STRICT[target] ?? 'gone', name);
    draft.rewritten = true;
    row[name] = now;
  }
  return null;
}

function led(draft: Draft, target: EntityName, type: string, value: unknown): unknown {
  if (type === 'id') return resolve(draft, target, value as string);
  if (type === 'ids') {
    const live = (value as string[]).map((id) => resolve(draft, target, id)).filter((id) => id !== null);
    return [...new Set(live)];
  }
  return (value as TransactionLine[]).map((item) => {
    if (item.category_id === null) return item;
    const now = resolve(draft, 'category', item.category_id);
    return now === item.category_id ? item : { ...item, category_id: now };
  });
}

/** Where a deleted row's references go: the live row behind `into`, of the same kind, not the row itself. */
export function intoOf(draft: Draft, entity: Entity, row: Row, into: string | null): string | null | Refusal {
  if (into === null) return null;
  if (!MERGEABLE.includes(entity.name)) return new Refusal('not_allowed', 'into');
  const found = resolve(draft, entity.name, into);
  if (found === null) return new Refusal('into_gone', 'into');
  if (found === row.id) return new Refusal('merge_cycle', 'into');
  if (entity.name === 'category' && draft.get('category', found)?.['kind'] !== row['kind']) {
    return new Refusal('category_kind', 'into');
  }
  return found;
}

/** What follows when `row` becomes a tombstone: nothing live refers to it any more. */
export function cascade(draft: Draft, entity: EntityName, row: Row, into: string | null): void {
  if (!['account', 'category', 'payee', 'tag'].includes(entity)) return;
  for (const [other, user] of draft.using(entity, row.id)) {
    if (LIKE_TRANSACTIONS.includes(other)) cascadeTransaction(draft, entity, row.id, other, user, into);
    else if (other === 'budget') cascadeBudget(draft, user, into);
    else if (other === 'category') cascadeChild(draft, user, into);
    else if (other === 'payee') draft.change('payee', user, { category_id: into });
    else if (entity === 'account') draft.change('settings', user, { default_account_id: null });
    else draft.change('settings', user, { default_category_id: into });
  }
}

function cascadeTransaction(draft: Draft, entity: EntityName, id: string, other: EntityName, user: Row, into: string | null): void {
  if (entity === 'category') {
    const lines = linesOfDocument(user).map((item) => (item.category_id === id ? { ...item, category_id: into } : item));
    draft.change(other, user, { lines });
  } else if (entity === 'payee') draft.change(other, user, { payee_id: into });
  else if (entity === 'tag') {
    draft.change(other, user, { tag_ids: (user['tag_ids'] as string[]).filter((item) => item !== id) });
  } else cascadeAccount(draft, id, other, user);
}

/**
 * Its own entries die with an account; a transfer keeps the leg in the other one.
 * Schedules and templates stay without it: a schedule waits for another account.
 */
function cascadeAccount(draft: Draft, id: string, other: EntityName, user: Row): void {
  const gone = (['account_id', 'to_account_id'] as const).filter((name) => user[name] === id);
  const kept = (['account_id', 'to_account_id'] as const).some((name) => user[name] !== id && user[name] !== null);
  if (other === 'transaction' && (user['kind'] !== 'transfer' || !kept)) draft.bury(other, user, null);
  else draft.change(other, user, Object.fromEntries(gone.map((name) => [name, null])));
}

/** A budget goes with its category: to the one that this was merged into, unless that has its own. */
function cascadeBudget(draft: Draft, user: Row, into: string | null): void {
  if (into === null || taken(draft, { ...user, category_id: into })) draft.bury('budget', user, null);
  else draft.change('budget', user, { category_id: into });
}

/** Has another live budget this one's category and period? */
export function taken(draft: Draft, budget: Row): boolean {
  const category_id = budget['category_id'] as string | null;
  if (category_id === null) return false;
  return draft.using('category', category_id).some(
    ([other, user]) => other === 'budget' && user['period'] === budget['period'] && user.id !== budget.id
  );
}

/** Children of a deleted category move beside where it went, and never below the second level. */
function cascadeChild(draft: Draft, child: Row, into: string | null): void {
  let parent_id: unknown = null;
  if (into !== null && into !== child.id) {
    const beside = draft.get('category', into)?.['parent_id'] ?? null;
    parent_id = beside === null || beside === child['parent_id'] ? into : beside;
  }
  if (child['parent_id'] !== parent_id) draft.change('category', child, { parent_id });
}
