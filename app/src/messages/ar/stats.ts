/** Arabic: charts, stats, accounts over a period, and exchange rates. */
import type { Words } from '..';

export const stats: Words = {
  'accounts.drag': 'اسحب {name} أو حرّكه بمفاتيح الأسهم',
  'accounts.moved': '{name} الآن رقم {place} من {count}',
  'accounts.overview': 'حسب الحساب',
  'accounts.period': 'الدخل والمصروفات حسب الحساب',
  'accounts.say': '{amount} في نهاية {name}، والتغيّر {change} في هذه المدة.',

  'chart.save': 'حفظ {title}',
  'chart.save_picture': 'حفظ كصورة',
  'chart.save_table': 'حفظ كجدول',

  'compare.with': 'مقارنة بـ{name}',

  'ecb.about': 'أسعار البنك المركزي الأوروبي من ملف: CSV أو XML أو ملف ZIP الذي تأتي فيه. يُقرأ الملف على هذا الجهاز.',
  'ecb.already': {
    zero: 'لا شيء منها معروف.',
    one: 'واحد منها معروف من قبل.',
    two: 'اثنان منها معروفان من قبل.',
    few: '{count} منها معروفة من قبل.',
    many: '{count} منها معروفة من قبل.',
    other: '{count} منها معروفة من قبل.'
  },
  'ecb.choose': 'اختر ملفًا',
  'ecb.currencies': 'العملات',
  'ecb.done': {
    zero: 'لم يُضف أي سعر',
    one: 'أُضيف سعر واحد',
    two: 'أُضيف سعران',
    few: 'أُضيفت {count} أسعار',
    many: 'أُضيف {count} سعرًا',
    other: 'أُضيف {count} سعر'
  },
  'ecb.faulty': 'ليس هذا ملف أسعار من البنك المركزي الأوروبي.',
  'ecb.fewer': 'عدد الأسعار {count}. اختر عملات أقل أو يومًا أحدث.',
  'ecb.from': 'من',
  'ecb.import': {
    zero: 'لا أسعار للإضافة',
    one: 'إضافة سعر واحد',
    two: 'إضافة سعرين',
    few: 'إضافة {count} أسعار',
    many: 'إضافة {count} سعرًا',
    other: 'إضافة {count} سعر'
  },
  'ecb.none_used': 'ليس في الملف أي من عملات حساباتك. اختر من الأسفل.',
  'ecb.others': 'عملات أخرى',
  'ecb.progress': '{done} من {count}',
  'ecb.span': {
    zero: 'بلا أيام، {days}',
    one: 'يوم واحد، {days}',
    two: 'يومان، {days}',
    few: '{count} أيام، {days}',
    many: '{count} يومًا، {days}',
    other: '{count} يوم، {days}'
  },
  'ecb.title': 'أسعار من ملف',

  'flow.deficit': 'من المدخرات',
  'flow.kept': 'المتبقي',
  'flow.more': { zero: 'لا غيرها', one: 'واحدة أخرى', two: 'اثنتان أخريان', few: '{count} أخرى', many: '{count} أخرى', other: '{count} أخرى' },
  'flow.pot': 'الدخل',
  'flow.spent': 'كل المال',
  'flow.title': 'تدفق المال',

  'mode.as_it_was': 'كما سُجّلت',
  'mode.as_it_was_text': 'تُحسب المبالغ الأجنبية بالسعر الذي كُتبت به.',
  'mode.label': 'المبالغ الأجنبية',
  'mode.todays_rate': 'بسعر اليوم',
  'mode.todays_rate_text': 'تُحسب المبالغ الأجنبية بأحدث الأسعار لديك.',

  'rate.apply': {
    zero: 'لا قيود',
    one: 'احتساب قيد واحد به',
    two: 'احتساب قيدين به',
    few: 'احتساب {count} قيود به',
    many: 'احتساب {count} قيدًا به',
    other: 'احتساب {count} قيد به'
  },
  'rate.applied': {
    zero: 'لم يُحتسب أي قيد',
    one: 'احتُسب قيد واحد',
    two: 'احتُسب قيدان',
    few: 'احتُسبت {count} قيود',
    many: 'احتُسب {count} قيدًا',
    other: 'احتُسب {count} قيد'
  },
  'rate.delete': 'حذف السعر',
  'rate.deleted': 'حُذف السعر',
  'rate.edit': 'تغيير السعر',
  'rate.enter': 'أدخل سعرًا لـ{currency}',
  'rate.enter_title': 'سعر {currency}',
  'rate.fill': 'احتساب القيود التي بلا سعر',
  'rate.fill_text': {
    zero: 'لكل القيود أسعار.',
    one: 'قيد واحد بلا سعر وهو خارج كل المجاميع.',
    two: 'قيدان بلا سعر وهما خارج كل المجاميع.',
    few: '{count} قيود بلا سعر وهي خارج كل المجاميع.',
    many: '{count} قيدًا بلا سعر وهي خارج كل المجاميع.',
    other: '{count} قيد بلا سعر وهي خارج كل المجاميع.'
  },
  'rate.later': 'من أول هذه الأيام، لتحصل عليه كلها.',
  'rate.left_accounts': {
    zero: 'كل الأرصدة في هذا المجموع.',
    one: 'رصيد واحد خارج هذا المجموع: لا سعر لـ{list}.',
    two: 'رصيدان خارج هذا المجموع: لا سعر لـ{list}.',
    few: '{count} أرصدة خارج هذا المجموع: لا سعر لـ{list}.',
    many: '{count} رصيدًا خارج هذا المجموع: لا سعر لـ{list}.',
    other: '{count} رصيد خارج هذا المجموع: لا سعر لـ{list}.'
  },
  'rate.left_entries': {
    zero: 'كل القيود في هذه المجاميع.',
    one: 'قيد واحد خارج هذه المجاميع: لا سعر لـ{list}.',
    two: 'قيدان خارج هذه المجاميع: لا سعر لـ{list}.',
    few: '{count} قيود خارج هذه المجاميع: لا سعر لـ{list}.',
    many: '{count} قيدًا خارج هذه المجاميع: لا سعر لـ{list}.',
    other: '{count} قيد خارج هذه المجاميع: لا سعر لـ{list}.'
  },
  'rate.left_other': {
    zero: 'لا قيود بعملة رئيسية أخرى.',
    one: 'قيد واحد كُتب حين كانت العملة الرئيسية غيرها. «بسعر اليوم» يحتسبه أيضًا.',
    two: 'قيدان كُتبا حين كانت العملة الرئيسية غيرها. «بسعر اليوم» يحتسبهما أيضًا.',
    few: '{count} قيود كُتبت حين كانت العملة الرئيسية غيرها. «بسعر اليوم» يحتسبها أيضًا.',
    many: '{count} قيدًا كُتبت حين كانت العملة الرئيسية غيرها. «بسعر اليوم» يحتسبها أيضًا.',
    other: '{count} قيد كُتبت حين كانت العملة الرئيسية غيرها. «بسعر اليوم» يحتسبها أيضًا.'
  },
  'rate.show_entries': 'عرض هذه القيود',
  'rate.show_more': 'عرض المزيد',

  'reconcile.begin': 'مطابقة',
  'reconcile.difference': 'الفرق',
  'reconcile.done': {
    zero: 'لم يُطابَق أي قيد',
    one: 'طوبق قيد واحد',
    two: 'طوبق قيدان',
    few: 'طوبقت {count} قيود',
    many: 'طوبق {count} قيدًا',
    other: 'طوبق {count} قيد'
  },
  'reconcile.finish': 'إنهاء',
  'reconcile.finish_anyway': 'الإنهاء بفرق {amount}',
  'reconcile.last': 'مطابَق حتى {day}: {amount}',
  'reconcile.locked': 'هذا القيد مطابَق',
  'reconcile.locked_text': 'إنه يوافق كشفًا من مصرفك. هل تغيّره رغم ذلك؟',
  'reconcile.locked_yes': 'تغيير',
  'reconcile.nothing': 'لا قيود مفتوحة حتى هذا اليوم.',
  'reconcile.open': {
    zero: 'لا قيود مفتوحة',
    one: 'قيد مفتوح واحد',
    two: 'قيدان مفتوحان',
    few: '{count} قيود مفتوحة',
    many: '{count} قيدًا مفتوحًا',
    other: '{count} قيد مفتوح'
  },
  'reconcile.statement_balance': 'الرصيد في الكشف',
  'reconcile.statement_day': 'تاريخ الكشف',
  'reconcile.text': 'علّم على ما في الكشف حتى لا يبقى فرق بينهما.',
  'reconcile.tick_all': 'تعليم الكل',
  'reconcile.ticked': 'مُعلَّم',
  'reconcile.title': 'مطابقة {name}',
  'reconcile.untick_all': 'إلغاء تعليم الكل',

  'say.account_change': '{now} في نهاية {last}، والتغيّر {change} منذ البداية.',
  'say.average_day': 'في المتوسط يدخل {income} ويخرج {expense} في اليوم.',
  'say.average_month': 'في المتوسط يدخل {income} ويخرج {expense} في الشهر.',
  'say.average_week': 'في المتوسط يدخل {income} ويخرج {expense} في الأسبوع.',
  'say.average_year': 'في المتوسط يدخل {income} ويخرج {expense} في السنة.',
  'say.best_worst': 'أكثر ما تبقّى في {best} ({best_amount})، وأقله في {worst} ({worst_amount}).',
  'say.category_less': '{name} الأكثر انخفاضًا: {amount}.',
  'say.category_more': '{name} الأكثر ارتفاعًا: {amount}.',
  'say.expense_alone': 'أُنفق {amount}.',
  'say.expense_less': 'أُنفق {amount}، أقل بـ{share} من {before}.',
  'say.expense_more': 'أُنفق {amount}، أكثر بـ{share} من {before}.',
  'say.expense_same': 'أُنفق {amount}، مثل {before}.',
  'say.flow': 'دخل {income}، وذهب معظمه إلى {list}.',
  'say.flow_deficit': 'خرج أكثر مما دخل بـ{amount}.',
  'say.flow_kept': 'تبقّى {amount} ({share}).',
  'say.highest': 'الأعلى: {high} ({high_amount}). الأدنى: {low} ({low_amount}).',
  'say.kept': 'تبقّى {share} من الدخل.',
  'say.nothing': 'لا شيء في هذه المدة.',
  'say.overspent': 'أُنفق أكثر مما دخل بـ{amount}.',
  'say.so_far': {
    zero: 'لا أيام بعد.',
    one: '{done} من يوم واحد حتى الآن.',
    two: '{done} من يومين حتى الآن.',
    few: '{done} من {count} أيام حتى الآن.',
    many: '{done} من {count} يومًا حتى الآن.',
    other: '{done} من {count} يوم حتى الآن.'
  },
  'say.transfers': 'انتقل {amount} بين حساباتك.',

  'stats.against': 'مقارنة مع',
  'stats.before': 'الفترة السابقة',
  'stats.choose_category': 'الفئة',
  'stats.compared_title': 'مقارنة',
  'stats.net_worth': 'صافي الثروة عبر الزمن',
  'stats.show_for': 'معاملات {name}',
  'stats.year_ago': 'قبل سنة',

  'table.to': 'إلى'
};
