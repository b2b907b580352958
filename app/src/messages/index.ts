/**
 * All text of the app, by key. Owns the language, finding a message and its plural form; it must not know a
 * screen. A message is a string with `{name}` places, or one string per plural form, chosen by `count`
 * (`zero` and `one` also where the language counts them as many). English is the source: its keys are the type, its words
 * stand behind those of every other language.
 */
import type { book } from './en/book';
import type { people } from './en/people';
import { first } from './en/first';
import type { security } from './en/security';
import type { ways } from './en/ways';
import { languageOf, localeOf, tagOf, type Language } from './languages';

export type Key = keyof typeof first | keyof typeof book | keyof typeof people | keyof typeof security | keyof typeof ways;
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
/** A part of the messages in another language; that nothing is missing is the tests' to say (messages.test.ts). */
export type Words = Record<string, string | Forms>;

/** What has been brought so far: English, and over it the language in use (words.ts). */
const english: Words = { ...first };
const own: Words = {};

export function add(words: Words): void {
  Object.assign(english, words);
}

export function addOwn(words: Words): void {
  Object.assign(own, words);
}

/** The language chosen on this device; `static/before.js` reads it too. */
const KEY = 'outlay.language';
const stored = globalThis.localStorage;

export const chosenLanguage: string | null = stored?.getItem?.(KEY) ?? null;

const tags: readonly string[] = globalThis.navigator?.languages ?? [];

/** The language the words are in; numbers and days follow the person's region (`locale`). */
export const language: Language = languageOf(chosenLanguage, tags);

export const locale: string = localeOf(language, tags);

/** ISO 3166 code of the person's region; where the browser tells none, the one where most speak the language so (CLDR's likely subtags). */
export const region: string | undefined = new Intl.Locale(locale).maximize().region;

export const direction: 'ltr' | 'rtl' = language === 'ar' ? 'rtl' : 'ltr';

export const languageTag: string = tagOf(language);

/** Chooses a language for this device, or none to follow the browser; the page begins anew in it. */
export function chooseLanguage(next: Language | null): void {
  if (next) stored.setItem(KEY, next);
  else stored.removeItem(KEY);
  location.reload();
}

const plural = new Intl.PluralRules(language);
const count = new Intl.NumberFormat(locale);

/** Keeps a piece of text from turning the words around it: first strong isolate (Unicode UAX 9), from right to left only. */
export function isolate(text: string): string {
  return direction === 'rtl' ? `\u2068${text}\u2069` : text;
}

function fill(template: string, params: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : isolate(typeof value === 'number' ? count.format(value) : value);
  });
}

/** The text of `key` with its places filled; `params.count` also chooses the plural form. */
export function t(key: Key, params: Record<string, string | number> = {}): string {
  const message = own[key] ?? english[key];
  if (message === undefined) return key;
  if (typeof message === 'string') return fill(message, params);
  const count = Number(params['count'] ?? 0);
  const exact = count === 0 ? message.zero : count === 1 ? message.one : null;
  const form = exact ?? message[plural.select(count)] ?? message.other;
  return fill(form, params);
}

/** The text of a key made from data (a refusal's code, an account's kind), or `otherwise`. */
export function maybe(key: string, otherwise: string, params: Record<string, string | number> = {}): string {
  return key in own || key in english ? t(key as Key, params) : otherwise;
}
