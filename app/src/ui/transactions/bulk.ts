/** A change of many transactions in parts that the log takes, told part by part, and taken back as one. */
import { limit } from '$src/kernel/limits';
import { t } from '$src/messages';
import { outlay, type BulkFields, type SelectedGroup } from '$src/outlay';
import { toast, toastProblem } from '../toast.svelte';

/** Rows of one part: new tags are operations too. */
const PART = limit('push_operations') - 50;

export type Bulk = { fields: BulkFields; unlock: boolean } | { remove: true; unlock: boolean };

/** How many of these rows can take it; the others keep what they have. Pure. */
export function fitting(groups: readonly SelectedGroup[], what: Bulk, category_kind: 'expense' | 'income' | null, currency: string | null): number {
  const fits = ({ kind, currency: own, reconciled }: SelectedGroup): boolean => {
    const locked = reconciled && !what.unlock;
    if ('remove' in what) return !locked;
    if (what.fields.category_id !== undefined) return !locked && kind !== 'transfer' && (category_kind === null || category_kind === kind);
    if (what.fields.account_id !== undefined) return !locked && kind !== 'transfer' && own === currency;
    return true;
  };
  return groups.reduce((sum, group) => sum + (fits(group) ? group.count : 0), 0);
}

/** Runs it; `onpart` hears how many rows are done. The tokens that take it back, in the order they were made. */
export async function inParts(ids: readonly string[], what: Bulk, onpart: (done: number) => void): Promise<string[]> {
  const tokens: string[] = [];
  try {
    for (let at = 0; at < ids.length; at += PART) {
      const part = ids.slice(at, at + PART);
      const { unlock } = what;
      const done = 'remove' in what
        ? await outlay.command('deleteTransactions', { ids: part, unlock })
        : await outlay.command('editTransactions', { ids: part, fields: what.fields, unlock });
      if (done.undo) tokens.push(done.undo);
      onpart(Math.min(ids.length, at + PART));
    }
  } catch (error) {
    // All or nothing, also over several parts.
    await takeBack(tokens);
    throw error;
  }
  return tokens;
}

/** The last first. What is left of some is enough: only when nothing is left of any is that said. */
export async function takeBack(tokens: readonly string[]): Promise<void> {
  const refused: unknown[] = [];
  for (const token of tokens.toReversed()) {
    await outlay.command('undo', { token }).catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 'nothing_to_undo') throw error;
      refused.push(error);
    });
  }
  if (refused.length > 0 && refused.length === tokens.length) throw refused[0];
}

/** Says what was done and offers to take all of it back. */
export function toastBulk(text: string, tokens: readonly string[]): void {
  const run = () => void takeBack(tokens).then(() => toast(t('toast.undone')), toastProblem);
  toast(text, tokens.length > 0 ? { action: { label: t('action.undo'), run } } : {});
}
