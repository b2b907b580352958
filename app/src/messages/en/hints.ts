/** English. First steps: the sample book, hints that are shown once, the language. */
export const hints = {
  'first.sample': 'Look around with sample data',
  'first.sample_text': 'A household of a hundred days. Removed with one tap.',

  'hint.dismiss': 'Got it',
  'hint.keys': 'Press ? for all keyboard shortcuts.',
  'hint.period': 'Swipe sideways for the period before or after.',
  'hint.stats': 'Tap a slice or a column to see what is behind it.',
  'hint.swipe': 'Swipe a row to edit or delete it. Hold it to choose several.',

  'language.browser': 'As the browser',
  'language.note': 'Kept on this device. Numbers and dates follow your region.',

  'sample.remove': 'Remove sample data',
  'sample.removed': 'Sample data removed',
  'sample.text': 'Look around freely. What you enter yourself stays when it goes.',
  'sample.title': 'This is sample data',

  'settings.language': 'Language'
};
