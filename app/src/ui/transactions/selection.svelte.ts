/**
 * Which transactions of a list are chosen, to be changed together. One list has one selection, given to its rows by
 * context; a list without one does not offer it.
 */
import { getContext, setContext } from 'svelte';
import { outlay, type TransactionFilter, type TransactionView } from '$src/outlay';

const KEY = Symbol('selection');
type Place = Pick<TransactionView, 'id' | 'day'>;

export class Selection {
  #on = $state(false);
  #ids = $state.raw<ReadonlySet<string>>(new Set());
  /** Where the last one was chosen: a click with Shift takes all from here. */
  #anchor: Place | null = null;
  readonly #filter: () => TransactionFilter;

  /** `filter` is what the list shows now. */
  constructor(filter: () => TransactionFilter) {
    this.#filter = filter;
  }

  get on(): boolean {
    return this.#on;
  }

  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  begin(place?: Place): void {
    this.#on = true;
    if (place && !this.has(place.id)) this.toggle(place);
  }

  toggle(place: Place): void {
    this.#on = true;
    const next = new Set(this.#ids);
    if (!next.delete(place.id)) next.add(place.id);
    this.#ids = next;
    this.#anchor = { id: place.id, day: place.day };
  }

  /** Everything between the last chosen row and this one, as the list shows it. */
  async through(place: Place): Promise<void> {
    const anchor = this.#anchor;
    this.#on = true;
    if (!anchor) return this.toggle(place);
    const found = await outlay.query('matching', { filter: this.#filter(), between: [anchor, { id: place.id, day: place.day }] });
    this.#ids = new Set([...this.#ids, ...found]);
    this.#anchor = { id: place.id, day: place.day };
  }

  async all(): Promise<void> {
    this.#on = true;
    this.#ids = new Set(await outlay.query('matching', { filter: this.#filter() }));
  }

  clear(): void {
    this.#on = false;
    this.#ids = new Set();
    this.#anchor = null;
  }
}

export function offerSelection(filter: () => TransactionFilter): Selection {
  return setContext(KEY, new Selection(filter));
}

export function offeredSelection(): Selection | undefined {
  return getContext<Selection | undefined>(KEY);
}
