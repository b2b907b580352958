/** German: what a phone or a browser says outside of the page. */
import type { Words } from '..';

export const words: Words = {
  'shell.about': 'Dein Geld, auf deinem Gerät und auf deinem Server.',
  'shell.add': 'Ausgabe hinzufügen',
  'shell.camera': 'Um den Beleg einer Buchung zu fotografieren.',
  'shell.face': 'Um die App-Sperre mit deinem Gesicht zu öffnen.',
  'shell.pictures': 'Um das Bild eines Belegs für eine Buchung auszuwählen.',
  'shell.transactions': 'Buchungen'
};
