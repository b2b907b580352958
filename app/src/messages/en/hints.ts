/** English. First steps: the sample book, hints that are shown once, the language. */
export const hints = {
  'language.browser': 'As the browser',
  'language.note': 'Kept on this device. Numbers and dates follow your region.',

  'settings.language': 'Language'
};
