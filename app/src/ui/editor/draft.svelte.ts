/**
 * What was typed survives a closed app: kept on this device while it changes, dropped when saved or thrown away. Each time
 * that an editor is open has a draft of its own, or goes on with one that nobody else has open: none is written over.
 */
import { outlay } from '$src/outlay';
import type { EditorForm, Snapshot } from './form.svelte';

const WAIT_MS = 300;

export interface Kept {
  key: string;
  value: Snapshot;
  /** Others may have it from now on. */
  release: () => void;
}

interface Aside {
  of: string;
  book: string | undefined;
  /** '' when there is none. */
  key: string;
  /** Where it was typed, thrown away; null of what is kept on the device. */
  form: EditorForm | null;
}

/** What was thrown away last, or was typed before and came too late. Until something else is done it can be had back. */
export const aside = $state<Aside>({ of: '', book: undefined, key: '', form: null });

/** What the device could not keep: this page has it, until it goes. */
const unkept = new Map<string, { book: string | undefined; value: Snapshot }>();

/** Closed while photos were being prepared. They come to whoever goes on with the draft, else into it. */
const closing = new Map<string, { form: EditorForm; held: Promise<(() => void) | null> }>();

/** The draft of this key, else the newest; null where there is none, and where it cannot be read just now. */
export async function draftOf(of: string, book: string | undefined, wanted?: string): Promise<Kept | null> {
  const stored = (await outlay.query('drafts', { of }).catch(() => [])) as { key: string; value: Snapshot }[];
  const here = [...unkept].filter(([key, one]) => one.book === book && key.startsWith(`${of}:`)).map(([key, { value }]) => ({ key, value }));
  for (const draft of [...here, ...stored]) {
    if (wanted && draft.key !== wanted) continue;
    const release = closing.has(draft.key) ? () => undefined : await hold(draft.key);
    if (release) return { ...draft, release };
  }
  return null;
}

/** What is being typed, in another tab or in the editor that was here before, is nobody else's: its key is held. */
function hold(key: string): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const taken = (lock: Lock | null) => (lock ? new Promise<void>((release) => resolve(release)) : resolve(null));
    navigator.locks.request(`outlay-draft ${key}`, { ifAvailable: true }, taken).catch(() => resolve(null));
  });
}

export class Draft {
  readonly key: string;
  readonly #book: () => string | undefined;
  readonly #held: Promise<(() => void) | null>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the form had when it was looked at last. */
  #seen = '';
  /** What was typed last; null before anything was. */
  #newest: Snapshot | null = null;
  #sent: Snapshot | null = null;
  #sending: Promise<void> = Promise.resolve();
  #ended = false;
  /** What was typed last is on this device. */
  kept = $state(false);

  /** `of`: what it is a draft of. `before`: the one that goes on. */
  constructor(of: string, book: () => string | undefined, form: EditorForm, before: Kept | null = null) {
    this.key = before?.key ?? `${of}:${crypto.randomUUID()}`;
    this.#book = book;
    const closed = closing.get(this.key);
    this.#held = closed?.held ?? (before ? Promise.resolve(before.release) : hold(this.key));
    closing.delete(this.key);
    this.begin(form);
    if (closed) form.receiveOf(closed.form);
  }

  /** Something was typed that is not saved. */
  get dirty(): boolean {
    return this.#newest !== null && !this.#ended;
  }

  /** What the form has now, nobody typed just now. */
  begin(form: EditorForm): void {
    this.#seen = JSON.stringify(form.snapshot());
  }

  /** To be called whenever the form has changed. */
  changed(snapshot: Snapshot): void {
    const text = JSON.stringify(snapshot);
    if (this.#ended || text === this.#seen) return;
    this.#seen = text;
    this.#newest = snapshot;
    this.kept = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush().catch(() => undefined), WAIT_MS);
  }

  /** Keeps at once what waits to be kept: the page may go. Where that fails, the next time tries it again. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    const value = this.#newest;
    if (value === null || this.#ended || value === this.#sent) return this.#sending;
    this.#sent = value;
    this.#sending = outlay.command('saveDraft', { key: this.key, value }, this.#book()).then(
      () => {
        unkept.delete(this.key);
        this.kept = this.#newest === value;
      },
      (error: unknown) => {
        if (this.#sent === value) this.#sent = null;
        throw error;
      }
    );
    return this.#sending;
  }

  /**
   * What was typed waits for the next time: on this device or, where that fails, in this page. So do, with the form,
   * photos that are still being prepared. Answers whether something does.
   */
  async close(form?: EditorForm): Promise<boolean> {
    if (form?.receiving && !this.#ended) {
      const closed = { form, held: this.#held };
      closing.set(this.key, closed);
      unkept.set(this.key, { book: this.#book(), value: form.snapshot() });
      void this.flush().catch(() => undefined);
      await form.receiving;
      if (closing.get(this.key) !== closed) return false;
      closing.delete(this.key);
      unkept.delete(this.key);
      this.changed(form.snapshot());
    }
    this.#release();
    if (this.#newest === null || this.#ended) return false;
    unkept.set(this.key, { book: this.#book(), value: this.#newest });
    await this.flush();
    unkept.delete(this.key);
    return true;
  }

  /** Saved, or thrown away. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    unkept.delete(this.key);
    void outlay.command('dropDraft', { key: this.key }, this.#book()).catch(() => undefined);
    this.#release();
  }

  #release(): void {
    void this.#held.then((release) => release?.());
  }
}
