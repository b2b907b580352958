/** What was typed survives a closed app: kept on this device while it changes, dropped when saved or thrown away. */
import { outlay } from '$src/outlay';
import type { EditorForm, Snapshot } from './form.svelte';

const WAIT_MS = 300;

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
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void outlay.command('saveDraft', { key: this.#key, value: snapshot }).catch(() => undefined);
    }, WAIT_MS);
  }

  end(): void {
    this.#ended = true;
    this.dirty = false;
    clearTimeout(this.#timer);
    void outlay.command('dropDraft', { key: this.#key }).catch(() => undefined);
  }
}
