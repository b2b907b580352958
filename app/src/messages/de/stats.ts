/** German: charts, stats, accounts over a period, and exchange rates. */
import type { Words } from '..';

export const stats: Words = {
  'accounts.drag': '{name} ziehen oder mit den Pfeiltasten verschieben',
  'accounts.moved': '{name} ist jetzt Nummer {place} von {count}',
  'accounts.overview': 'Nach Konto',
  'accounts.period': 'Ein- und Ausgaben je Konto',
  'accounts.say': '{amount} am Ende von {name}, {change} in dieser Zeit.',

  'chart.save': '{title} sichern',
  'chart.save_picture': 'Als Bild sichern',
  'chart.save_table': 'Als Tabelle sichern',

  'compare.with': 'gegenüber {name}',

  'ecb.about': 'Kurse der Europäischen Zentralbank aus einer Datei: CSV, XML oder das ZIP, in dem sie kommt. Die Datei wird auf diesem Gerät gelesen.',
  'ecb.already': { one: '{count} davon ist schon bekannt.', other: '{count} davon sind schon bekannt.' },
  'ecb.choose': 'Datei wählen',
  'ecb.currencies': 'Währungen',
  'ecb.done': { one: '{count} Kurs übernommen', other: '{count} Kurse übernommen' },
  'ecb.faulty': 'Das ist keine Datei mit Kursen der Europäischen Zentralbank.',
  'ecb.fewer': 'Das sind {count} Kurse. Wähle weniger Währungen oder einen späteren Tag.',
  'ecb.from': 'Ab',
  'ecb.import': { one: '{count} Kurs übernehmen', other: '{count} Kurse übernehmen' },
  'ecb.none_used': 'Die Datei hat keine der Währungen deiner Konten. Wähle unten welche aus.',
  'ecb.others': 'Andere Währungen',
  'ecb.progress': '{done} von {count}',
  'ecb.span': { one: '{count} Tag, {days}', other: '{count} Tage, {days}' },
  'ecb.title': 'Kurse aus einer Datei',

  'flow.deficit': 'Aus Ersparnissen',
  'flow.kept': 'Übrig',
  'flow.more': { one: '{count} weitere', other: '{count} weitere' },
  'flow.pot': 'Einnahmen',
  'flow.spent': 'Alles Geld',
  'flow.title': 'Geldfluss',

  'mode.as_it_was': 'Wie gebucht',
  'mode.as_it_was_text': 'Fremde Beträge zählen zu dem Kurs, mit dem sie geschrieben wurden.',
  'mode.label': 'Fremde Beträge',
  'mode.todays_rate': 'Zum Kurs von heute',
  'mode.todays_rate_text': 'Fremde Beträge zählen zu den neuesten Kursen, die du hast.',

  'rate.apply': { one: '{count} Buchung damit zählen', other: '{count} Buchungen damit zählen' },
  'rate.applied': { one: '{count} Buchung zählt jetzt', other: '{count} Buchungen zählen jetzt' },
  'rate.delete': 'Kurs löschen',
  'rate.deleted': 'Kurs gelöscht',
  'rate.edit': 'Kurs ändern',
  'rate.enter': 'Kurs für {currency} eingeben',
  'rate.enter_title': 'Kurs von {currency}',
  'rate.fill': 'Buchungen ohne Kurs zählen',
  'rate.fill_text': {
    one: '{count} Buchung hat keinen Kurs und steht in keiner Summe.',
    other: '{count} Buchungen haben keinen Kurs und stehen in keiner Summe.'
  },
  'rate.later': 'Ab dem ersten dieser Tage, damit alle ihn bekommen.',
  'rate.left_accounts': {
    one: '{count} Saldo fehlt in dieser Summe: kein Kurs für {list}.',
    other: '{count} Salden fehlen in dieser Summe: kein Kurs für {list}.'
  },
  'rate.left_entries': {
    one: '{count} Buchung fehlt in diesen Summen: kein Kurs für {list}.',
    other: '{count} Buchungen fehlen in diesen Summen: kein Kurs für {list}.'
  },
  'rate.left_other': {
    one: '{count} Buchung stammt aus der Zeit einer anderen Hauptwährung. „Zum Kurs von heute“ zählt sie mit.',
    other: '{count} Buchungen stammen aus der Zeit einer anderen Hauptwährung. „Zum Kurs von heute“ zählt sie mit.'
  },
  'rate.show_entries': 'Diese Buchungen zeigen',
  'rate.show_more': 'Mehr zeigen',

  'reconcile.begin': 'Abgleichen',
  'reconcile.difference': 'Differenz',
  'reconcile.done': { one: '{count} Buchung abgeglichen', other: '{count} Buchungen abgeglichen' },
  'reconcile.finish': 'Fertig',
  'reconcile.finish_anyway': 'Mit {amount} Differenz beenden',
  'reconcile.last': 'Abgeglichen bis {day}: {amount}',
  'reconcile.locked': 'Diese Buchung ist abgeglichen',
  'reconcile.locked_text': 'Sie stimmt mit einem Auszug deiner Bank überein. Trotzdem ändern?',
  'reconcile.locked_yes': 'Ändern',
  'reconcile.nothing': 'Keine offenen Buchungen bis zu diesem Tag.',
  'reconcile.open': { one: '{count} offene Buchung', other: '{count} offene Buchungen' },
  'reconcile.statement_balance': 'Saldo auf dem Auszug',
  'reconcile.statement_day': 'Tag des Auszugs',
  'reconcile.text': 'Hake ab, was auf dem Auszug steht, bis zwischen beiden nichts mehr bleibt.',
  'reconcile.tick_all': 'Alle abhaken',
  'reconcile.ticked': 'Abgehakt',
  'reconcile.title': '{name} abgleichen',
  'reconcile.untick_all': 'Keine abhaken',

  'say.account_change': '{now} am Ende von {last}, {change} seit Beginn.',
  'say.average_day': 'Im Schnitt kommen {income} am Tag herein und {expense} gehen hinaus.',
  'say.average_month': 'Im Schnitt kommen {income} im Monat herein und {expense} gehen hinaus.',
  'say.average_week': 'Im Schnitt kommen {income} in der Woche herein und {expense} gehen hinaus.',
  'say.average_year': 'Im Schnitt kommen {income} im Jahr herein und {expense} gehen hinaus.',
  'say.best_worst': 'Am meisten blieb im Zeitraum {best} ({best_amount}), am wenigsten im Zeitraum {worst} ({worst_amount}).',
  'say.category_less': '{name} sank am stärksten: {amount}.',
  'say.category_more': '{name} stieg am stärksten: {amount}.',
  'say.expense_alone': '{amount} ausgegeben.',
  'say.expense_less': '{amount} ausgegeben, {share} weniger als {before}.',
  'say.expense_more': '{amount} ausgegeben, {share} mehr als {before}.',
  'say.expense_same': '{amount} ausgegeben, so viel wie {before}.',
  'say.flow': '{income} kamen herein; das meiste ging an {list}.',
  'say.flow_deficit': '{amount} mehr gingen hinaus, als hereinkamen.',
  'say.flow_kept': '{amount} ({share}) blieben übrig.',
  'say.highest': 'Höchster Stand: {high} ({high_amount}). Niedrigster: {low} ({low_amount}).',
  'say.kept': '{share} der Einnahmen bleiben übrig.',
  'say.nothing': 'Nichts in dieser Zeit.',
  'say.overspent': '{amount} mehr ausgegeben als eingenommen.',
  'say.so_far': { one: 'Bisher {done} von {count} Tag.', other: 'Bisher {done} von {count} Tagen.' },
  'say.transfers': '{amount} zwischen deinen Konten bewegt.',

  'stats.against': 'Vergleichen mit',
  'stats.before': 'Zeitraum davor',
  'stats.choose_category': 'Kategorie',
  'stats.compared_title': 'Vergleich',
  'stats.net_worth': 'Nettovermögen im Verlauf',
  'stats.show_for': 'Buchungen von {name}',
  'stats.year_ago': 'Vor einem Jahr',

  'table.to': 'Bis'
};
