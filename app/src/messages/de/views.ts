/** German: the screens that show a book: home, transactions, stats, accounts. */
import type { Words } from '..';

export const views: Words = {
  'account.gone': 'Gelöschtes Konto',

  'accounts.add': 'Konto hinzufügen',
  'accounts.archive': 'Archiviert',
  'accounts.archive_text': 'Nicht mehr in den Listen, aber in allen früheren Summen.',
  'accounts.archived': { one: '{count} archiviertes Konto', other: '{count} archivierte Konten' },
  'accounts.balance_over_time': 'Saldo',
  'accounts.delete': 'Konto löschen',
  'accounts.edit': 'Konto bearbeiten',
  'accounts.empty': 'Noch keine Konten',
  'accounts.empty_text': 'Ein Konto ist, wo Geld ist: Geldbeutel, Bankkonto, Karte.',
  'accounts.is_archived': 'archiviert',
  'accounts.net_worth': 'Nettovermögen',
  'accounts.opening': 'Anfangsbestand',
  'accounts.opening_hint': 'Was vor der ersten Buchung da war; Schulden mit Minus.',
  'accounts.order': 'Reihenfolge der Konten',
  'accounts.not_counted': {
    one: '{count} Konto fehlt in dieser Summe: Sein Saldo ist zu groß, um genau zu sein.',
    other: '{count} Konten fehlen in dieser Summe: Ihre Salden sind zu groß, um genau zu sein.'
  },
  'accounts.too_large': 'Zu groß zum Anzeigen',
  'accounts.too_large_text': 'Dieser Saldo ist zu groß, um genau zu sein. Berichtige den zu großen Betrag, und er erscheint wieder.',

  'action.add': 'Hinzufügen',
  'action.cancel': 'Abbrechen',
  'action.delete': 'Löschen',
  'action.duplicate': 'Duplizieren',
  'action.move_down': '{name} nach unten',
  'action.move_up': '{name} nach oben',
  'action.save': 'Sichern',
  'action.save_changes': 'Änderungen sichern',
  'action.search': 'Suchen',

  'calendar.nothing': 'Nichts an diesem Tag',

  'card.balance': 'Übrig in diesem Monat',
  'card.before': 'Vormonat {amount}',
  'card.expense': 'Ausgegeben in diesem Monat',
  'card.income': 'Eingenommen in diesem Monat',
  'card.net_worth': 'Nettovermögen',
  'card.savings': 'Gespart vom Einkommen',

  'chart.as_chart': '{title} als Diagramm',
  'chart.as_table': '{title} als Tabelle',
  'chart.pie_summary': 'Insgesamt {total}. Am größten: {list}.',
  'chart.trend_summary': {
    one: 'Einnahmen {income} und Ausgaben {expense} in {count} Zeitraum.',
    other: 'Einnahmen {income} und Ausgaben {expense} in {count} Zeiträumen.'
  },

  'compare.against': 'gegenüber dem Zeitraum davor',
  'compare.expense': 'Ausgaben gegenüber der gleichen Zeitspanne davor:',
  'compare.same': 'Unverändert',

  'confirm.type': 'Schreib „{word}“, um fortzufahren',

  'filter.active': { one: 'Filter: {count} aktiv', other: 'Filter: {count} aktiv' },
  'filter.any': 'Beliebig',
  'filter.clear': 'Zurücksetzen',
  'filter.least': 'Mindestens',
  'filter.most': 'Höchstens',
  'filter.title': 'Filter',

  'first.accounts': 'Richte deine Konten ein',
  'first.accounts_text': 'Wo dein Geld ist.',
  'first.add': 'Trag ein, was du gerade ausgegeben hast',
  'first.add_text': 'Ein Betrag, eine Kategorie, fertig.',
  'first.import': 'Importiere von deiner Bank',
  'first.import_text': 'Aus einer CSV-, OFX- oder QFX-Datei.',
  'first.text': 'Es ist leer und gehört ganz dir. Fang an, wo du magst.',
  'first.title': 'Dein Buch ist bereit',

  'home.all': 'Alle zeigen',
  'home.edit_cards': 'Karten anordnen',
  'home.last': 'Letzte Buchungen',
  'home.trends': 'Die letzten Monate',

  'nav.accounts': 'Konten',
  'nav.add': 'Neue Buchung',
  'nav.home': 'Start',
  'nav.label': 'Hauptmenü',
  'nav.settings': 'Einstellungen',
  'nav.skip': 'Zum Inhalt',
  'nav.stats': 'Statistik',
  'nav.transactions': 'Buchungen',

  'period.earlier': 'Früher',
  'period.from': 'Von',
  'period.label': 'Zeitraum',
  'period.later': 'Später',
  'period.month': 'Monat',
  'period.to': 'Bis',
  'period.to_today': 'Zurück zu heute',
  'period.week': 'Woche',
  'period.year': 'Jahr',

  'search.clear': 'Suche leeren',
  'search.found': { one: '{count} Buchung', other: '{count} Buchungen' },
  'search.nothing': 'Nichts gefunden',
  'search.nothing_text': 'Versuch weniger Wörter oder einen weiteren Filter.',
  'search.placeholder': 'Empfänger, Notiz, Betrag …',

  'stats.all_categories': 'Alle Kategorien',
  'stats.by_category': 'Verlauf nach Kategorie',
  'stats.by_type': 'Verlauf nach Art',
  'stats.flow': 'Was angesehen wird',
  'stats.flows': 'Ein und aus',
  'stats.nothing': 'Nichts in diesem Zeitraum',
  'stats.show_transactions': 'Buchungen zeigen',
  'stats.shown_categories': 'Kategorien im Diagramm',
  'stats.this_period': 'Dieser Zeitraum',
  'stats.where_from': 'Woher das Geld kommt',
  'stats.where_to': 'Wohin das Geld geht',

  'table.amount': 'Betrag',
  'table.before': 'Davor',
  'table.period': 'Zeitraum',
  'table.share': 'Anteil',

  'toast.account_added': '{name} hinzugefügt',
  'toast.account_deleted': '{name} gelöscht',
  'toast.added_expense': 'Ausgabe von {amount} hinzugefügt',
  'toast.added_income': 'Einnahme von {amount} hinzugefügt',
  'toast.added_transfer': 'Umbuchung von {amount} hinzugefügt',
  'toast.category_added': '{name} hinzugefügt',
  'toast.category_deleted': '{name} gelöscht',
  'toast.category_merged': '{name} mit {into} zusammengeführt',
  'toast.changed': 'Geändert',
  'toast.deleted': 'Buchung gelöscht',
  'toast.payee_merged': '{name} zusammengeführt',
  'toast.saved': 'Gesichert',

  'total.all': 'Alle',
  'total.balance': 'Saldo',

  'transactions.empty': 'Noch keine Buchungen',
  'transactions.empty_text': 'Trag die erste ein oder lies eine Datei deiner Bank ein.',

  'view.annual': 'Jahre',
  'view.calendar': 'Kalender',
  'view.daily': 'Tage',
  'view.label': 'Ansicht',
  'view.monthly': 'Monate',
  'view.period': 'Zeitraum'
};
