/**
 * Money: integers of minor units beside an ISO 4217 currency. Products are BigInt, never a fraction.
 *
 * A rate is decimal text: units of the second currency per 1 unit of the first, both in major units,
 * at most 12 digits before and 12 after the point. Rounding is half to even and happens only
 * in `convert` and `rateFrom`; `allocate` never rounds, it deals out what is there.
 */
import spec from '../../../spec/money.json' with { type: 'json' };
import { plainDigits } from './digits.ts';
import { Refusal } from './refusal.ts';

/** Code -> digits after the point, of every code that is accepted. */
export const CURRENCIES: Readonly<Record<string, number>> = {
  ...spec.currencies,
  ...spec.withdrawn
};

/** Codes that old entries may carry and no picker offers. */
export const WITHDRAWN: ReadonlySet<string> = new Set(Object.keys(spec.withdrawn));

/** The largest sum: what a JavaScript number still holds exactly. One amount is far smaller (`limit`). */
export const MAX_MINOR = Number.MAX_SAFE_INTEGER;

const RATE_DECIMALS = 12;
const ONE = 10n ** BigInt(RATE_DECIMALS);
const RATE = /^([0-9]{1,12})(?:\.([0-9]{1,12}))?$/;
const DIGITS = /^[0-9]+$/;
const SPACES = ' \u00a0\u2009\u202f\'\u2019';
const MINUS = '-\u2212\u2013';

/** Digits after the point of a currency (ISO 4217 minor unit). Refuses `currency_unknown`. */
export function exponent(currency: string): number {
  const digits = Object.hasOwn(CURRENCIES, currency) ? CURRENCIES[currency] : undefined;
  if (digits === undefined) {
    throw new Refusal('currency_unknown', 'currency', `'${currency}' is not an ISO 4217 code.`);
  }
  return digits;
}

/** The amount itself when it fits. Refuses `amount_too_large`. */
export function checkMinor(amountMinor: bigint, field = 'amount_minor'): number {
  const max = BigInt(MAX_MINOR);
  if (amountMinor > max || amountMinor < -max) throw new Refusal('amount_too_large', field);
  return Number(amountMinor);
}

/** A sum of amounts when it is exact. Refuses `sum_too_large`. */
export function checkSum(sumMinor: number): number {
  if (!Number.isSafeInteger(sumMinor)) throw new Refusal('sum_too_large');
  return sumMinor;
}

/** numerator / denominator (> 0) as an integer, halves to the even neighbour. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  let quotient = numerator / denominator;
  let rest = numerator % denominator;
  if (rest < 0n) {
    quotient -= 1n;
    rest += denominator;
  }
  const twice = 2n * rest;
  return twice > denominator || (twice === denominator && quotient % 2n !== 0n) ? quotient + 1n : quotient;
}

/**
 * Minor units of what a person or a bank wrote.
 *
 * Digits may be of any script. `decimalSign` is `.`, `,` or the Arabic one; the other one, spaces and apostrophes may
 * group digits by threes
 * (or by twos before the last three, as in India). A minus may lead, trail, or be parentheses.
 * Refuses `amount_malformed`, `amount_too_precise`, `amount_too_large`, `currency_unknown`.
 */
export function parseAmount(text: string, currency: string, decimalSign = '.', field = 'amount'): number {
  const digits = exponent(currency);
  const sign = plainDigits(decimalSign);
  const [body, negative] = unsigned(strip(plainDigits(text), ' \t\r\n\u00a0\u202f'));
  const bare = strip(body, SPACES);
  const at = bare.indexOf(sign);
  const fraction = at < 0 ? '' : bare.slice(at + sign.length);
  const whole = ungrouped(at < 0 ? bare : bare.slice(0, at), sign === '.' ? ',' : '.', text, field);
  if (!DIGITS.test(whole + fraction)) throw malformed(text, field);
  if (/[^0]/.test(fraction.slice(digits))) {
    throw new Refusal('amount_too_precise', field, `${currency} has ${digits} decimals.`, {
      decimals: digits
    });
  }
  if (whole.length > 40) throw new Refusal('amount_too_large', field);
  const minor = BigInt((whole || '0') + fraction.slice(0, digits).padEnd(digits, '0'));
  // `+ 0`: there is no minus zero in money.
  return checkMinor(negative ? -minor : minor, field) + 0;
}

function unsigned(body: string): [string, boolean] {
  const first = body.charAt(0);
  const last = body.charAt(body.length - 1);
  if (body.length > 2 && first === '(' && last === ')') return [body.slice(1, -1), true];
  if (first && (MINUS + '+').includes(first)) return [body.slice(1), first !== '+'];
  if (last && (MINUS + '+').includes(last)) return [body.slice(0, -1), last !== '+'];
  return [body, false];
}

/** Digits without their grouping signs: one kind of sign, last group of 3, others of 2 or 3. */
function ungrouped(whole: string, grouping: string, text: string, field: string): string {
  if (!whole || DIGITS.test(whole)) return whole;
  const signs = new Set(whole.replace(/[0-9]/g, ''));
  const [sign] = signs;
  if (signs.size !== 1 || !sign || !(grouping + SPACES).includes(sign)) throw malformed(text, field);
  const groups = whole.split(sign);
  const first = groups.shift() ?? '';
  const fits =
    first.length >= 1 &&
    first.length <= 3 &&
    groups.at(-1)?.length === 3 &&
    groups.every((group) => group.length === 2 || group.length === 3);
  if (!fits) throw malformed(text, field);
  return first + groups.join('');
}

function strip(text: string, characters: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && characters.includes(text.charAt(from))) from++;
  while (to > from && characters.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

function malformed(text: string, field: string): Refusal {
  return new Refusal('amount_malformed', field, `'${text.slice(0, 40)}' is not an amount.`);
}

/** `-1234.56`: ASCII digits, a point, no grouping; what CSV and JSON exports write. */
export function formatPlain(minor: number, currency: string): string {
  const digits = exponent(currency);
  const sign = minor < 0 ? '-' : '';
  const text = String(Math.abs(minor));
  if (digits === 0) return sign + text;
  const padded = text.padStart(digits + 1, '0');
  return `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

/** A rate in its one form: no leading or trailing zeros, above 0. Refuses `rate_malformed`. */
export function parseRate(text: unknown, field = 'rate'): string {
  const match = typeof text === 'string' ? RATE.exec(text) : null;
  if (!match || !/[1-9]/.test(match[0])) {
    throw new Refusal('rate_malformed', field, 'A rate is a decimal above 0 with at most 12 decimals.');
  }
  const whole = (match[1] ?? '').replace(/^0+/, '') || '0';
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  return fraction ? `${whole}.${fraction}` : whole;
}

/** A rate times 10^12. */
function scaled(rate: string): bigint {
  const match = RATE.exec(rate);
  const value = match ? BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(RATE_DECIMALS, '0')) : 0n;
  if (value === 0n) {
    throw new Refusal('rate_malformed', 'rate', 'A rate is a decimal above 0 with at most 12 decimals.');
  }
  return value;
}

/** Decimal text of an integer of 10^-12. Refuses `rate_out_of_range`. */
function unscaled(value: bigint): string {
  if (value <= 0n || value >= ONE * ONE) throw new Refusal('rate_out_of_range', 'rate');
  const text = String(value).padStart(RATE_DECIMALS + 1, '0');
  const fraction = text.slice(-RATE_DECIMALS).replace(/0+$/, '');
  const whole = text.slice(0, -RATE_DECIMALS);
  return fraction ? `${whole}.${fraction}` : whole;
}

function power(digits: number): bigint {
  return 10n ** BigInt(digits);
}

/**
 * Minor units of the second currency: exact product, rounded half to even once.
 * Refuses `rate_malformed`, `currency_unknown`, `amount_too_large`.
 */
export function convert(amountMinor: number, rate: string, from: string, to: string): number {
  const numerator = BigInt(amountMinor) * scaled(rate) * power(exponent(to));
  return checkMinor(divideHalfEven(numerator, ONE * power(exponent(from))));
}

/**
 * The rate that two amounts imply, 12 decimals, half to even, trailing zeros cut.
 * Refuses `rate_undefined` (an amount is 0 or the signs differ), `rate_out_of_range`, `currency_unknown`.
 */
export function rateFrom(amountMinor: number, from: string, baseMinor: number, to: string): string {
  if (amountMinor === 0 || baseMinor === 0 || amountMinor < 0 !== baseMinor < 0) {
    throw new Refusal('rate_undefined', 'rate');
  }
  const numerator = BigInt(Math.abs(baseMinor)) * ONE * power(exponent(from));
  return unscaled(divideHalfEven(numerator, BigInt(Math.abs(amountMinor)) * power(exponent(to))));
}

/** 1 / rate, 12 decimals, half to even. Refuses `rate_malformed`, `rate_out_of_range`. */
export function invertRate(rate: string): string {
  return unscaled(divideHalfEven(ONE * ONE, scaled(rate)));
}

/** first * second, 12 decimals, half to even (a cross rate). Refuses as `invertRate`. */
export function multiplyRates(first: string, second: string): string {
  return unscaled(divideHalfEven(scaled(first) * scaled(second), ONE));
}

/**
 * Deals `total` out by weights so that the parts sum to it exactly.
 *
 * Largest remainder (Hamilton's method); on equal remainders the earlier part gets the unit; the
 * sign of `total` is that of every part. Weights are >= 0; all zero means equal shares.
 * RangeError for no weights or a negative one.
 */
export function allocate(total: number, weights: readonly number[]): number[] {
  if (weights.length === 0 || weights.some((weight) => weight < 0)) {
    throw new RangeError('allocate takes one or more weights of at least 0');
  }
  const shares = weights.map((weight) => BigInt(weight));
  const whole = shares.reduce((sum, share) => sum + share, 0n);
  if (whole === 0n) {
    return allocate(
      total,
      weights.map(() => 1)
    );
  }
  const size = BigInt(Math.abs(total));
  const parts = shares.map((share) => Number((size * share) / whole));
  const remainders = shares.map((share) => (size * share) % whole);
  let rest = Math.abs(total) - parts.reduce((sum, part) => sum + part, 0);
  const order = shares
    .map((_, i) => i)
    .sort((a, b) =>
      remainders[a] === remainders[b] ? a - b : remainders[a]! > remainders[b]! ? -1 : 1
    );
  for (const i of order) {
    if (rest-- <= 0) break;
    parts[i]! += 1;
  }
  return total < 0 ? parts.map((part) => -part + 0) : parts;
}
