/** Arabic: the first screens: what is said before a book is open. A plural has one string per form, chosen by `count`. */
import type { Words } from '..';

export const words: Words = {
  'action.back': 'رجوع',
  'action.close': 'إغلاق',
  'action.undo': 'تراجع',

  'day.today': 'اليوم',
  'day.yesterday': 'أمس',

  'error.general': 'لم ينجح ذلك. لم يتغيّر شيء.',

  'language.choose': 'اللغة',

  'missing.name': 'أدخل اسمًا.',

  'period.fiscal': '{from}/{to}',

  'server.change': 'خادم آخر',

  'sign.email': 'البريد الإلكتروني',
  'sign.email_wrong': 'لا يبدو هذا عنوان بريد إلكتروني.',
  'sign.have_account': 'لديك حساب؟',
  'sign.in': 'تسجيل الدخول',
  'sign.in_again': 'حفاظًا على أمانك، أدخل كلمة المرور مرة أخرى. كل شيء ما زال على هذا الجهاز.',
  'sign.in_text': 'يصل دفترك إلى هذا الجهاز ويبقى هنا، حتى دون اتصال.',
  'sign.in_title': 'مرحبًا بعودتك',
  'sign.name': 'اسمك',
  'sign.no_account': 'ليس لديك حساب بعد؟',
  'sign.password': 'كلمة المرور',
  'sign.password_hint': {
    zero: 'حرف واحد على الأقل.',
    one: 'حرف واحد على الأقل.',
    two: 'حرفان على الأقل. والأطول أفضل.',
    few: '{count} أحرف على الأقل. والأطول أفضل.',
    many: '{count} حرفًا على الأقل. والأطول أفضل.',
    other: '{count} حرف على الأقل. والأطول أفضل.'
  },
  'sign.password_short': {
    zero: 'حرف واحد على الأقل.',
    one: 'حرف واحد على الأقل.',
    two: 'حرفان على الأقل.',
    few: '{count} أحرف على الأقل.',
    many: '{count} حرفًا على الأقل.',
    other: '{count} حرف على الأقل.'
  },
  'sign.sending': 'لحظة …',
  'sign.show': 'إظهار كلمة المرور',
  'sign.up': 'إنشاء حساب',
  'sign.up_attach': 'كل ما في دفترك ينتقل معك.',
  'sign.up_text': 'حساب واحد لكل أجهزتك.',
  'sign.up_title': 'أنشئ حسابك',

  'start.begin': 'ابدأ بـ',
  'start.blank': 'دفتر فارغ',
  'start.blank_text': 'الفئات المعتادة ولا شيء غيرها.',
  'start.currency': 'العملة الرئيسية',
  'start.import': 'ملف من مصرفي',
  'start.import_text': 'CSV أو OFX أو QFX. يحتاج إلى حساب.',
  'start.sample': 'بيانات تجريبية',
  'start.sample_text': 'حسابات أسرة للاطلاع. احذفها متى شئت.',
  'start.text': 'كل شيء يبقى على هذا الجهاز. يمكن ربط حساب لاحقًا.',
  'start.title': 'دفترك الأول',
  'start.working': 'جارٍ تجهيز دفترك …',

  'time.just_now': 'الآن',

  'toast.undone': 'تم التراجع',

  'welcome.fast': 'مصروف في ثلاث ثوانٍ.',
  'welcome.offline': 'كل شيء يعمل دون اتصال.',
  'welcome.private': 'مشفَّر على جهازك، ولك أن تأخذه معك.',
  'welcome.sign_in': 'تسجيل الدخول',
  'welcome.sign_up': 'إنشاء حساب',
  'welcome.text': 'دفتر واحد لكل أموالك، على كل أجهزتك.',
  'welcome.title': 'اعرف أين يذهب مالك.',
  'welcome.without': 'جرّب دون حساب'
};
