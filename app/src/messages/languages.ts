/** The languages Outlay speaks, and which one a person reads. Owns no words. Pure. */
export const LANGUAGES = ['en', 'de', 'es', 'hi', 'ar', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each by its own name, as somebody who reads nothing else finds it. */
export const NAMES: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  hi: 'हिन्दी',
  ar: 'العربية',
  zh: '简体中文'
};

const spoken = (tag: string): Language | undefined => {
  const name = tag.slice(0, 2).toLowerCase();
  return /^..(-|$)/.test(tag) ? LANGUAGES.find((one) => one === name) : undefined;
};

/** The chosen language, else the first of the browser's `tags` (BCP 47) that Outlay speaks, else English. */
export function languageOf(chosen: string | null, tags: readonly string[]): Language {
  return [chosen ?? '', ...tags].map(spoken).find((name) => name !== undefined) ?? 'en';
}

/**
 * The language with the region of the person, for Intl: the first of the browser's tags in this language that names
 * one, else the first that names one in any language. Chinese is the simplified script, whatever the region.
 */
export function localeOf(language: Language, tags: readonly string[]): string {
  const known = tags.flatMap((tag) => {
    try {
      return [new Intl.Locale(tag)];
    } catch {
      return [];
    }
  });
  const region = (known.find((one) => one.language === language && one.region) ?? known.find((one) => one.region))?.region;
  return [language, ...(language === 'zh' ? ['Hans'] : []), ...(region ? [region] : [])].join('-');
}

/** What `<html lang>` says. */
export function tagOf(language: Language): string {
  return language === 'zh' ? 'zh-Hans' : language;
}
