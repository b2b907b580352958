/** What can be done to a row of a list, from anywhere. */
import { t } from '$src/messages';
import { outlay, type TransactionView } from '$src/outlay';
import { closeEditor, editing, openEditor } from '../editor/request.svelte';
import { unlocking } from '../locked.svelte';
import { toastProblem, toastUndo } from '../toast.svelte';

export function edit(item: TransactionView): void {
  openEditor({ mode: 'edit', id: item.id });
}

export async function remove(item: TransactionView): Promise<void> {
  try {
    const done = await unlocking((unlock) => outlay.command('deleteTransaction', { id: item.id, unlock }));
    if (!done) return;
    if (editing() === item.id) closeEditor();
    toastUndo(t('toast.deleted'), done.undo);
  } catch (error) {
    toastProblem(error);
  }
}
