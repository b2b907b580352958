/** German: the first screens: what is said before a book is open. A plural has one string per form, chosen by `count`. */
import type { Words } from '..';

export const words: Words = {
  'action.back': 'Zurück',
  'action.close': 'Schließen',
  'action.undo': 'Rückgängig',

  'day.today': 'Heute',
  'day.yesterday': 'Gestern',

  'error.general': 'Das hat nicht geklappt. Nichts wurde geändert.',

  'language.choose': 'Sprache',

  'missing.name': 'Gib einen Namen ein.',

  'period.fiscal': '{from}/{to}',

  'server.change': 'Anderer Server',

  'sign.email': 'E-Mail',
  'sign.email_wrong': 'Das sieht nicht nach einer E-Mail-Adresse aus.',
  'sign.have_account': 'Schon registriert?',
  'sign.in': 'Anmelden',
  'sign.in_again': 'Gib zur Sicherheit dein Passwort noch einmal ein. Alles ist noch auf diesem Gerät.',
  'sign.in_text': 'Dein Buch kommt auf dieses Gerät und bleibt hier, auch ohne Verbindung.',
  'sign.in_title': 'Willkommen zurück',
  'sign.name': 'Dein Name',
  'sign.no_account': 'Noch nicht registriert?',
  'sign.password': 'Passwort',
  'sign.password_hint': { one: 'Mindestens {count} Zeichen.', other: 'Mindestens {count} Zeichen. Länger ist besser.' },
  'sign.password_short': { one: 'Mindestens {count} Zeichen.', other: 'Mindestens {count} Zeichen.' },
  'sign.sending': 'Einen Moment …',
  'sign.show': 'Passwort zeigen',
  'sign.up': 'Registrieren',
  'sign.up_attach': 'Alles in deinem Buch wird mitgenommen.',
  'sign.up_text': 'Eine Anmeldung für alle deine Geräte.',
  'sign.up_title': 'Registrieren',

  'start.begin': 'Womit möchtest du beginnen?',
  'start.blank': 'Leeres Buch',
  'start.blank_text': 'Die üblichen Kategorien, sonst nichts.',
  'start.currency': 'Hauptwährung',
  'start.import': 'Datei von meiner Bank',
  'start.import_text': 'CSV, OFX oder QFX. Braucht eine Registrierung.',
  'start.sample': 'Beispieldaten',
  'start.sample_text': 'Ein Haushalt zum Umsehen. Jederzeit zu löschen.',
  'start.text': 'Alles bleibt auf diesem Gerät. Registrieren kannst du dich später.',
  'start.title': 'Dein erstes Buch',
  'start.working': 'Dein Buch wird vorbereitet …',

  'time.just_now': 'gerade eben',

  'toast.undone': 'Rückgängig gemacht',

  'welcome.fast': 'Eine Ausgabe in drei Sekunden.',
  'welcome.offline': 'Alles geht auch ohne Verbindung.',
  'welcome.private': 'Verschlüsselt auf deinem Gerät. Jederzeit mitzunehmen.',
  'welcome.sign_in': 'Anmelden',
  'welcome.sign_up': 'Registrieren',
  'welcome.text': 'Ein Buch für all dein Geld, auf jedem deiner Geräte.',
  'welcome.title': 'Wissen, wohin dein Geld geht.',
  'welcome.without': 'Ohne Registrierung ausprobieren'
};
