/** Arabic: the list of transactions: filters, what was found, several at once; the desktop's keys and commands. */
import type { Words } from '..';

export const list: Words = {
  'choices.more': '{first} و{count} غيرها',
  'choices.search': 'البحث في {name}',

  'filter.amount_from': 'من {amount}',
  'filter.amount_to': 'حتى {amount}',
  'filter.deleted': 'حُذف {name}',
  'filter.edit_saved': 'تعديل مرشح محفوظ',
  'filter.found': {
    zero: 'لا معاملات',
    one: 'عرض معاملة واحدة',
    two: 'عرض معاملتين',
    few: 'عرض {count} معاملات',
    many: 'عرض {count} معاملة',
    other: 'عرض {count} معاملة'
  },
  'filter.last_month': 'الشهر الماضي',
  'filter.last_year': 'السنة الماضية',
  'filter.remove': 'إزالة المرشح {name}',
  'filter.save': 'حفظ هذا المرشح',
  'filter.saved': 'المرشحات المحفوظة',
  'filter.this_month': 'هذا الشهر',
  'filter.this_year': 'هذه السنة',
  'filter.used': 'المرشحات المستخدمة',
  'filter.when': 'متى',
  'filter.without_rate': 'دون سعر صرف',

  'keys.anywhere': 'في أي مكان',
  'keys.choose': 'اختيار أو إلغاء',
  'keys.choose_more': 'اختيار التالي أيضًا',
  'keys.earlier': 'الفترة السابقة',
  'keys.escape': 'إغلاق المفتوح',
  'keys.expense': 'إضافة مصروف',
  'keys.go': 'انتقال إلى',
  'keys.help': 'هذه القائمة',
  'keys.income': 'إضافة دخل',
  'keys.keep': 'إغلاق وحفظ مسودة',
  'keys.later': 'الفترة التالية',
  'keys.open': 'فتح',
  'keys.palette': 'الأوامر والبحث',
  'keys.rows': 'الصف السابق، الصف التالي',
  'keys.search': 'البحث في المعاملات',
  'keys.select_all': 'تحديد كل المعروض',
  'keys.single': 'مفاتيح مفردة',
  'keys.single_text': 'حروف وأسهم دون Ctrl أو Command.',
  'keys.title': 'اختصارات لوحة المفاتيح',
  'keys.transfer': 'إضافة تحويل',

  'palette.annual': 'المعاملات حسب السنة',
  'palette.calendar': 'تقويم المعاملات',
  'palette.categories': 'الفئات',
  'palette.commands': 'الأوامر',
  'palette.dark': 'المظهر الداكن',
  'palette.go': 'انتقال إلى',
  'palette.light': 'المظهر الفاتح',
  'palette.monthly': 'المعاملات حسب الشهر',
  'palette.open': 'ابحث أو نفّذ',
  'palette.payees': 'الجهات',
  'palette.placeholder': 'إلى أين، أو عمّ تبحث؟',
  'palette.search': 'البحث عن «{text}» في المعاملات',
  'palette.system': 'مظهر النظام',
  'palette.title': 'الأوامر والبحث',
  'palette.uncategorised': 'معاملات بلا فئة',

  'select.account': 'الحساب',
  'select.account_text': 'الحسابات بعملة المحدَّد فقط. تحتفظ التحويلات بحساباتها.',
  'select.account_title': {
    zero: 'لا معاملات للنقل',
    one: 'نقل معاملة واحدة',
    two: 'نقل معاملتين',
    few: 'نقل {count} معاملات',
    many: 'نقل {count} معاملة',
    other: 'نقل {count} معاملة'
  },
  'select.all': {
    zero: 'تحديد لا شيء',
    one: 'تحديد واحدة',
    two: 'تحديد الاثنتين',
    few: 'تحديد الكل ({count})',
    many: 'تحديد الكل ({count})',
    other: 'تحديد الكل ({count})'
  },
  'select.begin': 'تحديد',
  'select.category': 'الفئة',
  'select.category_title': {
    zero: 'لا معاملات',
    one: 'فئة معاملة واحدة',
    two: 'فئة معاملتين',
    few: 'فئة {count} معاملات',
    many: 'فئة {count} معاملة',
    other: 'فئة {count} معاملة'
  },
  'select.changed': {
    zero: 'لم تتغيّر أي معاملة',
    one: 'تغيّرت معاملة واحدة',
    two: 'تغيّرت معاملتان',
    few: 'تغيّرت {count} معاملات',
    many: 'تغيّرت {count} معاملة',
    other: 'تغيّرت {count} معاملة'
  },
  'select.count': {
    zero: 'لا شيء محدد',
    one: 'واحدة محددة',
    two: 'اثنتان محددتان',
    few: '{count} محددة',
    many: '{count} محددة',
    other: '{count} محددة'
  },
  'select.delete_text': 'يمكن استعادتها بعد ذلك مباشرة.',
  'select.delete_title': {
    zero: 'لا معاملات للحذف',
    one: 'حذف معاملة واحدة؟',
    two: 'حذف معاملتين؟',
    few: 'حذف {count} معاملات؟',
    many: 'حذف {count} معاملة؟',
    other: 'حذف {count} معاملة؟'
  },
  'select.deleted': {
    zero: 'لم تُحذف أي معاملة',
    one: 'حُذفت معاملة واحدة',
    two: 'حُذفت معاملتان',
    few: 'حُذفت {count} معاملات',
    many: 'حُذفت {count} معاملة',
    other: 'حُذفت {count} معاملة'
  },
  'select.done': 'إنهاء التحديد',
  'select.label': 'المعاملات المحددة',
  'select.left': {
    zero: 'لم يبقَ شيء كما هو',
    one: 'بقيت واحدة كما هي',
    two: 'بقيت اثنتان كما هما',
    few: 'بقيت {count} كما هي',
    many: 'بقيت {count} كما هي',
    other: 'بقيت {count} كما هي'
  },
  'select.most': {
    zero: 'لا يمكن تغيير شيء معًا.',
    one: 'يمكن تغيير الأحدث فقط.',
    two: 'يمكن تغيير أحدث اثنتين فقط معًا.',
    few: 'يمكن تغيير أحدث {count} فقط معًا.',
    many: 'يمكن تغيير أحدث {count} فقط معًا.',
    other: 'يمكن تغيير أحدث {count} فقط معًا.'
  },
  'select.none_fit': 'لا يمكن لأي منها قبول هذا.',
  'select.progress': '{done} من {count}',
  'select.reconciled': {
    zero: 'لا مطابَق',
    one: 'واحدة مطابَقة أيضًا',
    two: 'اثنتان مطابَقتان أيضًا',
    few: '{count} مطابَقة أيضًا',
    many: '{count} مطابَقة أيضًا',
    other: '{count} مطابَقة أيضًا'
  },
  'select.tags': 'وسوم',
  'select.tags_add': 'إضافة',
  'select.tags_remove': 'إزالة',
  'select.tags_title': {
    zero: 'لا معاملات',
    one: 'وسوم معاملة واحدة',
    two: 'وسوم معاملتين',
    few: 'وسوم {count} معاملات',
    many: 'وسوم {count} معاملة',
    other: 'وسوم {count} معاملة'
  }
};
