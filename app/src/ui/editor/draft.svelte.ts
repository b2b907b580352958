/** What was typed survives a closed app: kept on this device while it changes, dropped when saved or thrown away. */
import { outlay } from '$src/outlay';
import type { EditorForm, Snapshot } from './form.svelte';

const WAIT_MS = 300;

/** What was thrown away last, until something else is done: it can be had back. */
export const thrown = $state<{ key: string; value: Snapshot | null }>({ key: '', value: null });

export async function draftOf(key: string): Promise<Snapshot | null> {
  const draft = await outlay.query('draft', { key }).catch(() => null);
  return (draft?.value as Snapshot | undefined) ?? null;
}

export class Draft {
  #key: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #kept = '';
  #ended = false;
  /** Something was typed that is not saved. */
  dirty = false;
  /** What was typed last is on this device. */
  kept = $state(false);
  #waiting: Snapshot | null = null;

  constructor(key: string, form: EditorForm) {
    this.#key = key;
    this.#kept = JSON.stringify(form.snapshot());
  }

  /** To be called whenever the form has changed. */
  changed(snapshot: Snapshot): void {
    const text = JSON.stringify(snapshot);
    if (this.#ended || text === this.#kept) return;
    this.#kept = text;
    this.dirty = true;
    this.kept = false;
    this.#waiting = snapshot;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), WAIT_MS);
  }

  /** Keeps at once what waits to be kept: the page may go. */
  flush(): void {
    const value = this.#waiting;
    clearTimeout(this.#timer);
    if (!value || this.#ended) return;
    this.#waiting = null;
    outlay.command('saveDraft', { key: this.#key, value }).then(() => (this.kept = this.#waiting === null), () => undefined);
  }

  end(): void {
    this.#ended = true;
    this.dirty = false;
    clearTimeout(this.#timer);
    void outlay.command('dropDraft', { key: this.#key }).catch(() => undefined);
  }
}
