/**
 * One typed line as an entry: «coffee 4.50 card yesterday». Pure: the book's names, its habits and today
 * are given. Nothing is an error; what could not be understood is a problem to be shown, and words
 * that mean nothing else are the payee or the note.
 */
import type { Settings, TransactionKind } from '../../store/entities.ts';
import { clean, folded } from '../../kernel/text.ts';
import { limit } from '../../kernel/limits.ts';
import { amountsOf, currencyOf, worthOf, type Amount } from './amounts.ts';
import { takeDay, type DateOrder } from './days.ts';
import { longest, type Grammar, type Line, type Role } from './grammar.ts';
import { indexed, namesOf, payeeBeginning, takePartial, takeUsual, takeWhole, type KnownAccount, type KnownCategory, type Listener, type Mention, type Named, type Names } from './names.ts';
import { tokenise } from './tokens.ts';
import { wordsLeft } from './words.ts';

export type { DateOrder, KnownAccount, KnownCategory, Named };

/** What a payee usually goes with. */
export interface Habit {
  category_id: string | null;
  account_id: string | null;
  kind: TransactionKind;
}

/** The book as far as a line can name it; accounts and categories in use only, the usual ones first. */
export interface Book {
  accounts: readonly KnownAccount[];
  categories: readonly KnownCategory[];
  payees: readonly Named[];
  tags: readonly string[];
  settings: Pick<Settings, 'base_currency' | 'default_kind' | 'default_account_id' | 'default_category_id'>;
}

export interface Ways {
  /** YYYY-MM-DD, the person's own day. */
  today: string;
  decimal_sign: '.' | ',';
  date_order: DateOrder;
  /** By the id of a payee. */
  habits?: ReadonlyMap<string, Habit>;
}

export type EntryField = 'kind' | 'amount' | 'currency' | 'account' | 'to_account' | 'category' | 'payee' | 'day' | 'time' | 'tags' | 'note';
/** Where a field's value is from: the line, what the payee usually goes with, or the settings. */
export type Source = 'said' | 'habit' | 'default';
export type EntryProblem = 'amount' | 'amount_too_large' | 'account_currency' | 'to_account' | 'same_account' | 'to_amount';

export interface Entry {
  kind: TransactionKind;
  amount_minor: number | null;
  /** For the calculator, `.` as the decimal sign: `12+3.5`. */
  amount_text: string;
  currency: string;
  account_id: string | null;
  to_account_id: string | null;
  to_amount_minor: number | null;
  to_amount_text: string;
  category_id: string | null;
  payee: string;
  payee_id: string | null;
  day: string;
  time: string | null;
  tags: string[];
  note: string;
  sources: Partial<Record<EntryField, Source>>;
  problems: EntryProblem[];
}

/** What lines are read with; made once for a book. */
export interface Reader {
  grammar: Grammar;
  book: Book;
  names: Names;
}

const LONGEST = 500;
const LONGEST_PAYEE = 120;
const LONGEST_TAG = 40;

export function readerOf(grammar: Grammar, book: Book): Reader {
  const of = (entity: 'account' | 'category' | 'payee', rows: readonly Named[]) => namesOf(entity, rows, grammar);
  return { grammar, book, names: indexed([...of('account', book.accounts), ...of('category', book.categories), ...of('payee', book.payees)]) };
}

export function parseEntry(typed: string, { grammar, book, names }: Reader, ways: Ways): Entry {
  const text = typed.slice(0, LONGEST).normalize('NFC');
  const tokens = tokenise(text);
  const line: Line = { text, tokens, taken: tokens.map(() => false) };
  const quoted = takeQuotes(line);
  const tags = takeTags(line, book.tags);
  const time = takeTime(line);
  const mentions = new Mentions(book, line.tokens.some((_, at) => longest(line, at, grammar.kinds, grammar)?.value === 'transfer'));
  takeWhole(line, names, grammar, 2, mentions);
  const day = takeDay(line, grammar, ways.today, ways.date_order);
  const kind = takeKind(line, grammar);
  mentions.said = kind;
  const own = currenciesOf(book);
  const amounts = amountsOf(line, grammar, ways.decimal_sign, own);
  const reserved = line.taken.slice();
  for (const { start, end } of amounts) line.taken.fill(true, start, end);
  takeWhole(line, names, grammar, 1, mentions);
  takePartial(line, names, grammar, 'account', mentions);
  takeUsual(line, grammar, book.accounts, book.categories, mentions);
  takePartial(line, names, grammar, 'category', mentions);
  const chosen = chooseAmounts(amounts, mentions);
  for (const one of amounts) if (!chosen.includes(one)) for (let at = one.start; at < one.end; at += 1) line.taken[at] = reserved[at]!;
  const words = wordsLeft(line, grammar, mentions.kept, mentions.kind(kind, chosen[0]) === 'transfer' || mentions.payee_id !== null);
  return filled({ line, book, ways, names, grammar, mentions, kind, chosen, day, time, tags, words, quoted, own });
}

/* ---- what stands by itself ------------------------------------------------------------ */

const QUOTES: Record<string, string> = { '"': '"', '“': '”', '„': '“', '«': '»', '「': '」' };

function takeQuotes(line: Line): string[] {
  const found: string[] = [];
  for (let at = 0; at < line.tokens.length; at += 1) {
    const closing = line.taken[at] ? undefined : QUOTES[line.tokens[at]!.text];
    if (closing === undefined) continue;
    const end = line.tokens.findIndex((token, place) => place > at && (token.text === closing || (token.text === '”' && closing === '“')));
    if (end < 0) continue;
    const inside = clean(line.text.slice(line.tokens[at]!.end, line.tokens[end]!.start));
    if (inside) found.push(inside);
    line.taken.fill(true, at, end + 1);
  }
  return found;
}

function takeTags({ text, tokens, taken }: Line, known: readonly string[]): string[] {
  const tags: string[] = [];
  tokens.forEach((token, at) => {
    if (token.text !== '#' || taken[at] || !tokens[at + 1]?.glued || tokens[at + 1]!.text === '#') return;
    let end = at + 1;
    while (tokens[end]?.glued && (tokens[end]!.kind !== 'sign' || (/^[-_]$/.test(tokens[end]!.text) && tokens[end + 1]?.glued))) end += 1;
    if (end === at + 1) return;
    const said = clean(text.slice(token.end, tokens[end - 1]!.end)).slice(0, LONGEST_TAG);
    const name = known.find((one) => folded(one) === folded(said)) ?? said;
    if (!tags.includes(name) && tags.length < limit('tags')) tags.push(name);
    taken.fill(true, at, end);
  });
  return tags;
}

function takeTime({ tokens, taken }: Line): string | null {
  for (let at = 0; at + 2 < tokens.length; at += 1) {
    const [hour, colon, minute] = tokens.slice(at, at + 3);
    if (taken[at] || colon!.text !== ':' || !colon!.glued || !minute!.glued || !/^\d{1,2}$/.test(hour!.text) || !/^[0-5]\d$/.test(minute!.text)) continue;
    if (Number(hour!.text) > 23 || tokens[at - 1]?.text === ':' || (tokens[at + 3]?.glued && tokens[at + 3]!.text === ':')) continue;
    taken.fill(true, at, at + 3);
    return `${hour!.text.padStart(2, '0')}:${minute!.text}`;
  }
  return null;
}

function takeKind(line: Line, grammar: Grammar): TransactionKind | null {
  for (let at = 0; at < line.tokens.length; at += 1) {
    const found = line.taken[at] ? null : longest(line, at, grammar.kinds, grammar);
    if (!found) continue;
    line.taken.fill(true, at, found.end);
    return found.value;
  }
  return null;
}

/* ---- what the line names --------------------------------------------------------------- */

/** Which accounts, category and payee a line has named so far. */
class Mentions implements Listener {
  readonly #book: Book;
  /** The line says in words that money only moves. */
  readonly #moves: boolean;
  said: TransactionKind | null = null;
  readonly accounts: Mention[] = [];
  category: Mention | null = null;
  payee_id: string | null = null;
  /** Words that stay in the note. */
  readonly kept: Mention[] = [];

  constructor(book: Book, moves: boolean) {
    this.#book = book;
    this.#moves = moves;
  }

  /** One account, two where money moves between them; one category of the kind that is said; one payee. */
  wants(one: Pick<Mention, 'entity' | 'id'>, role: Role | null): boolean {
    if (one.entity === 'payee') return this.payee_id === null;
    if (one.entity === 'category') {
      return this.category === null && (this.said === null || this.#book.categories.some(({ id, kind }) => id === one.id && kind === this.said));
    }
    if (role === 'at' || this.accounts.some(({ id }) => id === one.id)) return false;
    const roles = [role, this.accounts[0]?.role];
    return this.accounts.length === 0 || (this.accounts.length === 1 && (this.#moves || roles.includes('to')));
  }

  put(one: Mention): void {
    if (one.kept) this.kept.push(one);
    // «visa card»: the second word says nothing new
    if (one.entity === 'account' && this.wants(one, one.role)) this.accounts.push(one);
    else if (one.entity === 'category') this.category ??= one;
    else if (one.entity === 'payee') this.payee_id ??= one.id;
  }

  kind(said: TransactionKind | null, amount: Amount | undefined): TransactionKind | null {
    if (said) return said;
    if (this.accounts.length === 2) return 'transfer';
    const category = this.#book.categories.find(({ id }) => id === this.category?.id);
    if (this.accounts[0]?.role === 'to' && category?.kind !== 'expense' && amount?.sign !== '+') return category ? 'income' : 'transfer';
    if (amount?.sign === '+') return 'income';
    if (amount?.sign === '-') return 'expense';
    return category?.kind ?? null;
  }

  account(id: string | null | undefined): KnownAccount | undefined {
    return this.#book.accounts.find((account) => account.id === id);
  }
}

function currenciesOf({ accounts, settings }: Book): string[] {
  return [...new Set([settings.base_currency, ...accounts.map(({ currency }) => currency)])];
}

/** The surest number, of equals the last; between two accounts a second one besides. In order. */
function chooseAmounts(amounts: readonly Amount[], mentions: Mentions): Amount[] {
  const [from, to] = mentions.accounts.map(({ id }) => mentions.account(id));
  const many = from && to && from.currency !== to.currency ? 2 : 1;
  const chosen = amounts.map((one, place) => ({ one, place })).sort((a, b) => b.one.weight - a.one.weight || b.place - a.place).slice(0, many);
  return chosen.sort((a, b) => a.place - b.place).map(({ one }) => one);
}

/* ---- putting it together --------------------------------------------------------------- */

interface Read {
  line: Line;
  book: Book;
  ways: Ways;
  names: Names;
  grammar: Grammar;
  mentions: Mentions;
  kind: TransactionKind | null;
  chosen: Amount[];
  day: string | null;
  time: string | null;
  tags: string[];
  words: { payee: string; note: string };
  quoted: string[];
  own: string[];
}

function filled(read: Read): Entry {
  const { book, ways, mentions, chosen, own } = read;
  const { settings } = book;
  const said = mentions.kind(read.kind, chosen[0]);
  const payee_id = said === 'transfer' ? null : (mentions.payee_id ?? (read.words.payee ? payeeBeginning(read.words.payee, read.names, read.grammar) : null));
  const habit = payee_id === null ? undefined : ways.habits?.get(payee_id);
  const kind = said ?? habit?.kind ?? settings.default_kind;
  const sources: Entry['sources'] = { kind: said ? 'said' : habit ? 'habit' : 'default' };
  const currency = currencyOf(chosen[0]?.currencies ?? [], own);
  const accounts = accountsOf(read, kind, kind === habit?.kind ? habit : undefined, currency, sources);
  const problems: EntryProblem[] = [...accounts.problems];
  const used = mentions.account(accounts.account_id)?.currency ?? currency ?? settings.base_currency;
  const other = mentions.account(accounts.to_account_id)?.currency ?? used;
  const sides = sidesOf(chosen, kind, used, other, own);
  const worth = worthOf(sides.amount, used);
  const arrives = sides.to_amount ? worthOf(sides.to_amount, other) : null;
  if (worth.problem) problems.unshift(worth.problem);
  if (kind === 'transfer' && used !== other && arrives?.minor == null) problems.push('to_amount');
  sources.amount = 'said';
  if (currency) sources.currency = 'said';
  const category = categoryOf(read, kind, kind === habit?.kind ? habit : undefined, sources);
  const payee = kind === 'transfer' ? '' : (book.payees.find(({ id }) => id === payee_id)?.name ?? read.words.payee);
  const note = [read.words.note, kind === 'transfer' ? read.words.payee : '', ...read.quoted].filter(Boolean).join(' ');
  if (payee) sources.payee = 'said';
  if (note) sources.note = 'said';
  if (read.tags.length > 0) sources.tags = 'said';
  if (read.time) sources.time = 'said';
  sources.day = read.day ? 'said' : 'default';
  return {
    kind, amount_minor: worth.minor, amount_text: worth.text, currency: used, account_id: accounts.account_id,
    to_account_id: accounts.to_account_id, to_amount_minor: arrives?.minor ?? null, to_amount_text: arrives?.text ?? '',
    category_id: category, payee: payee.slice(0, LONGEST_PAYEE), payee_id, day: read.day ?? ways.today, time: read.time, tags: read.tags, note,
    sources, problems
  };
}

interface Accounts {
  account_id: string | null;
  to_account_id: string | null;
  problems: EntryProblem[];
}

function accountsOf({ book, mentions, own }: Read, kind: TransactionKind, habit: Habit | undefined, currency: string | null, sources: Entry['sources']): Accounts {
  const { settings } = book;
  const [first, second] = mentions.accounts;
  let [said, to] = first?.role === 'to' || second?.role === 'from' ? [second, first] : [first, second];
  // Money that comes in arrives in the one account that is named.
  if (kind === 'income' && !said) [said, to] = [to, undefined];
  if (kind === 'expense' && !said && to) [said, to] = [to, undefined];
  const suits = (id: string | null | undefined) => {
    const account = mentions.account(id);
    return account && (kind === 'transfer' || !currency || account.currency === currency) ? account : undefined;
  };
  const usual = suits(settings.default_account_id) ?? book.accounts.find(({ id }) => suits(id) && id !== to?.id);
  const from = mentions.account(said?.id) ?? suits(habit?.account_id) ?? (usual?.id === to?.id && to ? book.accounts.find(({ id }) => suits(id) && id !== to?.id) : usual);
  sources.account = said ? 'said' : habit && from?.id === habit.account_id ? 'habit' : 'default';
  const problems: EntryProblem[] = [];
  if (kind !== 'transfer') {
    if (currency && from?.currency !== currency) problems.push('account_currency');
    return { account_id: from?.id ?? mentions.account(settings.default_account_id)?.id ?? book.accounts[0]?.id ?? null, to_account_id: null, problems };
  }
  if (to) sources.to_account = 'said';
  else problems.push('to_account');
  if (to && from?.id === to.id) problems.push('same_account');
  const both = [from?.currency, mentions.account(to?.id)?.currency];
  if (currency && own.length > 0 && to && !both.includes(currency)) problems.push('account_currency');
  return { account_id: from?.id ?? null, to_account_id: to?.id ?? null, problems };
}

/** Which number leaves and which arrives: by their currencies, else in the order they were typed. */
function sidesOf(chosen: readonly Amount[], kind: TransactionKind, used: string, other: string, own: readonly string[]): { amount: Amount | undefined; to_amount: Amount | undefined } {
  const [first, second] = chosen;
  if (kind !== 'transfer' || used === other || !first) return { amount: second ?? first, to_amount: undefined };
  const arriving = (one: Amount | undefined) => one !== undefined && currencyOf(one.currencies, own) === other;
  if (!second) return arriving(first) ? { amount: undefined, to_amount: first } : { amount: first, to_amount: undefined };
  return arriving(first) && !arriving(second) ? { amount: second, to_amount: first } : { amount: first, to_amount: second };
}

function categoryOf({ book, mentions }: Read, kind: TransactionKind, habit: Habit | undefined, sources: Entry['sources']): string | null {
  if (kind === 'transfer') return null;
  const fits = (id: string | null | undefined) => (book.categories.some((one) => one.id === id && one.kind === kind) ? (id as string) : null);
  const said = fits(mentions.category?.id);
  const usual = said ? null : fits(habit?.category_id);
  const found = said ?? usual ?? (kind === 'expense' ? fits(book.settings.default_category_id) : null);
  if (found) sources.category = said ? 'said' : usual ? 'habit' : 'default';
  return found;
}
