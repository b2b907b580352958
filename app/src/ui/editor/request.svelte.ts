/** Opening and closing the editor. It lies in the history, so going back closes it. */
import { goto } from '$app/navigation';
import { page } from '$app/state';
import type { TransactionKind } from '$src/outlay';
import { beneath, cleared, depth, leave } from '../layers.svelte';

interface Turn {
  /** Begins with the draft of this key; '' with none. Left out: with the newest. */
  draft?: string;
  /** Another number opens a fresh one. */
  turn?: number;
}

export type EditorRequest =
  | ({
      mode: 'add';
      kind?: TransactionKind;
      account_id?: string;
      category_id?: string;
      day?: string;
      copy_of?: string;
      /** Begins with what this line says. */
      line?: string;
      /** Begins in the line. */
      quick?: boolean;
      template_id?: string;
    } & Turn)
  | ({ mode: 'edit'; id: string } & Turn);

export function openEditor(request: EditorRequest): void {
  // Another one in its place: the history keeps one step for the editor, however many rows were looked at.
  void beneath(() => goto(location.href, { shallow: true, replace: Boolean(page.state.editor), state: { editor: request } }));
}

export function closeEditor(): void {
  // rows that are chosen beside it lie over its step
  void cleared().then(() => page.state.editor && leave(1 + depth()));
}

export function editing(): string | undefined {
  const request = page.state.editor;
  return request?.mode === 'edit' ? request.id : undefined;
}
