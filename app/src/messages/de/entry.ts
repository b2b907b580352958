/** German: the editor and the words of a transaction. */
import type { Words } from '..';

export const entry: Words = {
  'account_kind.bank': 'Bankkonten',
  'account_kind.card': 'Karten',
  'account_kind.cash': 'Bargeld',
  'account_kind.investment': 'Anlagen',
  'account_kind.loan': 'Kredite',
  'account_kind.savings': 'Ersparnisse',

  'account_type.bank': 'Bankkonto',
  'account_type.card': 'Karte',
  'account_type.cash': 'Bargeld',
  'account_type.investment': 'Anlage',
  'account_type.loan': 'Kredit',
  'account_type.savings': 'Sparkonto',

  'editor.add': 'Neue Buchung',
  'editor.discard': 'Neu anfangen',
  'editor.edit': 'Buchung bearbeiten',
  'editor.kept': 'Als Entwurf behalten',
  'editor.label': 'Buchung',
  'editor.opening': 'Dein Buch wird geöffnet. Du kannst schon tippen.',
  'editor.restored': 'Dein Entwurf ist wieder da.',

  'field.account': 'Konto',
  'field.account_kind': 'Art',
  'field.amount': 'Betrag',
  'field.amount_minor': 'Betrag',
  'field.archived': 'Archiviert',
  'field.category': 'Kategorie',
  'field.colour': 'Farbe',
  'field.currency': 'Währung',
  'field.day': 'Datum',
  'field.icon': 'Symbol',
  'field.kind': 'Art',
  'field.name': 'Name',
  'field.note': 'Notiz',
  'field.opening_minor': 'Anfangsbestand',
  'field.payee': 'Empfänger',
  'field.reconciled': 'Abgeglichen',
  'field.tag': 'Tag',
  'field.tags': 'Tags',
  'field.time': 'Uhrzeit',
  'field.to_amount_minor': 'Kommt an',

  'keypad.back': 'Letzte Ziffer löschen',
  'keypad.decimal': 'Komma',
  'keypad.divide': 'Geteilt durch',
  'keypad.impossible': 'Das ergibt kein Ergebnis',
  'keypad.label': 'Tastenfeld',
  'keypad.minus': 'Minus',
  'keypad.plus': 'Plus',
  'keypad.times': 'Mal',

  'kind.expense': 'Ausgaben',
  'kind.expenses': 'Ausgaben',
  'kind.income': 'Einnahmen',
  'kind.transfer': 'Umbuchung',
  'kind.transfers': 'Umbuchungen',

  'split.add': 'Teil hinzufügen',
  'split.amount_of': 'Betrag für {name}',
  'split.begin': 'Auf Kategorien aufteilen',
  'split.complete': 'Geht auf',
  'split.over': '{amount} zu viel',
  'split.remove': 'Teil {number} entfernen',
  'split.rest': '{amount} übrig',

  'tag.remove': 'Tag {name} entfernen',

  'transaction.gone': 'Diese Buchung gibt es nicht mehr.',
  'transaction.split_of': { one: '{count} Kategorie', other: '{count} Kategorien' },

  'transfer.arrives': 'Kommt an',
  'transfer.from': 'Von',
  'transfer.swap': 'Konten tauschen',
  'transfer.to': 'Nach',

  'word.no': 'Nein',
  'word.yes': 'Ja'
};
