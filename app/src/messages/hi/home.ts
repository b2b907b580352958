/** Hindi: home: its cards, the greeting, what comes, and what is unusual. */
import type { Words } from '..';

export const home: Words = {
  'action.hide': '{name} छिपाएँ',
  'action.show': '{name} दिखाएँ',

  'card.all_spending': 'सारा खर्च',
  'card.budget': 'सबसे तंग बजट',
  'card.budget_left': '{name}: {amount} में से बाकी',
  'card.budget_over': '{name}: {amount} से ज़्यादा',
  'card.change': 'सबसे बड़ा बदलाव',
  'card.change_against': '{name}, {days} की तुलना में',
  'card.share_of': '{name}, {share}',
  'card.top_category': 'सबसे बड़ी श्रेणी',

  'greeting.afternoon': 'नमस्ते',
  'greeting.afternoon_to': 'नमस्ते, {name}',
  'greeting.evening': 'शुभ संध्या',
  'greeting.evening_to': 'शुभ संध्या, {name}',
  'greeting.morning': 'सुप्रभात',
  'greeting.morning_to': 'सुप्रभात, {name}',

  'home.cards_hidden': 'छिपे हुए',
  'home.cards_shown': 'दिखने वाले',
  'home.show_more': { one: '{count} और दिखाएँ', other: '{count} और दिखाएँ' },

  'unusual.amount': 'आमतौर पर लगभग {usual}, इस बार {amount}',
  'unusual.dismiss': '{name} छिपाएँ',
  'unusual.dismissed': 'छिपाया गया',
  'unusual.every_month': 'हर महीने आता है, लगभग {usual}। {day} को आना था।',
  'unusual.every_quarter': 'हर तीन महीने में आता है, लगभग {usual}। {day} को आना था।',
  'unusual.every_week': 'हर सप्ताह आता है, लगभग {usual}। {day} को आना था।',
  'unusual.every_year': 'हर साल आता है, लगभग {usual}। {day} को आना था।',
  'unusual.missing': 'नहीं आया',
  'unusual.title': 'असामान्य',

  'upcoming.title': 'आगे आने वाला'
};
