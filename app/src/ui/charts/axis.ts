/** The amounts beside a chart, and the room that they need. Pure. */

/** A figure of the axis is 11 px high; a letter of it is not wider than this, an ideograph is. */
const LETTER_PX = 6.3;
const WIDE_PX = 11;
const LEAST_PX = 46;

/** Pixels for the longest of the labels: `€10K` is short, `100.000 €` and `١٠٠ ألف` are not. */
export function axisWidth(labels: readonly string[]): number {
  const width = (label: string) => [...label].reduce((sum, sign) => sum + (/[\u2066-\u2069\u200e\u200f\u061c]/.test(sign) ? 0 : /\p{Script=Han}/u.test(sign) ? WIDE_PX : LETTER_PX), 0);
  return Math.max(LEAST_PX, Math.ceil(Math.max(0, ...labels.map(width))) + 6);
}

/** The ticks in whole minor units with what they are called: briefly where that tells each from the others. Nothing but zero has no scale. */
export function axisMarks(ticks: readonly number[], values: readonly number[], say: (tick: number, brief: boolean) => string): { tick: number; text: string }[] {
  const whole = values.some(Boolean) ? ticks.filter(Number.isInteger) : [0];
  const brief = new Set(whole.map((tick) => say(tick, true))).size === whole.length;
  return whole.map((tick) => ({ tick, text: say(tick, brief) }));
}
