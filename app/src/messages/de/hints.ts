/** German: first steps: the sample book, hints that are shown once, the language. */
import type { Words } from '..';

export const hints: Words = {
  'language.browser': 'Wie der Browser',
  'language.note': 'Bleibt auf diesem Gerät. Zahlen und Daten folgen deiner Region.',

  'settings.language': 'Sprache'
};
