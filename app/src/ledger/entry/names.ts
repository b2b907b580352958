/** What a typed line calls by its name: accounts, categories and payees of the book, or what they are usually called. Pure. */
import type { AccountKind } from '../../store/entities.ts';
import { edgeAt, endingAt, longest, type Grammar, type Line, type Role } from './grammar.ts';
import { tokenise, type Token } from './tokens.ts';

export interface Named {
  id: string;
  name: string;
}

export interface KnownAccount extends Named {
  kind: AccountKind;
  currency: string;
}

export interface KnownCategory extends Named {
  kind: 'expense' | 'income';
  system_key: string | null;
}

export type Entity = 'account' | 'category' | 'payee';

interface Candidate {
  entity: Entity;
  id: string;
  words: string[];
  /** Chinese only. */
  han: boolean;
}

/** Names by their first word, so that fifty thousand payees cost a line nothing. */
export interface Names {
  by_first: ReadonlyMap<string, Candidate[]>;
  /** Accounts and categories by each of their words. */
  by_word: ReadonlyMap<string, Candidate[]>;
}

export interface Mention {
  entity: Entity;
  id: string;
  start: number;
  end: number;
  role: Role | null;
  /** Called by another word than its name, which therefore says something more. */
  kept: boolean;
}

const wordsOf = (text: string): Token[] => tokenise(text).filter(({ kind }) => kind !== 'sign');

export function namesOf(entity: Entity, rows: readonly Named[], grammar: Grammar): Candidate[] {
  return rows.flatMap(({ id, name }): Candidate[] => {
    const tokens = wordsOf(name);
    // «50» as a name would be every amount.
    if (tokens.length === 0 || tokens.every(({ kind }) => kind === 'number')) return [];
    return [{ entity, id, words: tokens.map(({ key }) => bare(key, grammar)), han: tokens.every(({ han }) => han) }];
  });
}

export function indexed(candidates: readonly Candidate[]): Names {
  const by_first = new Map<string, Candidate[]>();
  const by_word = new Map<string, Candidate[]>();
  const put = (map: Map<string, Candidate[]>, word: string, one: Candidate) => {
    const list = map.get(word);
    if (list) list.push(one);
    else map.set(word, [one]);
  };
  for (const one of candidates) {
    put(by_first, one.words[0]!, one);
    if (one.entity !== 'payee') for (const word of new Set(one.words)) put(by_word, word, one);
  }
  return { by_first, by_word };
}

/** A word without an article that is written with it. */
function bare(key: string, grammar: Grammar): string {
  const article = grammar.attached.find(({ text, role }) => role === null && key.startsWith(text) && key.length > text.length + 1);
  return article ? key.slice(article.text.length) : key;
}

/** What a word may be: itself, and without what is written at its beginning. */
function readings(key: string, grammar: Grammar): { key: string; role: Role | null }[] {
  const found: { key: string; role: Role | null }[] = [{ key, role: null }];
  for (const { text, role } of grammar.attached) {
    if (key.startsWith(text) && key.length > text.length + 1) found.push({ key: key.slice(text.length), role });
  }
  return found;
}

/** Who hears of what a line names, and says what else it may name. */
export interface Listener {
  wants(one: { entity: Entity; id: string }, role: Role | null): boolean;
  put(mention: Mention): void;
}

const JOINS = /^[-&.'’/+]$/;

/** The end of a name that begins at a token, signs between its words skipped; null when it is another one. */
function endOf(line: Line, at: number, { words, han }: Candidate, first: string, grammar: Grammar): number | null {
  let end = at;
  for (let step = 0; step < words.length; end += 1) {
    const token = line.tokens[end];
    if (!token || line.taken[end]) return null;
    if (step > 0 && token.kind === 'sign' && JOINS.test(token.text)) continue;
    if ((step === 0 ? first : bare(token.key, grammar)) !== words[step]) return null;
    step += 1;
  }
  return han && words.length === 1 && !(edgeAt(line, at) && edgeAt(line, end)) ? null : end;
}

const RANK: Record<Entity, number> = { category: 0, account: 1, payee: 2 };

/** Names of at least so many words that stand in the line whole. Their words are taken. */
export function takeWhole(line: Line, names: Names, grammar: Grammar, least_words: number, listener: Listener): void {
  for (let at = 0; at < line.tokens.length; at += 1) {
    const best = line.taken[at] ? null : wholeAt(line, at, names, grammar, least_words, listener);
    if (best) claim(line, best, grammar, listener);
  }
}

function wholeAt(line: Line, at: number, names: Names, grammar: Grammar, least_words: number, listener: Listener): Mention | null {
  let best: (Mention & { rank: number }) | null = null;
  for (const { key, role } of readings(line.tokens[at]!.key, grammar)) {
    for (const one of names.by_first.get(key) ?? []) {
      if (one.words.length < least_words) continue;
      const end = endOf(line, at, one, key, grammar);
      if (end === null) continue;
      const said = role ?? roleOf(line, at, end, grammar)?.role ?? null;
      if (!listener.wants(one, said)) continue;
      const rank = one.entity === 'account' && (said === 'from' || said === 'to') ? -1 : one.entity === 'payee' && said === 'at' ? -1 : RANK[one.entity];
      if (!best || end > best.end || (end === best.end && rank < best.rank)) best = { entity: one.entity, id: one.id, start: at, end, role: said, kept: false, rank };
    }
  }
  return best;
}

/** The word beside a name that says what it is to the entry. */
export function roleOf(line: Line, start: number, end: number, grammar: Grammar): { role: Role; start: number; end: number } | null {
  let from = start;
  while (from > 0 && !line.taken[from - 1] && grammar.fillers.has(line.tokens[from - 1]!.key)) from -= 1;
  const before = endingAt(line, from, grammar.before, grammar);
  if (before) return { role: before.value, start: before.start, end };
  const after = longest(line, end, grammar.after, grammar);
  return after && { role: after.value, start, end: after.end };
}

/** Takes the words of a mention, with what says its role. */
function claim(line: Line, mention: Mention, grammar: Grammar, listener: Listener): void {
  const beside = roleOf(line, mention.start, mention.end, grammar);
  line.taken.fill(true, beside?.start ?? mention.start, beside?.end ?? mention.end);
  listener.put(mention);
}

/** What is called by a usual word: «card» for the account that is one, «lunch» for restaurants. */
export function takeUsual(line: Line, grammar: Grammar, accounts: readonly KnownAccount[], categories: readonly KnownCategory[], listener: Listener): void {
  for (let at = 0; at < line.tokens.length; at += 1) {
    if (line.taken[at]) continue;
    const account = accountAt(line, at, grammar, accounts);
    if (account) claim(line, account, grammar, listener);
    const category = account ? null : categoryAt(line, at, grammar, categories);
    if (category && listener.wants(category, null)) listener.put(category);
    at = (account ?? category)?.end ?? at + 1;
    at -= 1;
  }
}

function accountAt(line: Line, at: number, grammar: Grammar, accounts: readonly KnownAccount[]): Mention | null {
  const found = said(line, at, grammar, grammar.account_kinds);
  const account = found && (accounts.find(({ kind }) => kind === found.value) ?? (found.value === 'card' ? accounts.find(({ kind }) => kind === 'bank') : undefined));
  return account ? { entity: 'account', id: account.id, start: at, end: found.end, role: found.role ?? roleOf(line, at, found.end, grammar)?.role ?? null, kept: false } : null;
}

function categoryAt(line: Line, at: number, grammar: Grammar, categories: readonly KnownCategory[]): Mention | null {
  const found = said(line, at, grammar, grammar.categories);
  const under = (key: string | undefined) => categories.find(({ system_key }) => system_key === key);
  // Somebody who deleted «Bars» means all of «Food & drink».
  const category = found && (under(found.value) ?? under(found.value.split('.')[0]));
  return category ? { entity: 'category', id: category.id, start: at, end: found.end, role: null, kept: true } : null;
}

/** A phrase at a token, also behind what is written at its beginning. */
function said(line: Line, at: number, grammar: Grammar, among: Grammar['categories']): { value: string; end: number; role: Role | null } | null {
  const whole = longest(line, at, among, grammar);
  if (whole) return { ...whole, role: null };
  const token = line.tokens[at]!;
  for (const { key, role } of readings(token.key, grammar).slice(1)) {
    const found = among.find(({ parts }) => parts.length === 1 && typeof parts[0] === 'string' && bare(parts[0], grammar) === key);
    if (found) return { value: found.value, end: at + 1, role };
  }
  return null;
}

const LEAST_LETTERS = 3;

/** One word of a longer name, when it names only one: «visa» for «Visa Gold». Its word is taken. */
export function takePartial(line: Line, names: Names, grammar: Grammar, entity: Entity, listener: Listener): void {
  line.tokens.forEach((token, at) => {
    if (line.taken[at] || token.kind !== 'word' || token.key.length < LEAST_LETTERS) return;
    for (const { key, role } of readings(token.key, grammar)) {
      const said = role ?? roleOf(line, at, at + 1, grammar)?.role ?? null;
      const fits = (names.by_word.get(key) ?? []).filter((one) => one.entity === entity && !one.han && listener.wants(one, said));
      const first = fits.filter((one) => one.words[0] === key);
      const one = fits.length === 1 ? fits[0] : first.length === 1 ? first[0] : undefined;
      if (!one) continue;
      claim(line, { entity, id: one.id, start: at, end: at + 1, role: said, kept: false }, grammar, listener);
      return;
    }
  });
}

/** The one payee whose name begins with these words; null for none and for several. */
export function payeeBeginning(text: string, names: Names, grammar: Grammar): string | null {
  const words = wordsOf(text).map(({ key }) => bare(key, grammar));
  const fits = (names.by_first.get(words[0] ?? '') ?? []).filter((one) => one.entity === 'payee' && words.every((word, at) => one.words[at] === word));
  return fits.length === 1 && words.join('').length >= LEAST_LETTERS ? fits[0]!.id : null;
}
