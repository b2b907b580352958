/** Days without the year that stands beside them. */
import { locale } from '$src/messages';

const at = (day: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** `Monday 30 November`. */
export const dayInYear = (day: string): string => at(day, { weekday: 'long', day: 'numeric', month: 'long' });

/** `November`, of any day in it. */
export const monthInYear = (day: string): string => at(day, { month: 'long' });
