// Every sheet that a button of a screen opens, by the key of the button's words, so that it is found in any language.
import { words as arabic } from '../src/messages/ar/book.ts';
import { words as arabic_first } from '../src/messages/ar/first.ts';
import { words as arabic_people } from '../src/messages/ar/people.ts';
import { book } from '../src/messages/en/book.ts';
import { first } from '../src/messages/en/first.ts';
import { people } from '../src/messages/en/people.ts';

const WORDS = { en: { ...first, ...book, ...people }, ar: { ...arabic_first, ...arabic, ...arabic_people } } as const;
export type Language = keyof typeof WORDS;
type Key = keyof (typeof WORDS)['en'];

/** What the app says in a language, with other words of it in its places. */
export function say(language: Language, key: Key, places: Record<string, Key> = {}): string {
  const text = WORDS[language][key];
  if (typeof text !== 'string') throw new Error(`${key} is not one text in ${language}`);
  // from right to left, what is put in is kept from turning the words around it (isolate in messages/index.ts)
  const put = (words: string) => (language === 'ar' ? `\u2068${words}\u2069` : words);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => put(say(language, places[name]!)));
}

export interface SheetAt {
  path: string;
  button: Key;
  places?: Record<string, Key>;
}

/** `bank` is an account of the book. */
export const sheetsOf = (bank: string): SheetAt[] => [
  { path: '/', button: 'home.edit_cards' },
  { path: '/transactions', button: 'filter.title' },
  { path: '/stats', button: 'chart.save', places: { title: 'stats.by_type' } },
  { path: '/accounts', button: 'accounts.add' },
  { path: '/accounts', button: 'accounts.order' },
  { path: `/accounts/${bank}`, button: 'accounts.edit' },
  { path: `/accounts/${bank}`, button: 'reconcile.begin' },
  { path: '/budgets', button: 'budget.add' },
  { path: '/schedules', button: 'schedule.add' },
  { path: '/settings/categories', button: 'category.add' },
  { path: '/settings/categories', button: 'category.order' },
  { path: '/settings/tags', button: 'tags.add' },
  { path: '/settings/household', button: 'household.invite' },
  { path: '/settings/lock', button: 'lock.switch_on' },
  { path: '/settings/privacy', button: 'privacy.delete' }
];
