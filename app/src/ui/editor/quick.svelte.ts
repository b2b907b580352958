/**
 * A typed line while it is typed: what it means in this book, said again with every letter. The parser
 * and the words of the language come when the first line is begun; nothing is asked of a network for it.
 */
import type { Entry, Habit, Reader, Ways } from '$src/ledger/entry/parse';
import { language, locale } from '$src/messages';
import { outlay } from '$src/outlay';
import { mostUsed } from '../categories';
import { decimalSign, today } from '../format';
import type { Snapshot } from './form.svelte';

const PAYEES = 5000;
const SUGGESTED = 6;

export class Quick {
  text = $state('');
  /** Null while nothing is typed, and until the parser is here. */
  entry = $state.raw<Entry | null>(null);
  #habits = new Map<string, Habit>();
  #asked = new Set<string>();
  #tools: Promise<{ parse: typeof import('$src/ledger/entry/parse').parseEntry; reader: Reader }> | null = null;
  #running: Promise<unknown> = Promise.resolve();

  /** Reads the line over the fields as they were before it; resolves when what it means is known, habits of its payee included. */
  say(text: string, before?: Snapshot): Promise<void> {
    this.text = text;
    const run = this.#read(text, before);
    this.#running = run.catch(() => undefined);
    return run;
  }

  /** When the last line has been read. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #read(text: string, before?: Snapshot): Promise<void> {
    if (!text.trim()) {
      this.entry = null;
      return;
    }
    const { parse, reader } = await (this.#tools ??= this.#load().catch((error: unknown) => {
      // the next letter asks again
      this.#tools = null;
      throw error;
    }));
    const ways = { ...WAYS, today: today(), habits: this.#habits };
    const read = () => (before ? leaving(parse(text, wishing(reader, before), ways), before) : parse(text, reader, ways));
    let entry = read();
    const { payee_id, payee } = entry;
    if (payee_id && !this.#asked.has(payee_id)) {
      this.#asked.add(payee_id);
      const found = await outlay.query('suggestions', { payee_text: payee, limit: SUGGESTED });
      const habit = found.find((one) => one.payee_id === payee_id);
      if (habit) this.#habits.set(payee_id, habit);
      entry = read();
    }
    // A letter that was typed meanwhile has a reading of its own.
    if (text === this.text) this.entry = entry;
  }

  async #load() {
    const [parser, { grammarIn }, settings, accounts, tree, payees, tags] = await Promise.all([
      import('$src/ledger/entry/parse'), import('$src/ledger/entry/languages'), outlay.query('settings', {}), outlay.query('accounts', { archived: false }),
      outlay.query('categories', { archived: false }), outlay.query('payees', { limit: PAYEES }), outlay.query('tags', {})
    ]);
    const recent = [...accounts].sort((a, b) => (b.last_day ?? '').localeCompare(a.last_day ?? '') || b.count - a.count);
    const book = { accounts: recent, categories: mostUsed(tree), payees, tags: tags.map(({ name }) => name), settings };
    return { parse: parser.parseEntry, reader: parser.readerOf(await grammarIn(language), book) };
  }
}

/** What was chosen before the line is what it means where it says nothing. */
function wishing(reader: Reader, { kind, account_id, category_id }: Snapshot): Reader {
  const { book } = reader;
  const settings = { ...book.settings, default_kind: kind, default_account_id: account_id || book.settings.default_account_id, default_category_id: category_id };
  return { ...reader, book: { ...book, settings } };
}

/** What the line does not say stays as it was. Pure. */
export function leaving(entry: Entry, before: Snapshot): Entry {
  const { kind, sources, problems } = entry;
  return {
    ...entry,
    amount_text: entry.amount_text || (entry.to_amount_text ? '' : before.text),
    category_id: entry.category_id ?? (kind === before.kind && kind !== 'transfer' ? before.category_id : null),
    payee: entry.payee || before.payee,
    note: entry.note || before.note,
    tags: [...new Set([...before.tags, ...entry.tags])],
    day: (sources.day !== 'said' && before.day) || entry.day,
    problems: before.text ? problems.filter((problem) => problem !== 'amount') : problems
  };
}

const ORDER = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'numeric', day: 'numeric' })
  .formatToParts(0)
  .flatMap(({ type }) => (type === 'day' || type === 'month' || type === 'year' ? [type[0]] : []))
  .join('');

const WAYS: Omit<Ways, 'today'> = {
  decimal_sign: decimalSign === ',' ? ',' : '.',
  date_order: ORDER === 'mdy' || ORDER === 'ymd' ? ORDER : 'dmy'
};
