/** What may lock the app: six digits or more, or a passphrase. Pure. */
import { plainDigits } from './digits.ts';

const DIGITS_AT_LEAST = 6;
const CHARACTERS_AT_LEAST = 8;
const WAITS_S = [30, 60, 300, 900] as const;
/** Wrong tries that cost no waiting. */
const FREE = 4;

/** The same secret, whatever keyboard it was typed on (Unicode NFKC). */
export const pinOf = (typed: string): string => plainDigits(typed.normalize('NFKC').trim());

export const pinKind = (pin: string): 'digits' | 'text' => (/^[0-9]+$/.test(pin) ? 'digits' : 'text');

/** Why it cannot lock anything, or null. `simple`: one digit over and over, or digits in a row. */
export function pinProblem(typed: string): 'short' | 'simple' | null {
  const pin = pinOf(typed);
  if (pinKind(pin) === 'text') return [...pin].length < CHARACTERS_AT_LEAST ? 'short' : null;
  if (pin.length < DIGITS_AT_LEAST) return 'short';
  const steps = new Set([...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at])));
  return steps.size === 1 && [0, 1, -1].includes([...steps][0]!) ? 'simple' : null;
}

/** How long to wait after the so-manieth wrong try. */
export function waitAfter(wrong: number): number {
  if (wrong <= FREE) return 0;
  return WAITS_S[Math.min(wrong - FREE, WAITS_S.length) - 1]! * 1000;
}
