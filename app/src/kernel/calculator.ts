/**
 * The calculator behind the amount: an expression such as `12.5+3×4`, typed key by key, and its
 * value in minor units. Exact: numbers are fractions of big integers, the one rounding is half even,
 * at the end. Pure.
 */
import { plainDigits } from './digits.ts';

export const OPERATORS = ['+', '−', '×', '÷'] as const;
export type Operator = (typeof OPERATORS)[number];
export type CalculatorKey = Operator | '.' | 'back' | 'clear' | `${number}`;

const MAX_LENGTH = 40;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

interface Fraction {
  over: bigint;
  under: bigint;
}

const isOperator = (char: string | undefined): char is Operator =>
  char !== undefined && (OPERATORS as readonly string[]).includes(char);

/** The number that is being typed at the end of `text`. */
const tail = (text: string): string => /[\d.]*$/.exec(text)?.[0] ?? '';

/** `text` after one key; `digits` is how many decimals the currency has. */
export function press(text: string, key: CalculatorKey, digits: number): string {
  if (key === 'clear') return '';
  if (key === 'back') return text.slice(0, -1);
  if (text.length >= MAX_LENGTH) return text;
  const last = text.at(-1);
  if (isOperator(key)) {
    if (!text) return '';
    return isOperator(last) || last === '.' ? text.slice(0, -1) + key : text + key;
  }
  const number = tail(text);
  if (key === '.') {
    if (number.includes('.') || digits === 0) return text;
    return text + (number ? '.' : '0.');
  }
  const dot = number.indexOf('.');
  // More decimals than the currency has mean nothing in a sum; after × and ÷ a factor may have them.
  const factor = /[×÷]$/.test(text.slice(0, text.length - number.length));
  if (dot >= 0 && number.length - dot > (factor ? Math.max(digits, 4) : digits)) return text;
  if (number === '0') return text.slice(0, -1) + key;
  return text + key;
}

/** Typed or pasted text as an expression: digits of any script, `,` or `.` as the region has it, `*`, `/`, `-`, `x` allowed. */
export function clean(text: string, decimalSign: string): string {
  const sign = plainDigits(decimalSign);
  const group = sign === ',' ? '.' : ',';
  return plainDigits(text)
    .replaceAll(group, '')
    .replaceAll(sign, '.')
    .replace(/[*xX]/g, '×')
    .replace(/[/:]/g, '÷')
    .replace(/[-–]/g, '−')
    .replace(/[^\d.+−×÷]/g, '')
    .slice(0, MAX_LENGTH);
}

function parse(number: string): Fraction | null {
  if (!/^\d*\.?\d*$/.test(number) || !/\d/.test(number)) return null;
  const [whole = '', part = ''] = number.split('.');
  return { over: BigInt(whole + part || '0'), under: 10n ** BigInt(part.length) };
}

function apply(left: Fraction, operator: Operator, right: Fraction): Fraction | null {
  switch (operator) {
    case '+':
      return { over: left.over * right.under + right.over * left.under, under: left.under * right.under };
    case '−':
      return { over: left.over * right.under - right.over * left.under, under: left.under * right.under };
    case '×':
      return { over: left.over * right.over, under: left.under * right.under };
    case '÷':
      if (right.over === 0n) return null;
      return right.over < 0n
        ? { over: -left.over * right.under, under: left.under * -right.over }
        : { over: left.over * right.under, under: left.under * right.over };
  }
}

/** × and ÷ first, then + and −, each from the start; an operator at the end waits for its number. */
function evaluate(text: string): Fraction | null {
  const words = text.replace(/[+−×÷.]+$/, '').split(/([+−×÷])/);
  let sum: Fraction | null = null;
  let pending: Operator = '+';
  let term: Fraction | null = parse(words[0] ?? '');
  for (let at = 1; at < words.length && term; at += 2) {
    const operator = words[at] as Operator;
    const right = parse(words[at + 1] ?? '');
    if (!right) return null;
    if (operator === '×' || operator === '÷') {
      term = apply(term, operator, right);
    } else {
      sum = sum ? apply(sum, pending, term) : term;
      pending = operator;
      term = right;
    }
  }
  if (!term) return null;
  return sum ? apply(sum, pending, term) : term;
}

/** The value in minor units of a currency with `digits` decimals; null while there is none. */
export function value(text: string, digits: number): number | null {
  if (!text) return null;
  const result = evaluate(text);
  if (!result) return null;
  const over = result.over * 10n ** BigInt(digits);
  const negative = over < 0n;
  const size = negative ? -over : over;
  let whole = size / result.under;
  const twice = (size % result.under) * 2n;
  if (twice > result.under || (twice === result.under && whole % 2n === 1n)) whole += 1n;
  if (whole > MAX_SAFE) return null;
  return Number(negative ? -whole : whole);
}

/** True when there is something to work out: `12+3`, not `12` or `12+`. */
export function isSum(text: string): boolean {
  return /\d[+−×÷]\.?\d/.test(text);
}

/** Minor units as the text a person would have typed. */
export function typed(minor: number, digits: number): string {
  if (digits === 0) return String(minor);
  const padded = String(minor).padStart(digits + 1, '0');
  const text = `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
  return /\.0+$/.test(text) ? text.replace(/\.0+$/, '') : text;
}
