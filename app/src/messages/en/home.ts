/** English. Home: its cards, the greeting, what comes, and what is unusual. */
export const home = {
  'action.hide': 'Hide {name}',
  'action.show': 'Show {name}',

  'card.all_spending': 'All spending',
  'card.budget': 'Tightest budget',
  'card.budget_left': '{name}: left of {amount}',
  'card.budget_over': '{name}: more than {amount}',
  'card.change': 'Largest change',
  'card.change_against': '{name} vs. {days}',
  'card.share_of': '{name}, {share}',
  'card.top_category': 'Top category',

  'greeting.afternoon': 'Good afternoon',
  'greeting.afternoon_to': 'Good afternoon, {name}',
  'greeting.evening': 'Good evening',
  'greeting.evening_to': 'Good evening, {name}',
  'greeting.morning': 'Good morning',
  'greeting.morning_to': 'Good morning, {name}',

  'home.cards_hidden': 'Not shown',
  'home.cards_shown': 'Shown',
  'home.show_more': { one: 'Show {count} more', other: 'Show {count} more' },

  'unusual.amount': 'Usually about {usual}, this time {amount}',
  'unusual.dismiss': 'Dismiss {name}',
  'unusual.dismissed': 'Dismissed',
  'unusual.every_month': 'Comes every month, about {usual}. Expected on {day}.',
  'unusual.every_quarter': 'Comes every three months, about {usual}. Expected on {day}.',
  'unusual.every_week': 'Comes every week, about {usual}. Expected on {day}.',
  'unusual.every_year': 'Comes every year, about {usual}. Expected on {day}.',
  'unusual.missing': 'Missing',
  'unusual.title': 'Unusual',

  'upcoming.title': 'Upcoming'
};
