/** The room that the amounts beside a chart need. Pure. */

/** A figure of the axis is 11 px high; a letter of it is not wider than this, an ideograph is. */
const LETTER_PX = 6.3;
const WIDE_PX = 11;
const LEAST_PX = 46;

/** Pixels for the longest of the labels: `€10K` is short, `100.000 €` and `١٠٠ ألف` are not. */
export function axisWidth(labels: readonly string[]): number {
  const width = (label: string) => [...label].reduce((sum, sign) => sum + (/[\u2066-\u2069\u200e\u200f\u061c]/.test(sign) ? 0 : /\p{Script=Han}/u.test(sign) ? WIDE_PX : LETTER_PX), 0);
  return Math.max(LEAST_PX, Math.ceil(Math.max(0, ...labels.map(width))) + 6);
}
