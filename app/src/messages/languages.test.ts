import { describe, expect, it } from 'vitest';
import { languageOf, localeOf } from './languages';

describe('the language', () => {
  it.each<[string | null, string[], string]>([
    [null, ['de-AT', 'en'], 'de'],
    [null, ['fr-FR', 'es-MX', 'en-US'], 'es'],
    [null, ['fr-FR'], 'en'],
    [null, ['zh-TW'], 'zh'],
    [null, ['haw-US', 'ar'], 'ar'],
    [null, [], 'en'],
    ['hi', ['de-DE'], 'hi'],
    ['xx', ['de-DE'], 'de']
  ])('chosen %s, browser %j: %s', (chosen, tags, language) => {
    expect(languageOf(chosen, tags)).toBe(language);
  });
});

describe('the region', () => {
  it.each<[Parameters<typeof localeOf>[0], string[], string]>([
    ['de', ['de-AT', 'en-US'], 'de-AT'],
    ['de', ['en-GB', 'de-CH'], 'de-CH'],
    ['de', ['en-GB', 'de'], 'de-GB'],
    ['ar', ['ar', 'en'], 'ar'],
    ['zh', ['zh-TW'], 'zh-Hans-TW'],
    ['es', ['es-419', 'es-MX'], 'es-419'],
    ['en', ['x', 'en_US', 'en-IE'], 'en-IE']
  ])('%s of %j: %s', (language, tags, locale) => {
    expect(localeOf(language, tags)).toBe(locale);
  });
});
