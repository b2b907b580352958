/** Arabic. Providers, passkeys and the list of ways in. */
import type { Words } from '..';

export const words: Words = {
  'ways.add': 'إضافة',
  'ways.add_passkey': 'مفتاح مرور لهذا الجهاز',
  'ways.add_title': 'إضافة طريقة أخرى',
  'ways.added': 'أُضيفت',
  'ways.again': 'العودة إلى تسجيل الدخول',
  'ways.broken': 'لم ينجح تسجيل الدخول هناك. حاول مرة أخرى.',
  'ways.confirm': 'أكّد أنه أنت',
  'ways.confirm_text': 'أدخل كلمة المرور لنتابع.',
  'ways.continue': 'المتابعة باستخدام {name}',
  'ways.denied': 'أُلغي الأمر هناك. لم يتغيّر شيء.',
  'ways.failed': 'لم ينجح ذلك',
  'ways.finishing': 'جارٍ تسجيل دخولك …',
  'ways.key': 'مفتاح مرور',
  'ways.late': 'استغرق تسجيل الدخول هذا وقتًا طويلًا أو استُخدم من قبل. ابدأ من جديد.',
  'ways.name': 'اسم مفتاح المرور',
  'ways.never': 'لم يُستخدم بعد',
  'ways.offline': 'تحتاج قائمة طرق الدخول إلى اتصال.',
  'ways.only': 'الطريقة الوحيدة للدخول',
  'ways.or': 'أو',
  'ways.passkey': 'الدخول بمفتاح مرور',
  'ways.password': 'كلمة المرور',
  'ways.phone': 'الهاتف',
  'ways.remove': 'إزالة',
  'ways.remove_text': 'لن يدخل بها أحد بعد الآن. حيث سجّلت دخولك تبقى مسجّلًا.',
  'ways.remove_title': 'إزالة طريقة الدخول هذه؟',
  'ways.text': 'أي واحدة منها تكفي للدخول. وجود اثنتين أكثر أمانًا.',
  'ways.title': 'طرق تسجيل الدخول',
  'ways.used': 'آخر استخدام {when}'
};
