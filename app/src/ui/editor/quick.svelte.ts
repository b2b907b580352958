/**
 * A typed line while it is typed: what it means in this book, said again with every letter. The parser
 * and the words of the language come when the first line is begun; nothing is asked of a network for it.
 */
import type { Entry, Habit, Reader, Ways } from '$src/ledger/entry/parse';
import { language, locale } from '$src/messages';
import { outlay } from '$src/outlay';
import { mostUsed } from '../categories';
import { decimalSign, today } from '../format';

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

  /** Reads the line; resolves when what it means is known, habits of its payee included. */
  say(text: string): Promise<void> {
    this.text = text;
    const run = this.#read(text);
    this.#running = run.catch(() => undefined);
    return run;
  }

  /** When the last line has been read. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #read(text: string): Promise<void> {
    if (!text.trim()) {
      this.entry = null;
      return;
    }
    const { parse, reader } = await (this.#tools ??= this.#load().catch((error: unknown) => {
      // the next letter asks again
      this.#tools = null;
      throw error;
    }));
    const read = () => parse(text, reader, { ...WAYS, today: today(), habits: this.#habits });
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

const ORDER = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'numeric', day: 'numeric' })
  .formatToParts(0)
  .flatMap(({ type }) => (type === 'day' || type === 'month' || type === 'year' ? [type[0]] : []))
  .join('');

const WAYS: Omit<Ways, 'today'> = {
  decimal_sign: decimalSign === ',' ? ',' : '.',
  date_order: ORDER === 'mdy' || ORDER === 'ymd' ? ORDER : 'dmy'
};
