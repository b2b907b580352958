/**
 * All text of the app, by key. Owns choosing the language and the plural form; it must not know a
 * screen. A message is a string with `{name}` places, or one string per plural form, chosen by
 * `count`. English is the source: its keys are the type that other languages have to fill.
 */
import type { book } from './en/book';
import { first } from './en/first';

export type Key = keyof typeof first | keyof typeof book;
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
/** What has been brought so far: the first screens' words, and with the frame of a book all others. */
const catalogue: Partial<Record<Key, string | Forms>> = { ...first };

export function add(words: Partial<Record<Key, string | Forms>>): void {
  Object.assign(catalogue, words);
}

/** The language the words are in; numbers and days follow the person's region (`locale`). */
export const language = 'en';

/** The region of the person: the first of the browser's languages in our language, else ours. */
export const locale: string =
  globalThis.navigator?.languages?.find((tag) => tag === language || tag.startsWith(`${language}-`)) ??
  language;

export const direction: 'ltr' | 'rtl' = /^(ar|fa|he|ur)\b/.test(language) ? 'rtl' : 'ltr';

const plural = new Intl.PluralRules(language);
const count = new Intl.NumberFormat(locale);

function fill(template: string, params: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : typeof value === 'number' ? count.format(value) : value;
  });
}

/** The text of `key` with its places filled; `params.count` also chooses the plural form. */
export function t(key: Key, params: Record<string, string | number> = {}): string {
  const message = catalogue[key];
  if (message === undefined) return key;
  if (typeof message === 'string') return fill(message, params);
  const form = message[plural.select(Number(params['count'] ?? 0))] ?? message.other;
  return fill(form, params);
}

/** The text of a key made from data (a refusal's code, an account's kind), or `otherwise`. */
export function maybe(key: string, otherwise: string, params: Record<string, string | number> = {}): string {
  return key in catalogue ? t(key as Key, params) : otherwise;
}
