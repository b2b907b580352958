/** Arabic: first steps: the sample book, hints that are shown once, the language. */
import type { Words } from '..';

export const hints: Words = {
  'first.sample': 'اطّلع ببيانات تجريبية',
  'first.sample_text': 'مئة يوم من حياة أسرة. تُزال بلمسة.',

  'hint.dismiss': 'فهمت',
  'hint.keys': 'اضغط ? لكل اختصارات لوحة المفاتيح.',
  'hint.period': 'اسحب جانبًا إلى الفترة السابقة أو التالية.',
  'hint.stats': 'المس شريحة أو عمودًا لترى ما وراءه.',
  'hint.swipe': 'اسحب صفًا لتعديله أو حذفه، واضغط مطولًا لتحديد عدة صفوف.',

  'language.browser': 'كالمتصفح',
  'language.note': 'تُحفظ على هذا الجهاز. تتبع الأرقام والتواريخ منطقتك.',

  'sample.remove': 'إزالة البيانات التجريبية',
  'sample.removed': 'أُزيلت البيانات التجريبية',
  'sample.text': 'اطّلع كما تشاء. تبقى قيودك أنت حين تزيلها.',
  'sample.title': 'هذه بيانات تجريبية',

  'settings.language': 'اللغة'
};
