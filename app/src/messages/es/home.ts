/** Spanish: home: its cards, the greeting, what comes, and what is unusual. */
import type { Words } from '..';

export const home: Words = {
  'action.hide': 'Ocultar {name}',
  'action.show': 'Mostrar {name}',

  'card.all_spending': 'Todos los gastos',
  'card.budget': 'Presupuesto más justo',
  'card.budget_left': '{name}: quedan de {amount}',
  'card.budget_over': '{name}: más de {amount}',
  'card.change': 'Mayor cambio',
  'card.change_against': '{name} frente a {days}',
  'card.share_of': '{name}, {share}',
  'card.top_category': 'Categoría principal',

  'greeting.afternoon': 'Buenas tardes',
  'greeting.afternoon_to': 'Buenas tardes, {name}',
  'greeting.evening': 'Buenas noches',
  'greeting.evening_to': 'Buenas noches, {name}',
  'greeting.morning': 'Buenos días',
  'greeting.morning_to': 'Buenos días, {name}',

  'home.cards_hidden': 'Ocultas',
  'home.cards_shown': 'Visibles',
  'home.show_more': { one: 'Ver {count} más', many: 'Ver {count} más', other: 'Ver {count} más' },

  'unusual.amount': 'Suele ser unos {usual}; esta vez, {amount}',
  'unusual.dismiss': 'Descartar {name}',
  'unusual.dismissed': 'Descartado',
  'unusual.every_month': 'Llega cada mes, unos {usual}. Se esperaba el {day}.',
  'unusual.every_quarter': 'Llega cada tres meses, unos {usual}. Se esperaba el {day}.',
  'unusual.every_week': 'Llega cada semana, unos {usual}. Se esperaba el {day}.',
  'unusual.every_year': 'Llega cada año, unos {usual}. Se esperaba el {day}.',
  'unusual.missing': 'Falta',
  'unusual.title': 'Fuera de lo normal',

  'upcoming.title': 'Próximamente'
};
