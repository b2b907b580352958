/** The grammar of a language, fetched when somebody types a line. */
import { grammarOf, type Grammar, type GrammarFile } from './grammar.ts';

const FILES: Record<string, () => Promise<{ default: unknown }>> = {
  ar: () => import('../../../../spec/entry/ar.json'),
  de: () => import('../../../../spec/entry/de.json'),
  en: () => import('../../../../spec/entry/en.json'),
  es: () => import('../../../../spec/entry/es.json'),
  hi: () => import('../../../../spec/entry/hi.json'),
  zh: () => import('../../../../spec/entry/zh.json')
};

/** English where there is none of the language. */
export async function grammarIn(language: string): Promise<Grammar> {
  const fetch_file = FILES[language.slice(0, 2)] ?? FILES['en']!;
  return grammarOf((await fetch_file()).default as GrammarFile);
}
