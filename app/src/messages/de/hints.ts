/** German: first steps: the sample book, hints that are shown once, the language. */
import type { Words } from '..';

export const hints: Words = {
  'first.sample': 'Sieh dich mit Beispieldaten um',
  'first.sample_text': 'Hundert Tage eines Haushalts. Mit einem Tipp wieder weg.',

  'hint.dismiss': 'Verstanden',
  'hint.keys': 'Drück ? für alle Tastenkürzel.',
  'hint.period': 'Wisch zur Seite für den Zeitraum davor oder danach.',
  'hint.stats': 'Tipp auf ein Stück oder eine Säule, um zu sehen, was dahintersteckt.',
  'hint.swipe': 'Wisch über eine Zeile, um sie zu bearbeiten oder zu löschen. Halte sie, um mehrere auszuwählen.',

  'language.browser': 'Wie der Browser',
  'language.note': 'Bleibt auf diesem Gerät. Zahlen und Daten folgen deiner Region.',

  'sample.remove': 'Beispieldaten entfernen',
  'sample.removed': 'Beispieldaten entfernt',
  'sample.text': 'Sieh dich in Ruhe um. Deine eigenen Buchungen bleiben, wenn sie gehen.',
  'sample.title': 'Das sind Beispieldaten',

  'settings.language': 'Sprache'
};
