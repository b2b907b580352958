/**
 * What words of a language mean in a typed line: a file of spec/entry, made ready to be looked up.
 * docs/entry.md says what each part of such a file is. Pure.
 */
import signs from '../../../../spec/entry/signs.json' with { type: 'json' };
import type { TransactionKind } from '../../store/entities.ts';
import { tokenise, type Token } from './tokens.ts';

/** What a name is to an entry: money leaves it, arrives in it, is paid there, or is for it. */
export type Role = 'from' | 'to' | 'at' | 'for';
export const ROLES: readonly Role[] = ['from', 'to', 'at', 'for'];

/** Which weekday is meant: the latest until today, the one before or after today, or that of a week counted from this one. */
export type WeekdaySense = 'latest' | 'before' | 'after' | 'week-1' | 'week+0' | 'week+1';

/** A file of spec/entry. Phrases may have `{n}`, `{day}`, `{month}`, `{month_number}`, `{year}` and `{weekday}` in them. */
export interface GrammarFile {
  language: string;
  /** Phrase: days from today. */
  days: Record<string, number>;
  /** Phrase with `{n}`: days for one. */
  shifts: Record<string, number>;
  /** Monday first. */
  weekdays: string[][];
  weekday_phrases: Record<string, string>;
  /** January first. */
  months: string[][];
  dates: string[];
  /** `5.3.` is a day. */
  dot_dates?: boolean;
  around_day: string[];
  numbers: Record<string, number>;
  large: Record<string, number>;
  /** Currency words with a smaller unit behind them: 12块5. */
  and_parts?: string[];
  kinds: Record<string, string[]>;
  before: Record<string, string[]>;
  after: Record<string, string[]>;
  /** What is written at the beginning of a word, longest first. */
  attached?: { text: string; role?: string }[];
  currencies: Record<string, string[]>;
  account_kinds: Record<string, string[]>;
  /** By the key of a category that books are born with. */
  categories: Record<string, string[]>;
  fillers: string[];
}

export type Slot = 'n' | 'day' | 'month' | 'month_number' | 'year' | 'weekday';
export type Part = string | { slot: Slot };

export interface Phrase<T> {
  parts: Part[];
  /** One character of Chinese: only where a word begins and ends. */
  single: boolean;
  value: T;
}

export interface Grammar {
  language: string;
  days: Phrase<{ by: number; each: boolean }>[];
  weekday_phrases: Phrase<WeekdaySense>[];
  dates: Phrase<null>[];
  weekdays: Phrase<number>[];
  months: Phrase<number>[];
  numbers: Phrase<number>[];
  large: Phrase<number>[];
  and_parts: ReadonlySet<string>;
  dot_dates: boolean;
  around_day: Phrase<null>[];
  kinds: Phrase<TransactionKind>[];
  before: Phrase<Role>[];
  after: Phrase<Role>[];
  attached: { text: string; role: Role | null }[];
  currencies: Phrase<readonly string[]>[];
  account_kinds: Phrase<string>[];
  categories: Phrase<string>[];
  fillers: ReadonlySet<string>;
}

export function phrase<T>(text: string, value: T): Phrase<T> {
  const parts = text.split(/(\{[a-z_]+\})/).flatMap((piece): Part[] => {
    const slot = /^\{([a-z_]+)\}$/.exec(piece)?.[1];
    return slot ? [{ slot: slot as Slot }] : tokenise(piece).map(({ key }) => key);
  });
  return { parts, single: parts.length === 1 && /^\p{Script=Han}$/u.test(text), value };
}

function phrases<T, U>(given: Record<string, T>, value: (one: T) => U): Phrase<U>[] {
  return Object.entries(given).map(([text, one]) => phrase(text, value(one)));
}

/** Lists of words by what they mean. */
function meanings<T>(given: Record<string, string[]>, value: (key: string) => T): Phrase<T>[] {
  return Object.entries(given).flatMap(([key, words]) => words.map((word) => phrase(word, value(key))));
}

export function grammarOf(file: GrammarFile): Grammar {
  const numbered = (lists: string[][]) => lists.flatMap((words, at) => words.map((word) => phrase(word, at)));
  return {
    language: file.language,
    days: [...phrases(file.days, (by) => ({ by, each: false })), ...phrases(file.shifts, (by) => ({ by, each: true }))],
    weekday_phrases: phrases(file.weekday_phrases, (sense) => sense as WeekdaySense),
    dates: file.dates.map((text) => phrase(text, null)),
    weekdays: numbered(file.weekdays),
    months: numbered(file.months),
    // Part of a longer phrase always: 三天前.
    numbers: phrases(file.numbers, (one) => one).map((one) => ({ ...one, single: false })),
    large: [...phrases(signs.large, (one) => one), ...phrases(file.large, (one) => one)],
    and_parts: new Set(file.and_parts ?? []),
    dot_dates: file.dot_dates ?? false,
    around_day: file.around_day.map((text) => phrase(text, null)),
    kinds: meanings(file.kinds, (kind) => kind as TransactionKind),
    before: meanings(file.before, (role) => role as Role),
    after: meanings(file.after, (role) => role as Role),
    attached: (file.attached ?? []).map(({ text, role }) => ({ text, role: (role as Role | undefined) ?? null })),
    // Beside a number always: 5元.
    currencies: [...phrases(signs.currencies, (codes) => codes), ...phrases(file.currencies, (codes) => codes)].map((one) => ({ ...one, single: false })),
    account_kinds: meanings(file.account_kinds, (kind) => kind),
    categories: meanings(file.categories, (key) => key),
    fillers: new Set(file.fillers.flatMap((word) => tokenise(word).map(({ key }) => key)))
  };
}

export interface Match<T> {
  value: T;
  /** The first token behind it. */
  end: number;
  slots: Partial<Record<Slot, number>>;
}

/** What is left of a line: a token that was understood is taken. */
export interface Line {
  text: string;
  tokens: Token[];
  taken: boolean[];
}

const free = (line: Line, at: number): Token | undefined => (line.taken[at] ? undefined : line.tokens[at]);

/** The longest of these phrases that begins at a token. */
export function longest<T>(line: Line, at: number, among: readonly Phrase<T>[], grammar: Grammar): Match<T> | null {
  let best: Match<T> | null = null;
  for (const one of among) {
    const found = matched(line, at, one, grammar);
    if (found && (!best || found.end > best.end)) best = found;
  }
  return best;
}

/** The longest of these phrases that ends right before a token, and where it begins. */
export function endingAt<T>(line: Line, end: number, among: readonly Phrase<T>[], grammar: Grammar): { start: number; value: T } | null {
  let best: { start: number; value: T } | null = null;
  for (const one of among) {
    const start = end - one.parts.length;
    if (start < 0 || (best && best.start <= start)) continue;
    if (matched(line, start, one, grammar)?.end === end) best = { start, value: one.value };
  }
  return best;
}

export function matched<T>(line: Line, at: number, { parts, single, value }: Phrase<T>, grammar: Grammar): Match<T> | null {
  const slots: Match<T>['slots'] = {};
  let end = at;
  for (const part of parts) {
    const token = free(line, end);
    if (!token) return null;
    if (typeof part === 'string') {
      if (token.key !== part) return null;
      end += 1;
      continue;
    }
    const filled = slot(line, end, part.slot, grammar);
    if (!filled) return null;
    slots[part.slot] = filled.value;
    end = filled.end;
  }
  if (parts.length === 0 || (single && !(edgeAt(line, at) && edgeAt(line, end)))) return null;
  return { value, end, slots };
}

/** Whether a word may begin at a token, and end before it. */
export function edgeAt({ tokens }: Line, at: number): boolean {
  const token = tokens[at];
  return !token || token.edge || !token.glued;
}

function slot(line: Line, at: number, name: Slot, grammar: Grammar): { value: number; end: number } | null {
  if (name === 'weekday') return longest(line, at, grammar.weekdays, grammar);
  if (name === 'month') return longest(line, at, grammar.months, grammar);
  const token = free(line, at);
  if (token?.kind === 'number' && /^\d{1,4}$/.test(token.text)) {
    const value = Number(token.text);
    const [least, most] = RANGES[name];
    return value >= least && value <= most ? { value, end: at + 1 } : null;
  }
  return name === 'n' || (name === 'day' && token?.han) ? longest(line, at, grammar.numbers, grammar) : null;
}

const RANGES: Record<Exclude<Slot, 'month' | 'weekday'>, [number, number]> = { n: [0, 999], day: [1, 31], month_number: [1, 12], year: [1900, 2200] };
