/** Arabic: the screens that show a book: home, transactions, stats, accounts. */
import type { Words } from '..';

export const views: Words = {
  'account.gone': 'حساب محذوف',

  'accounts.add': 'إضافة حساب',
  'accounts.archive': 'مؤرشف',
  'accounts.archive_text': 'خارج القوائم، وباقٍ في كل مجاميع الماضي.',
  'accounts.archived': {
    zero: 'لا حسابات مؤرشفة',
    one: 'حساب مؤرشف واحد',
    two: 'حسابان مؤرشفان',
    few: '{count} حسابات مؤرشفة',
    many: '{count} حسابًا مؤرشفًا',
    other: '{count} حساب مؤرشف'
  },
  'accounts.balance_over_time': 'الرصيد',
  'accounts.delete': 'حذف الحساب',
  'accounts.edit': 'تعديل الحساب',
  'accounts.empty': 'لا حسابات بعد',
  'accounts.empty_text': 'الحساب هو حيث يوجد المال: محفظة أو حساب مصرفي أو بطاقة.',
  'accounts.is_archived': 'مؤرشف',
  'accounts.net_worth': 'صافي الثروة',
  'accounts.opening': 'الرصيد الافتتاحي',
  'accounts.opening_hint': 'ما كان قبل أول قيد؛ الدين بعلامة ناقص.',
  'accounts.order': 'ترتيب الحسابات',
  'accounts.not_counted': {
    zero: 'كل الحسابات في هذا المجموع.',
    one: 'حساب واحد خارج هذا المجموع: رصيده أكبر من أن يكون دقيقًا.',
    two: 'حسابان خارج هذا المجموع: رصيداهما أكبر من أن يكونا دقيقين.',
    few: '{count} حسابات خارج هذا المجموع: أرصدتها أكبر من أن تكون دقيقة.',
    many: '{count} حسابًا خارج هذا المجموع: أرصدتها أكبر من أن تكون دقيقة.',
    other: '{count} حساب خارج هذا المجموع: أرصدتها أكبر من أن تكون دقيقة.'
  },
  'accounts.too_large': 'أكبر من أن يُعرض',
  'accounts.too_large_text': 'هذا الرصيد أكبر من أن يكون دقيقًا. صحّح المبلغ الكبير فيظهر من جديد.',

  'action.add': 'إضافة',
  'action.cancel': 'إلغاء',
  'action.delete': 'حذف',
  'action.duplicate': 'تكرار',
  'action.edit': 'تعديل',
  'action.move_down': 'تحريك {name} إلى أسفل',
  'action.move_up': 'تحريك {name} إلى أعلى',
  'action.save': 'حفظ',
  'action.save_changes': 'حفظ التغييرات',
  'action.search': 'بحث',

  'calendar.nothing': 'لا شيء في هذا اليوم',

  'card.balance': 'المتبقي هذا الشهر',
  'card.before': 'الماضي {amount}',
  'card.expense': 'أُنفق هذا الشهر',
  'card.income': 'دخل هذا الشهر',
  'card.net_worth': 'صافي الثروة',
  'card.savings': 'المدّخر من الدخل',

  'chart.as_chart': '{title} كرسم بياني',
  'chart.as_table': '{title} كجدول',
  'chart.pie_summary': 'المجموع {total}. الأكبر: {list}.',
  'chart.trend_summary': {
    zero: 'لا فترات.',
    one: 'الدخل {income} والمصروفات {expense} في فترة واحدة.',
    two: 'الدخل {income} والمصروفات {expense} في فترتين.',
    few: 'الدخل {income} والمصروفات {expense} في {count} فترات.',
    many: 'الدخل {income} والمصروفات {expense} في {count} فترة.',
    other: 'الدخل {income} والمصروفات {expense} في {count} فترة.'
  },

  'compare.against': 'مقارنة بالفترة السابقة',
  'compare.expense': 'المصروفات مقارنة بالمدة نفسها قبلها:',
  'compare.same': 'دون تغيير',

  'confirm.type': 'اكتب «{word}» للمتابعة',

  'filter.active': {
    zero: 'بلا مرشحات',
    one: 'المرشحات: واحد مستخدم',
    two: 'المرشحات: اثنان مستخدمان',
    few: 'المرشحات: {count} مستخدمة',
    many: 'المرشحات: {count} مستخدمة',
    other: 'المرشحات: {count} مستخدمة'
  },
  'filter.any': 'أي',
  'filter.clear': 'مسح',
  'filter.least': 'الحد الأدنى',
  'filter.most': 'الحد الأقصى',
  'filter.title': 'تصفية',

  'first.accounts': 'جهّز حساباتك',
  'first.accounts_text': 'حيث يوجد مالك.',
  'first.add': 'سجّل ما أنفقته للتو',
  'first.add_text': 'مبلغ وفئة، وانتهى.',
  'first.import': 'استورد من مصرفك',
  'first.import_text': 'من ملف CSV أو OFX أو QFX.',
  'first.text': 'إنه فارغ وهو كله لك. ابدأ من حيث شئت.',
  'first.title': 'دفترك جاهز',

  'home.all': 'عرض الكل',
  'home.edit_cards': 'ترتيب البطاقات',
  'home.last': 'آخر المعاملات',
  'home.trends': 'الأشهر الأخيرة',

  'nav.accounts': 'الحسابات',
  'nav.add': 'معاملة جديدة',
  'nav.home': 'الرئيسية',
  'nav.label': 'القائمة الرئيسية',
  'nav.settings': 'الإعدادات',
  'nav.skip': 'تخطٍّ إلى المحتوى',
  'nav.stats': 'التحليل',
  'nav.transactions': 'المعاملات',

  'period.earlier': 'أسبق',
  'period.from': 'من',
  'period.label': 'الفترة',
  'period.later': 'لاحق',
  'period.month': 'شهر',
  'period.to': 'إلى',
  'period.to_today': 'العودة إلى اليوم',
  'period.week': 'أسبوع',
  'period.year': 'سنة',

  'search.clear': 'مسح البحث',
  'search.found': {
    zero: 'لا معاملات',
    one: 'معاملة واحدة',
    two: 'معاملتان',
    few: '{count} معاملات',
    many: '{count} معاملة',
    other: '{count} معاملة'
  },
  'search.nothing': 'لم يُعثر على شيء',
  'search.nothing_text': 'جرّب كلمات أقل أو مرشحًا أوسع.',
  'search.placeholder': 'جهة أو ملاحظة أو مبلغ …',

  'stats.all_categories': 'كل الفئات',
  'stats.by_category': 'الاتجاه حسب الفئة',
  'stats.by_type': 'الاتجاه حسب النوع',
  'stats.flow': 'ما يُعرض',
  'stats.flows': 'الداخل والخارج',
  'stats.nothing': 'لا شيء في هذه الفترة',
  'stats.show_transactions': 'عرض المعاملات',
  'stats.shown_categories': 'فئات الرسم البياني',
  'stats.this_period': 'هذه الفترة',
  'stats.where_from': 'من أين يأتي المال',
  'stats.where_to': 'أين يذهب المال',

  'table.amount': 'المبلغ',
  'table.before': 'قبلها',
  'table.period': 'الفترة',
  'table.share': 'الحصة',

  'toast.account_added': 'أُضيف {name}',
  'toast.account_deleted': 'حُذف {name}',
  'toast.added_expense': 'أُضيف مصروف بمبلغ {amount}',
  'toast.added_income': 'أُضيف دخل بمبلغ {amount}',
  'toast.added_transfer': 'أُضيف تحويل بمبلغ {amount}',
  'toast.category_added': 'أُضيفت {name}',
  'toast.category_deleted': 'حُذفت {name}',
  'toast.category_merged': 'دُمجت {name} في {into}',
  'toast.changed': 'تم التغيير',
  'toast.deleted': 'حُذفت المعاملة',
  'toast.payee_merged': 'دُمجت {name}',
  'toast.saved': 'تم الحفظ',

  'total.all': 'الكل',
  'total.balance': 'الرصيد',

  'transactions.empty': 'لا معاملات بعد',
  'transactions.empty_text': 'أضف الأولى، أو أدخل ملفًا من مصرفك.',

  'view.annual': 'سنوات',
  'view.calendar': 'تقويم',
  'view.daily': 'أيام',
  'view.label': 'العرض',
  'view.monthly': 'أشهر',
  'view.period': 'فترة'
};
