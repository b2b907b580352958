/** Spanish: first steps: the sample book, hints that are shown once, the language. */
import type { Words } from '..';

export const hints: Words = {
  'language.browser': 'Como el navegador',
  'language.note': 'Se guarda en este dispositivo. Los números y las fechas siguen tu región.',

  'settings.language': 'Idioma'
};
