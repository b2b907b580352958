/** German: home: its cards, the greeting, what comes, and what is unusual. */
import type { Words } from '..';

export const home: Words = {
  'action.hide': '{name} ausblenden',
  'action.show': '{name} einblenden',

  'card.all_spending': 'Alle Ausgaben',
  'card.budget': 'Knappstes Budget',
  'card.budget_left': '{name}: übrig von {amount}',
  'card.budget_over': '{name}: mehr als {amount}',
  'card.change': 'Größte Änderung',
  'card.change_against': '{name} zu {days}',
  'card.share_of': '{name}, {share}',
  'card.top_category': 'Größte Kategorie',

  'greeting.afternoon': 'Guten Tag',
  'greeting.afternoon_to': 'Guten Tag, {name}',
  'greeting.evening': 'Guten Abend',
  'greeting.evening_to': 'Guten Abend, {name}',
  'greeting.morning': 'Guten Morgen',
  'greeting.morning_to': 'Guten Morgen, {name}',

  'home.cards_hidden': 'Ausgeblendet',
  'home.cards_shown': 'Eingeblendet',
  'home.show_more': { one: '{count} weitere zeigen', other: '{count} weitere zeigen' },

  'unusual.amount': 'Sonst etwa {usual}, diesmal {amount}',
  'unusual.dismiss': '{name} ausblenden',
  'unusual.dismissed': 'Ausgeblendet',
  'unusual.every_month': 'Kommt jeden Monat, etwa {usual}. Erwartet am {day}.',
  'unusual.every_quarter': 'Kommt alle drei Monate, etwa {usual}. Erwartet am {day}.',
  'unusual.every_week': 'Kommt jede Woche, etwa {usual}. Erwartet am {day}.',
  'unusual.every_year': 'Kommt jedes Jahr, etwa {usual}. Erwartet am {day}.',
  'unusual.missing': 'Fehlt',
  'unusual.title': 'Ungewöhnlich',

  'upcoming.title': 'Demnächst'
};
