/** Hindi: first steps: the sample book, hints that are shown once, the language. */
import type { Words } from '..';

export const hints: Words = {
  'language.browser': 'ब्राउज़र जैसी',
  'language.note': 'इस डिवाइस पर रखा जाता है। अंक और तारीखें आपके क्षेत्र के अनुसार।',

  'settings.language': 'भाषा'
};
