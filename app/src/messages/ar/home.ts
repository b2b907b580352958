/** Arabic: home: its cards, the greeting, what comes, and what is unusual. */
import type { Words } from '..';

export const home: Words = {
  'action.hide': 'إخفاء {name}',
  'action.show': 'إظهار {name}',

  'card.all_spending': 'كل المصروفات',
  'card.budget': 'أضيق ميزانية',
  'card.budget_left': '{name}: المتبقي من {amount}',
  'card.budget_over': '{name}: أكثر من {amount}',
  'card.change': 'أكبر تغيّر',
  'card.change_against': '{name} مقابل {days}',
  'card.share_of': '{name}، {share}',
  'card.top_category': 'أعلى فئة',

  'greeting.afternoon': 'طاب نهارك',
  'greeting.afternoon_to': 'طاب نهارك، {name}',
  'greeting.evening': 'مساء الخير',
  'greeting.evening_to': 'مساء الخير، {name}',
  'greeting.morning': 'صباح الخير',
  'greeting.morning_to': 'صباح الخير، {name}',

  'home.cards_hidden': 'غير معروضة',
  'home.cards_shown': 'معروضة',
  'home.show_more': {
    zero: 'لا مزيد',
    one: 'عرض واحدة أخرى',
    two: 'عرض اثنتين أخريين',
    few: 'عرض {count} أخرى',
    many: 'عرض {count} أخرى',
    other: 'عرض {count} أخرى'
  },

  'unusual.amount': 'المعتاد نحو {usual}، وهذه المرة {amount}',
  'unusual.dismiss': 'تجاهل {name}',
  'unusual.dismissed': 'تم التجاهل',
  'unusual.every_month': 'يأتي كل شهر، نحو {usual}. كان متوقعًا في {day}.',
  'unusual.every_quarter': 'يأتي كل ثلاثة أشهر، نحو {usual}. كان متوقعًا في {day}.',
  'unusual.every_week': 'يأتي كل أسبوع، نحو {usual}. كان متوقعًا في {day}.',
  'unusual.every_year': 'يأتي كل سنة، نحو {usual}. كان متوقعًا في {day}.',
  'unusual.missing': 'غائب',
  'unusual.title': 'غير معتاد',

  'upcoming.title': 'القادم'
};
