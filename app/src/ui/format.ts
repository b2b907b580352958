/**
 * Numbers, money and days as people read them, by Intl in the person's region. Owns no data and no
 * words of its own. Amounts arrive as minor units and never become a float on the way.
 */
import { exponent, formatPlain } from '$src/kernel/money';
import { direction, isolate, language, locale, t } from '$src/messages';

const MINUS = '\u2212';

export type Sign = 'auto' | 'always' | 'never';

const SIGNS = { auto: 'negative', always: 'exceptZero', never: 'never' } as const;

const cache = new Map<string, Intl.NumberFormat>();

/** `compact` is the number of decimals then; none: as many as the language writes briefly. */
function formatter(currency: string, compact: number | null, code: boolean, sign: Sign): Intl.NumberFormat {
  const key = `${currency}${compact}${code}${sign}`;
  let found = cache.get(key);
  if (!found) {
    const digits = exponent(currency);
    found = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      // E£ is no sign that Arabic has: it writes its own
      currencyDisplay: code ? 'code' : direction === 'rtl' ? 'symbol' : 'narrowSymbol',
      signDisplay: SIGNS[sign],
      ...(compact !== null
        ? { notation: 'compact', ...(compact ? { minimumFractionDigits: compact } : {}) }
        : { minimumFractionDigits: digits, maximumFractionDigits: digits })
    });
    cache.set(key, found);
  }
  return found;
}

export interface MoneyOptions {
  sign?: Sign;
  /** 12K instead of 12,345.67, 58 instead of 57.70, but 4.90 as it is: for axes and small marks only. */
  compact?: boolean;
  /** `EUR` instead of `€`. */
  code?: boolean;
}

/** `UK£` as one word in a line from right to left: the sign of a currency has no direction of its own (Unicode UAX 9). */
export function oneWord(text: string): string {
  return text.replace(/[A-Z]\p{Sc}/u, '$&\u200e');
}

/** An amount of minor units in words of the region, with a true minus sign. */
export function money(minor: number, currency: string, options: MoneyOptions = {}): string {
  const { sign = 'auto', compact = false, code = false } = options;
  const plain = formatPlain(minor, currency);
  const units = formatPlain(Math.abs(minor), currency).split('.')[0]?.length ?? 1;
  const decimals = !compact ? null : units > 1 || Number.isInteger(+plain) ? 0 : exponent(currency);
  const text = formatter(currency, decimals, code, sign).format(plain as Intl.StringNumericLiteral);
  const signed = text.replace('-', MINUS);
  return direction === 'rtl' ? isolate(oneWord(signed)) : signed;
}

/** One after the other, as the language writes them: none of Chinese's full stops has a space after it. */
export function sentences(all: readonly (string | null | undefined)[]): string {
  return all.filter(Boolean).join(language === 'zh' ? '' : ' ');
}

/** Text in which no line ends between a sign and its amount. */
export function unbroken(text: string): string {
  return text.replace(/[+\u2212]/g, '$&\u2060');
}

const parts = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, useGrouping: true }).formatToParts(12345.6);

export const decimalSign: string = parts.find((part) => part.type === 'decimal')?.value ?? '.';
export const groupSign: string = parts.find((part) => part.type === 'group')?.value ?? '';

const ten = new Intl.NumberFormat(locale, { useGrouping: false }).format(1234567890);

/** What is being typed, in the digits and with the decimal sign of the region. */
export function typedText(plain: string): string {
  return plain.replaceAll('.', decimalSign).replace(/\d/g, (digit) => ten.charAt((Number(digit) + 9) % 10));
}

/** The symbol of a currency in this region, for places beside a bare number. */
export function symbol(currency: string): string {
  const sign = formatter(currency, null, false, 'auto').formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency;
  return direction === 'rtl' ? oneWord(sign) : sign;
}

const currencyNames = new Intl.DisplayNames(locale, { type: 'currency' });

export function currencyName(code: string): string {
  return currencyNames.of(code) ?? code;
}

const percents = new Map<string, Intl.NumberFormat>();

/** A share of 1; below a tenth with one decimal. `signed`: also says that it is more. */
export function percent(share: number, signed = false): string {
  const digits = Math.abs(share) < 0.1 && share !== 0 ? 1 : 0;
  const key = `${digits}${signed}`;
  let found = percents.get(key);
  if (!found) {
    found = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits, signDisplay: signed ? 'exceptZero' : 'negative' });
    percents.set(key, found);
  }
  return isolate(found.format(share).replace('-', MINUS));
}

export function integer(value: number): string {
  return new Intl.NumberFormat(locale).format(value);
}

const days = new Map<string, Intl.DateTimeFormat>();

function dayFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let found = days.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    days.set(key, found);
  }
  return found;
}

const at = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** Today in the person's own calendar. */
export function today(): string {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
}

export function nowTime(): string {
  const now = new Date();
  return `${String(now.getHours()).padStart(2, '0')}:${String(now.getMinutes()).padStart(2, '0')}`;
}

function shifted(day: string, by: number): string {
  return new Date(at(day).getTime() + by * 86_400_000).toISOString().slice(0, 10);
}

/** `Today`, `Yesterday`, or the weekday and the day; the year only when it is not this one. */
export function dayTitle(day: string): string {
  const now = today();
  if (day === now) return t('day.today');
  if (day === shifted(now, -1)) return t('day.yesterday');
  return dayFormat({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(day.slice(0, 4) === now.slice(0, 4) ? {} : { year: 'numeric' })
  }).format(at(day));
}

export function dayShort(day: string): string {
  return dayFormat({ day: 'numeric', month: 'short' }).format(at(day));
}

export function dayLong(day: string): string {
  return dayFormat({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at(day));
}

export function dayNumeric(day: string): string {
  return dayFormat({ day: 'numeric', month: 'short', year: 'numeric' }).format(at(day));
}

/** `November 2026`, of any day in it. */
export function monthTitle(day: string): string {
  return dayFormat({ month: 'long', year: 'numeric' }).format(at(day));
}

export function monthShort(day: string): string {
  return dayFormat({ month: 'short' }).format(at(day));
}

export function monthShortYear(day: string): string {
  return dayFormat({ month: 'short', year: '2-digit' }).format(at(day));
}

export function weekdayShort(day: string): string {
  return dayFormat({ weekday: 'short' }).format(at(day));
}

export function range(from: string, to: string): string {
  return dayFormat({ day: 'numeric', month: 'short', year: 'numeric' }).formatRange(at(from), at(to));
}

/** `1–23 Oct`: days whose year is known from where they stand. */
export function rangeShort(from: string, to: string): string {
  return dayFormat({ day: 'numeric', month: 'short' }).formatRange(at(from), at(to));
}

/** A local time `HH:MM` as the region writes it. */
export function clock(time: string): string {
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(
    new Date(`2000-01-01T${time}:00Z`)
  );
}

/** A moment of this device's clock. */
export function moment(ms: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(ms);
}

/** `3 minutes ago`. */
export function ago(ms: number, now: number = Date.now()): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const seconds = Math.round((ms - now) / 1000);
  if (Math.abs(seconds) < 60) return t('time.just_now');
  if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}
