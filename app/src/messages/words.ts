/**
 * Brings the words of the language in use, each part once and only when it is needed: `first` before the first
 * paint, `book` with the frame of a book, `people` with the
 * screens of sharing and privacy, `refusals` when the page is calm. English is there already: its first words
 * stand in index.ts, a book's in book.ts, people's in people.ts, its refusals are the sentences that come with a refusal.
 */
import { addOwn, language, type Words } from './index';
import type { Language } from './languages';

type Part = 'first' | 'book' | 'people' | 'refusals';

/** Named one by one, so that the build gives every part a file of its own (early.ts looks for them). */
const FILES: Record<Exclude<Language, 'en'>, Record<Part, () => Promise<{ words: Words }>>> = {
  de: { first: () => import('./de/first'), book: () => import('./de/book'), people: () => import('./de/people'), refusals: () => import('./de/refusals') },
  es: { first: () => import('./es/first'), book: () => import('./es/book'), people: () => import('./es/people'), refusals: () => import('./es/refusals') },
  hi: { first: () => import('./hi/first'), book: () => import('./hi/book'), people: () => import('./hi/people'), refusals: () => import('./hi/refusals') },
  ar: { first: () => import('./ar/first'), book: () => import('./ar/book'), people: () => import('./ar/people'), refusals: () => import('./ar/refusals') },
  zh: { first: () => import('./zh/first'), book: () => import('./zh/book'), people: () => import('./zh/people'), refusals: () => import('./zh/refusals') }
};

const brought = new Map<Part, Promise<void>>();

/** Settles when the words are there, or cannot be had: then English is read. */
export function bring(part: Part): Promise<void> | undefined {
  if (language === 'en') return undefined;
  let bringing = brought.get(part);
  if (!bringing) {
    bringing = FILES[language][part]().then(({ words }) => addOwn(words), (error: unknown) => {
      brought.delete(part);
      console.error(error);
    });
    brought.set(part, bringing);
  }
  return bringing;
}
