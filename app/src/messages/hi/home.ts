/** Hindi: Home: its cards, the greeting, what comes, and what is unusual. */
import type { Words } from '..';

export const home: Words = {
  'action.hide': '{name} छिपाएँ',
  'action.show': '{name} दिखाएँ',

  'card.all_spending': 'सारा खर्च',
  'card.budget': 'सबसे तंग बजट',
  'card.budget_left': '{name}: {amount} में से बचा',
  'card.budget_over': '{name}: {amount} से ज़्यादा',
  'card.change': 'सबसे बड़ा बदलाव',
  'card.change_against': '{name} बनाम {days}',
  'card.share_of': '{name}, {share}',
  'card.top_category': 'सबसे बड़ी श्रेणी',

  'greeting.afternoon': 'नमस्कार',
  'greeting.afternoon_to': 'नमस्कार, {name}',
  'greeting.evening': 'शुभ संध्या',
  'greeting.evening_to': 'शुभ संध्या, {name}',
  'greeting.morning': 'सुप्रभात',
  'greeting.morning_to': 'सुप्रभात, {name}',

  'home.cards_hidden': 'नहीं दिख रहे',
  'home.cards_shown': 'दिख रहे',
  'home.show_more': { one: '{count} और दिखाएँ', other: '{count} और दिखाएँ' },

  'unusual.amount': 'आम तौर पर लगभग {usual}, इस बार {amount}',
  'unusual.dismiss': '{name} खारिज करें',
  'unusual.dismissed': 'खारिज किया गया',
  'unusual.every_month': 'हर महीने आता है, लगभग {usual}। अपेक्षित: {day}।',
  'unusual.every_quarter': 'हर तीन महीने आता है, लगभग {usual}। अपेक्षित: {day}।',
  'unusual.every_week': 'हर हफ़्ते आता है, लगभग {usual}। अपेक्षित: {day}।',
  'unusual.every_year': 'हर साल आता है, लगभग {usual}। अपेक्षित: {day}।',
  'unusual.missing': 'नहीं आया',
  'unusual.title': 'असामान्य',

  'upcoming.title': 'आगामी'
};
