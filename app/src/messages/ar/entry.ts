/** Arabic: the editor and the words of a transaction. */
import type { Words } from '..';

export const entry: Words = {
  'account_kind.bank': 'حسابات مصرفية',
  'account_kind.card': 'بطاقات',
  'account_kind.cash': 'نقد',
  'account_kind.investment': 'استثمارات',
  'account_kind.loan': 'قروض',
  'account_kind.savings': 'مدخرات',

  'account_type.bank': 'حساب مصرفي',
  'account_type.card': 'بطاقة',
  'account_type.cash': 'نقد',
  'account_type.investment': 'استثمار',
  'account_type.loan': 'قرض',
  'account_type.savings': 'حساب توفير',

  'editor.add': 'معاملة جديدة',
  'editor.discard': 'البدء من جديد',
  'editor.edit': 'تعديل المعاملة',
  'editor.kept': 'حُفظت كمسودة',
  'editor.label': 'معاملة',
  'editor.opening': 'يُفتح دفترك الآن. يمكنك الكتابة من الآن.',
  'editor.restored': 'عادت مسودتك.',

  'field.account': 'الحساب',
  'field.account_kind': 'النوع',
  'field.amount': 'المبلغ',
  'field.amount_minor': 'المبلغ',
  'field.archived': 'مؤرشف',
  'field.category': 'الفئة',
  'field.colour': 'اللون',
  'field.currency': 'العملة',
  'field.day': 'التاريخ',
  'field.icon': 'الرمز',
  'field.kind': 'النوع',
  'field.name': 'الاسم',
  'field.note': 'ملاحظة',
  'field.opening_minor': 'الرصيد الافتتاحي',
  'field.payee': 'الجهة',
  'field.reconciled': 'مطابَق',
  'field.tag': 'وسم',
  'field.tags': 'وسوم',
  'field.time': 'الوقت',
  'field.to_amount_minor': 'يصل',

  'keypad.back': 'حذف آخر رقم',
  'keypad.decimal': 'الفاصلة العشرية',
  'keypad.divide': 'قسمة',
  'keypad.impossible': 'لا نتيجة لهذا',
  'keypad.label': 'لوحة الأرقام',
  'keypad.minus': 'ناقص',
  'keypad.plus': 'زائد',
  'keypad.times': 'ضرب',

  'kind.expense': 'مصروف',
  'kind.expenses': 'المصروفات',
  'kind.income': 'دخل',
  'kind.transfer': 'تحويل',
  'kind.transfers': 'التحويلات',

  'split.add': 'إضافة جزء',
  'split.amount_of': 'مبلغ {name}',
  'split.begin': 'تقسيم على فئات',
  'split.complete': 'المجموع مطابق',
  'split.over': '{amount} زيادة',
  'split.remove': 'إزالة الجزء {number}',
  'split.rest': 'يتبقى {amount}',

  'tag.remove': 'إزالة الوسم {name}',

  'transaction.gone': 'لم تعد هذه المعاملة موجودة.',
  'transaction.split_of': { zero: 'بلا فئات', one: 'فئة واحدة', two: 'فئتان', few: '{count} فئات', many: '{count} فئة', other: '{count} فئة' },

  'transfer.arrives': 'يصل',
  'transfer.from': 'من',
  'transfer.swap': 'تبديل الحسابين',
  'transfer.to': 'إلى',

  'word.no': 'لا',
  'word.yes': 'نعم'
};
