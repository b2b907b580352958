/** Short messages at the edge of the screen; one that offers to undo stays until it is used or old. */
import { t } from '$src/messages';
import { sentence } from '$src/messages/problem';
import { outlay } from '$src/outlay';

export { sentence };

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'problem';
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 3500;
const SHOWN_WITH_ACTION_MS = 9000;

let next = 1;
let list = $state.raw<Toast[]>([]);

export const toasts = {
  get list() {
    return list;
  }
};

export function dismiss(id: number): void {
  list = list.filter((toast) => toast.id !== id);
}

export function toast(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): void {
  const made: Toast = { id: next++, text, tone: 'plain', ...options };
  // One at a time: an older one has been read or does not matter any more.
  list = [made];
  setTimeout(() => dismiss(made.id), options.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
}

/** Says what was done and offers to take it back. */
export function toastUndo(text: string, token: string | undefined): void {
  if (!token) {
    toast(text);
    return;
  }
  const run = () => {
    void outlay.command('undo', { token }).then(
      () => toast(t('toast.undone')),
      (error: unknown) => toastProblem(error)
    );
  };
  toast(text, { action: { label: t('action.undo'), run } });
}

/** A refusal in its own sentence; anything else in a general one. */
export function toastProblem(error: unknown): void {
  toast(sentence(error), { tone: 'problem' });
}
