/** Arabic: photos and documents of transactions. */
import type { Words } from '..';

export const receipts: Words = {
  'filter.with_receipt': 'مع إيصال',

  'receipt.add': 'إضافة إيصال',
  'receipt.away': 'ليس على هذا الجهاز بعد',
  'receipt.away_text': 'يُحضر حين يمكن الوصول إلى الخادم.',
  'receipt.bytes_kb': '{size} ك.ب',
  'receipt.bytes_mb': '{size} م.ب',
  'receipt.camera': 'التقاط صورة',
  'receipt.choose': 'صورة أو PDF',
  'receipt.deleted': 'حُذف الإيصال',
  'receipt.document': 'مستند PDF',
  'receipt.drop': 'أفلته هنا',
  'receipt.fetching': 'جارٍ الإحضار …',
  'receipt.kept': {
    zero: 'لا إيصالات',
    one: 'محفوظ هنا وسيُرفع',
    two: 'اثنان محفوظان هنا وسيُرفعان',
    few: '{count} محفوظة هنا وستُرفع',
    many: '{count} محفوظة هنا وستُرفع',
    other: '{count} محفوظة هنا وستُرفع'
  },
  'receipt.local': 'محفوظ على هذا الجهاز',
  'receipt.missing': 'لم يرفعه بعد الجهاز الذي هو عليه.',
  'receipt.next': 'الإيصال التالي',
  'receipt.offline': 'أنت دون اتصال.',
  'receipt.open': 'فتح {name}',
  'receipt.open_document': 'فتح المستند',
  'receipt.place': '{number} من {count}',
  'receipt.preparing': 'جارٍ التجهيز …',
  'receipt.previous': 'الإيصال السابق',
  'receipt.refused': 'لم يقبله الخادم. إنه على هذا الجهاز فقط.',
  'receipt.remove': 'إزالة {name}',
  'receipt.retry': 'المحاولة مجددًا',
  'receipt.save': 'حفظ نسخة',
  'receipt.shown': 'إيصال',
  'receipt.title': 'الإيصالات',
  'receipt.zoom_in': 'تكبير',
  'receipt.zoom_out': 'تصغير',

  'sync.files': {
    zero: 'لا إيصالات للرفع.',
    one: 'إيصال واحد محفوظ هنا وسيُرفع.',
    two: 'إيصالان محفوظان هنا وسيُرفعان.',
    few: '{count} إيصالات محفوظة هنا وستُرفع.',
    many: '{count} إيصالًا محفوظة هنا وستُرفع.',
    other: '{count} إيصال محفوظة هنا وستُرفع.'
  }
};
