/**
 * The amounts of a typed line: numbers in every usual notation, sums, currencies beside them. Pure.
 * A number with both signs has its decimals behind the last one. With one sign that stands once before
 * exactly three digits the region decides; before any other count of digits it is the decimal sign.
 */
import { typed, value } from '../../kernel/calculator.ts';
import { limit } from '../../kernel/limits.ts';
import { CURRENCIES, exponent } from '../../kernel/money.ts';
import { endingAt, longest, type Grammar, type Line } from './grammar.ts';

export interface Amount {
  /** For the calculator: `12+3.5`. */
  text: string;
  /** Codes it may be in; none: nothing was said. */
  currencies: readonly string[];
  sign: '+' | '-' | null;
  start: number;
  end: number;
  /** How surely this is money and not some other number. */
  weight: number;
}

const SIGNS = /[.,'’\u0001\u0002\u00a0\u202f]/;
const OPERATORS: Record<string, string> = { '+': '+', '-': '−', '−': '−', '–': '−', '*': '×', '×': '×', '÷': '÷', '/': '÷' };
const MOST_DIGITS = 18;

/** A number with `.` before its decimals and nothing between its thousands; null for what is no number. */
export function plainNumber(written: string, decimal_sign: '.' | ','): string | null {
  const text = written.replaceAll('٫', '\u0001').replaceAll('٬', '\u0002');
  if (!/^[\d.,'’\u0001\u0002\u00a0\u202f]+$/.test(text) || !/\d/.test(text)) return null;
  const used = [...new Set(text.replace(/\d/g, ''))];
  const last = text.replace(/\d/g, '').at(-1);
  const decimal = last === undefined ? null : decimalOf(text, used, last, decimal_sign);
  const at = decimal === null ? text.length : text.lastIndexOf(decimal);
  const [whole, fraction] = [text.slice(0, at), text.slice(at + 1)];
  if (/\D/.test(fraction) || !grouped(whole)) return null;
  const digits = whole.replace(/\D/g, '').replace(/^0+(?=\d)/, '') || '0';
  if (digits.length + fraction.length > MOST_DIGITS) return null;
  return fraction ? `${digits}.${fraction}` : digits;
}

/** Which of the signs in a number stands before its decimals. */
function decimalOf(text: string, used: readonly string[], last: string, decimal_sign: string): string | null {
  if (used.includes('\u0001')) return '\u0001';
  if (!/[.,]/.test(last)) return null;
  const times = text.split(last).length - 1;
  if (used.length > 1) return times === 1 ? last : null;
  if (times > 1) return null;
  const at = text.indexOf(last);
  const behind = text.length - at - 1;
  if (behind !== 3 || at === 0 || at > 3 || text.startsWith('0')) return last;
  return last === decimal_sign ? last : null;
}

/** Thousands apart by one kind of sign: threes, or twos before the last three as in India. */
function grouped(whole: string): boolean {
  const groups = whole.split(SIGNS).map((group) => group.replace(/\D/g, ''));
  if (groups.length === 1) return whole === groups[0];
  if (new Set(whole.replace(/\d/g, '')).size > 1) return false;
  const [first = '', ...rest] = groups;
  const sizes = rest.map((group) => group.length);
  return first.length >= 1 && first.length <= 3 && sizes.at(-1) === 3 && sizes.every((size) => size === 3 || size === 2);
}

/** Every number of a line that may be money, in order. */
export function amountsOf(line: Line, grammar: Grammar, decimal_sign: '.' | ',', own: readonly string[]): Amount[] {
  const found: Amount[] = [];
  for (let at = 0; at < line.tokens.length; at += 1) {
    const one = amountAt(line, at, grammar, decimal_sign, own);
    if (!one) continue;
    found.push(one);
    at = one.end - 1;
  }
  return found;
}

function numberAt({ tokens, taken }: Line, at: number, decimal_sign: '.' | ','): string | null {
  const token = tokens[at];
  if (!token || taken[at] || token.kind !== 'number' || tokens[at + 1]?.text === '%') return null;
  return plainNumber(token.text, decimal_sign);
}

function amountAt(line: Line, at: number, grammar: Grammar, decimal_sign: '.' | ',', own: readonly string[]): Amount | null {
  const first = numberAt(line, at, decimal_sign);
  if (first === null) return null;
  const before = currencyBefore(line, at, grammar, own);
  const { tokens } = line;
  // `a4`, `h2o`: a number that is part of a word is none.
  if (!before && tokens[at]!.glued && tokens[at - 1]?.kind === 'word' && !tokens[at - 1]!.han) return null;
  let { text, end } = sumFrom(line, at, first, decimal_sign);
  let weight = (text.includes('.') ? 2 : 0) + (end > at + 1 ? 2 : 0);
  const large = end === at + 1 ? longest(line, end, grammar.large, grammar) : null;
  if (large) {
    text = `${text}×${large.value}`;
    end = large.end;
    weight += 2;
  }
  const after = currencyAfter(line, end, grammar, own);
  if (after) ({ text, end } = smallerPart(line, after.end, text, tokens[after.end - 1]!.key, grammar));
  // «4,–»: nothing behind the comma.
  if (tokens[end]?.text === ',' && /^[-–—]$/.test(tokens[end + 1]?.text ?? '') && tokens[end]!.glued && tokens[end + 1]!.glued) end += 2;
  if (before || after) weight += 4;
  const start = before?.start ?? at;
  const sign = signBefore(line, start);
  return { text, currencies: after?.value ?? before?.value ?? [], sign, start: sign ? start - 1 : start, end, weight };
}

/** A number and what is added, taken away, multiplied or divided behind it. */
function sumFrom(line: Line, at: number, first: string, decimal_sign: '.' | ','): { text: string; end: number } {
  let [text, end] = [first, at + 1];
  for (;;) {
    const sign = line.tokens[end];
    const operator = line.taken[end] ? undefined : (OPERATORS[sign?.text ?? ''] ?? (/^[xх]$/.test(sign?.key ?? '') ? '×' : undefined));
    const next = operator === undefined ? null : numberAt(line, end + 1, decimal_sign);
    // «4 -2»: a sign that clings to its number alone begins another one.
    if (next === null || (!sign!.glued && line.tokens[end + 1]!.glued)) return { text, end };
    text += operator + next;
    end += 2;
  }
}

/** 12块5 is 12.5. */
function smallerPart({ tokens, taken }: Line, at: number, text: string, unit: string, grammar: Grammar): { text: string; end: number } {
  const part = tokens[at];
  const fits = grammar.and_parts.has(unit) && part?.glued && !taken[at] && /^\d{1,2}$/.test(part.text) && /^\d+$/.test(text);
  return fits ? { text: `${text}.${part.text}`, end: at + 1 } : { text, end: at };
}

function signBefore({ tokens, taken }: Line, at: number): '+' | '-' | null {
  const sign = tokens[at - 1];
  if (!sign || taken[at - 1] || !tokens[at]?.glued || (sign.glued && tokens[at - 2]?.kind !== 'sign')) return null;
  if (sign.text === '+') return '+';
  return /^[-−–]$/.test(sign.text) ? '-' : null;
}

/** Three letters are a code in capitals; else only of a currency that the book has. */
function isCode(text: string, own: readonly string[]): boolean {
  return text in CURRENCIES || own.includes(text.toUpperCase());
}

function currencyAfter(line: Line, at: number, grammar: Grammar, own: readonly string[]): { value: readonly string[]; end: number } | null {
  const token = line.tokens[at];
  if (!token || line.taken[at]) return null;
  if (isCode(token.text, own)) return { value: [token.text.toUpperCase()], end: at + 1 };
  return longest(line, at, grammar.currencies, grammar);
}

function currencyBefore(line: Line, at: number, grammar: Grammar, own: readonly string[]): { value: readonly string[]; start: number } | null {
  // «Rs. 500»
  const to = line.tokens[at - 1]?.text === '.' && !line.taken[at - 1] && line.tokens[at - 1]!.glued ? at - 1 : at;
  const token = line.tokens[to - 1];
  if (!token || line.taken[to - 1]) return null;
  if (isCode(token.text, own)) return { value: [token.text.toUpperCase()], start: to - 1 };
  const found = endingAt(line, to, grammar.currencies, grammar);
  // A word before a number belongs to the number before it: «5 euro 2 coffees».
  return found && !(token.kind === 'word' && line.tokens[found.start - 1]?.kind === 'number') ? found : null;
}

/** Which of several codes is meant: the base currency, one of the accounts', else the usual one. */
export function currencyOf(codes: readonly string[], own: readonly string[]): string | null {
  return own.find((code) => codes.includes(code)) ?? codes[0] ?? null;
}

export interface Worth {
  minor: number | null;
  /** As the calculator shows it. */
  text: string;
  problem: 'amount' | 'amount_too_large' | null;
}

export function worthOf(amount: Amount | undefined, currency: string): Worth {
  if (!amount) return { minor: null, text: '', problem: 'amount' };
  const digits = exponent(currency);
  const minor = value(amount.text, digits);
  const huge = minor === null && !/÷0+(\.0+)?(?!\d)/.test(amount.text);
  if (huge || (minor ?? 0) > limit('amount_minor')) return { minor: null, text: '', problem: 'amount_too_large' };
  if (minor === null || minor <= 0) return { minor: null, text: '', problem: 'amount' };
  const sum = /[+−÷]|×(?!1(?:000)+$|10+$)/.test(amount.text) && amount.text.length <= 40;
  return { minor, text: sum ? amount.text : typed(minor, digits), problem: null };
}
