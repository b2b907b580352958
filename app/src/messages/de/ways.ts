/** German. Providers, passkeys and the list of ways in. */
import type { Words } from '..';

export const words: Words = {
  'ways.add': 'Hinzufügen',
  'ways.add_passkey': 'Ein Passkey für dieses Gerät',
  'ways.add_title': 'Noch ein Weg',
  'ways.added': 'Hinzugefügt',
  'ways.again': 'Zurück zur Anmeldung',
  'ways.broken': 'Die Anmeldung dort hat nicht geklappt. Versuch es noch einmal.',
  'ways.confirm': 'Bestätige, dass du es bist',
  'ways.confirm_text': 'Gib dein Passwort ein, dann geht es weiter.',
  'ways.continue': 'Weiter mit {name}',
  'ways.denied': 'Es wurde dort abgebrochen. Nichts wurde geändert.',
  'ways.failed': 'Das hat nicht geklappt',
  'ways.finishing': 'Du wirst angemeldet …',
  'ways.key': 'Passkey',
  'ways.late': 'Diese Anmeldung hat zu lange gedauert oder wurde schon benutzt. Fang noch einmal an.',
  'ways.name': 'Name des Passkeys',
  'ways.never': 'Noch nicht benutzt',
  'ways.offline': 'Für die Liste der Anmeldewege ist eine Verbindung nötig.',
  'ways.only': 'Der einzige Weg ins Konto',
  'ways.or': 'oder',
  'ways.passkey': 'Mit einem Passkey anmelden',
  'ways.password': 'Passwort',
  'ways.phone': 'Telefon',
  'ways.remove': 'Entfernen',
  'ways.remove_text': 'Damit meldet sich niemand mehr an. Wo du angemeldet bist, bleibst du es.',
  'ways.remove_title': 'Diesen Anmeldeweg entfernen?',
  'ways.text': 'Jeder davon führt in dein Konto. Zwei sind sicherer als einer.',
  'ways.title': 'Wege zur Anmeldung',
  'ways.used': 'Zuletzt benutzt {when}'
};
