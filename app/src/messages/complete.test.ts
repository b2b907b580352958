// Every message is there in every language, with the places and the plural forms that it needs.
import { describe, expect, it } from 'vitest';
import refusals from '../../../spec/refusals.json' with { type: 'json' };
import { book } from './en/book';
import { first } from './en/first';
import { people } from './en/people';
import { security } from './en/security';
import { shell } from './en/shell';
import { ways } from './en/ways';
import type { Forms, Words } from './index';
import { LANGUAGES, type Language } from './languages';

const english: Words = { ...first, ...book, ...people, ...ways, ...security, ...shell };
const others = LANGUAGES.filter((name): name is Exclude<Language, 'en'> => name !== 'en');

/** What goes wrong on the device itself: its codes stand in store/problems.ts, identity/session.ts, core.ts and sync. */
const DEVICE = [
  'app_not_loaded', 'interrupted', 'locked', 'needs_auth', 'offline', 'other_book', 'storage_busy', 'storage_cleared', 'storage_failed',
  'storage_full', 'storage_insecure', 'storage_newer', 'storage_unavailable', 'storage_unreadable', 'sync_failed'
];

const part = async (language: Language, file: string): Promise<Words> => ((await import(`./${language}/${file}.ts`)) as { words: Words }).words;
const places = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const formsOf = (message: string | Forms): string[] => (typeof message === 'string' ? [message] : Object.values(message));

describe.each(others)('%s', (language) => {
  it('has the first screens in one part, a book in another, people in a third, every key once', async () => {
    expect(Object.keys(await part(language, 'first')).sort()).toEqual(Object.keys(first).sort());
    expect(Object.keys(await part(language, 'book')).sort()).toEqual(Object.keys(book).sort());
    expect(Object.keys(await part(language, 'ways')).sort()).toEqual(Object.keys(ways).sort());
    expect(Object.keys(await part(language, 'people')).sort()).toEqual(Object.keys(people).sort());
    expect(Object.keys(await part(language, 'security')).sort()).toEqual(Object.keys(security).sort());
    expect(Object.keys(await part(language, 'shell')).sort()).toEqual(Object.keys(shell).sort());
  });

  it('has a sentence for everything that is refused or goes wrong', async () => {
    const words = await part(language, 'refusals');
    expect(Object.keys(words).sort()).toEqual([...Object.keys(refusals), ...DEVICE].map((code) => `refusal.${code}`).sort());
    for (const [key, text] of Object.entries(words)) expect(text, key).toMatch(/\S[.?。？।؟]$/);
  });

  it('has all plural forms of the language where English has a plural, and only there', async () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const words = { ...(await part(language, 'first')), ...(await part(language, 'book')), ...(await part(language, 'people')), ...(await part(language, 'ways')), ...(await part(language, 'security')), ...(await part(language, 'shell')) };
    for (const [key, message] of Object.entries(words)) {
      const source = english[key];
      expect(typeof message, key).toBe(typeof source);
      // none may be said by itself: then it is in every language; one, in any
      const said = typeof source === 'object' && source.zero ? ['zero' as const] : [];
      if (typeof message !== 'string') expect(Object.keys(message).filter((form) => form !== 'one' || forms.includes(form)).sort(), key).toEqual([...new Set([...forms, ...said])].sort());
    }
  });

  it('fills the places that English fills', async () => {
    const words = { ...(await part(language, 'first')), ...(await part(language, 'book')), ...(await part(language, 'people')), ...(await part(language, 'ways')), ...(await part(language, 'security')), ...(await part(language, 'shell')) };
    for (const [key, message] of Object.entries(words)) {
      const source = english[key] ?? '';
      const wanted = [...new Set(formsOf(source).flatMap(places))].sort();
      const last = typeof message === 'string' ? message : message.other;
      expect(places(last), key).toEqual(wanted);
      // one and two may be words of their own: "eine Seite", «صفحتان»
      for (const form of formsOf(message)) expect(wanted, key).toEqual(expect.arrayContaining(places(form)));
      for (const form of formsOf(message)) expect(form.trim(), key).not.toBe('');
    }
  });
});
