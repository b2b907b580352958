/** Brings the words of the account's security: a part of its own, for the screens that say them. */
import { security } from './en/security';
import { add, addOwn, language, type Words } from './index';
import type { Language } from './languages';

const FILES: Record<Exclude<Language, 'en'>, () => Promise<{ words: Words }>> = {
  de: () => import('./de/security'),
  es: () => import('./es/security'),
  hi: () => import('./hi/security'),
  ar: () => import('./ar/security'),
  zh: () => import('./zh/security')
};

add(security);

/** Settles when the words of the language in use are there, or cannot be had: then English is read. */
export const ready: Promise<void> | undefined =
  language === 'en' ? undefined : FILES[language]().then(({ words }) => addOwn(words), (error: unknown) => console.error(error));
