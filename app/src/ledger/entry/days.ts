/** The day a typed line names: today's neighbours, weekdays, dates. Pure. */
import { dayNumber, dayOf, dayText, FIRST_DAY, LAST_DAY } from '../../kernel/dates.ts';
import { endingAt, longest, matched, type Grammar, type Line, type Match, type WeekdaySense } from './grammar.ts';

export type DateOrder = 'dmy' | 'mdy' | 'ymd';

interface Found {
  day: string;
  start: number;
  end: number;
}

/** A day without a year is the latest one until about a month from now. */
const AHEAD_DAYS = 31;

/**
 * The first day a line names; its words are taken. `12/3` and `5.3.` are days only beside another number, or where
 * the words around them say so.
 */
export function takeDay(line: Line, grammar: Grammar, today: string, order: DateOrder): string | null {
  for (let at = 0; at < line.tokens.length; at += 1) {
    if (line.taken[at]) continue;
    const found = dayAt(line, at, grammar, today, order);
    if (!found || found.day < FIRST_DAY || found.day > LAST_DAY) continue;
    take(line, found, grammar);
    return found.day;
  }
  return null;
}

/** With the little words before and behind it: «on Friday». */
function take(line: Line, { start, end }: Found, grammar: Grammar): void {
  const before = endingAt(line, start, grammar.around_day, grammar);
  const behind = longest(line, end, grammar.around_day, grammar);
  for (let at = before?.start ?? start; at < (behind?.end ?? end); at += 1) line.taken[at] = true;
}

function dayAt(line: Line, at: number, grammar: Grammar, today: string, order: DateOrder): Found | null {
  const found = [spoken(line, at, grammar, today), dated(line, at, grammar, today), written(line, at, grammar, today, order)];
  return found.reduce((best, one) => (one && (!best || one.end > best.end) ? one : best), null);
}

/** «yesterday», «3 days ago», «last Friday». */
function spoken(line: Line, at: number, grammar: Grammar, today: string): Found | null {
  const now = dayNumber(today);
  const shift = longest(line, at, grammar.days, grammar);
  const weekday = longest(line, at, grammar.weekday_phrases, grammar) ?? bareWeekday(line, at, grammar);
  if (weekday && (!shift || weekday.end > shift.end)) return { day: dayOf(onWeekday(now, weekday.slots.weekday ?? 0, weekday.value)), start: at, end: weekday.end };
  if (!shift) return null;
  const { by, each } = shift.value;
  return { day: dayOf(now + by * (each ? (shift.slots.n ?? 0) : 1)), start: at, end: shift.end };
}

function bareWeekday(line: Line, at: number, grammar: Grammar): Match<WeekdaySense> | null {
  const found = longest(line, at, grammar.weekdays, grammar);
  return found && { value: 'latest', end: found.end, slots: { weekday: found.value } };
}

function onWeekday(now: number, weekday: number, sense: WeekdaySense): number {
  // 1970-01-01 was a Thursday.
  const current = (((now + 3) % 7) + 7) % 7;
  const back = (current - weekday + 7) % 7;
  if (sense === 'latest') return now - back;
  if (sense === 'before') return now - (back || 7);
  if (sense === 'after') return now + ((7 - back) % 7 || 7);
  return now - current + weekday + 7 * Number(sense.slice(4));
}

/** «5 March», «3月5日». */
function dated(line: Line, at: number, grammar: Grammar, today: string): Found | null {
  let best: Match<null> | null = null;
  for (const one of grammar.dates) {
    const found = matched(line, at, one, grammar);
    if (found && (!best || found.end > best.end)) best = found;
  }
  if (!best) return null;
  const { day = 1, month: name, month_number, year } = best.slots;
  const month = name === undefined ? month_number : name + 1;
  const made = month === undefined ? inLastMonths(day, today) : year === undefined ? inLastYears(day, month, today) : calendar(year, month, day);
  return made === null ? null : { day: made, start: at, end: best.end };
}

/** 2026-03-05, 5.3.2026, 5/3/26; 5.3. and 5/3 where there is an amount besides, or «on» before. */
function written(line: Line, at: number, grammar: Grammar, today: string, order: DateOrder): Found | null {
  const { tokens, taken } = line;
  const first = tokens[at];
  if (!first || taken[at] || first.kind !== 'number' || (first.glued && tokens[at - 1]?.kind === 'sign' && /[-/.]/.test(tokens[at - 1]!.text))) return null;
  const rest = tokens.slice(at, at + 5).map((token) => token.text);
  const glued = (count: number) => tokens.slice(at + 1, at + count).every((token, step) => token.glued && !taken[at + 1 + step]);
  const join = (count: number) => (tokens.length >= at + count && glued(count) ? rest.slice(0, count).join('') : '');
  const made = (numbers: (string | undefined)[], count: number, how: DateOrder): Found | null => {
    const day = ordered(numbers.map(Number), how, today);
    return day === null ? null : { day, start: at, end: at + count };
  };
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(join(5));
  if (iso) return made(iso.slice(1), 5, 'ymd');
  const local = order === 'ymd' ? 'dmy' : order;
  const full = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})$/;
  for (const count of [5, 1]) {
    const parts = full.exec(join(count));
    if (parts) return made(parts.slice(1), count, local);
  }
  const years = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/;
  for (const count of [5, 1]) {
    const parts = years.exec(join(count));
    if (parts) return made(parts.slice(1), count, 'ymd');
  }
  const dotted = grammar.dot_dates ? /^(\d{1,2})\.(\d{1,2})\.$/.exec(join(2)) : null;
  const slashed = /^(\d{1,2})\/(\d{1,2})$/.exec(join(3));
  const short = dotted ?? slashed;
  const length = dotted ? 2 : 3;
  if (!short || (tokens[at + length]?.glued && tokens[at + length]!.kind === 'number')) return null;
  const said = endingAt(line, at, grammar.around_day, grammar) !== null;
  const others = tokens.some((token, place) => token.kind === 'number' && !taken[place] && (place < at || place >= at + length));
  return said || others ? made(short.slice(1), length, dotted ? 'dmy' : local) : null;
}

function ordered(numbers: readonly number[], order: DateOrder, today: string): string | null {
  const [a = 0, b = 0, c] = numbers;
  if (order === 'ymd') return calendar(a, b, c ?? 0);
  const [day, month] = order === 'dmy' ? [a, b] : [b, a];
  if (c === undefined) return inLastYears(day, month, today);
  return calendar(c < 100 ? 2000 + c : c, month, day);
}

function calendar(year: number, month: number, day: number): string | null {
  try {
    return dayText(year, month, day);
  } catch {
    return null;
  }
}

function inLastYears(day: number, month: number, today: string): string | null {
  const year = Number(today.slice(0, 4));
  const latest = dayOf(dayNumber(today) + AHEAD_DAYS);
  // 29 February is there within eight years.
  for (let back = -1; back <= 8; back += 1) {
    const found = calendar(year - back, month, day);
    if (found && found <= latest) return found;
  }
  return null;
}

function inLastMonths(day: number, today: string): string | null {
  let [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  for (let tries = 0; tries < 3; tries += 1) {
    const found = calendar(year, month, day);
    if (found && found <= today) return found;
    [year, month] = month === 1 ? [year - 1, 12] : [year, month - 1];
  }
  return null;
}
