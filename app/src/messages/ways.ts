/** The words of providers and passkeys: needed before a book is open and inside it, and by few screens of either. */
import { add, addOwn, language, type Words } from './index';
import { ways } from './en/ways';
import type { Language } from './languages';

const FILES: Record<Exclude<Language, 'en'>, () => Promise<{ words: Words }>> = {
  de: () => import('./de/ways'),
  es: () => import('./es/ways'),
  hi: () => import('./hi/ways'),
  ar: () => import('./ar/ways'),
  zh: () => import('./zh/ways')
};

add(ways);

/** Settles when the words are there, or cannot be had: then English is read. */
export const ready: Promise<void> = language === 'en' ? Promise.resolve() : FILES[language]().then(({ words }) => addOwn(words), console.error);
