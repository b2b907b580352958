import { isolate, locale } from '$src/messages';

const lists = new Intl.ListFormat(locale, { style: 'narrow', type: 'conjunction' });

/** `A, B, C` as the language strings things together; each keeps its own direction. */
export function listed(words: readonly string[]): string {
  return lists.format(words.map(isolate));
}
