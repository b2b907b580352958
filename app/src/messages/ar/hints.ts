/** Arabic: first steps: the sample book, hints that are shown once, the language. */
import type { Words } from '..';

export const hints: Words = {
  'language.browser': 'كالمتصفح',
  'language.note': 'تُحفظ على هذا الجهاز. تتبع الأرقام والتواريخ منطقتك.',

  'settings.language': 'اللغة'
};
