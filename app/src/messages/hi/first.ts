/** Hindi: the first screens: what is said before a book is open. A plural has one string per form, chosen by `count`. */
import type { Words } from '..';

export const words: Words = {
  'action.back': 'वापस',
  'action.close': 'बंद करें',
  'action.undo': 'पूर्ववत करें',

  'day.today': 'आज',
  'day.yesterday': 'बीता कल',

  'error.general': 'यह नहीं हो पाया। कुछ भी नहीं बदला।',

  'language.choose': 'भाषा',

  'missing.name': 'नाम लिखें।',

  'period.fiscal': '{from}/{to}',

  'server.change': 'दूसरा सर्वर',

  'sign.email': 'ई-मेल',
  'sign.email_wrong': 'यह ई-मेल पते जैसा नहीं लगता।',
  'sign.have_account': 'पहले से अकाउंट है?',
  'sign.in': 'साइन इन करें',
  'sign.in_again': 'सुरक्षा के लिए पासवर्ड फिर से डालें। सब कुछ अब भी इस डिवाइस पर है।',
  'sign.in_text': 'आपकी बही इस डिवाइस पर आती है और यहीं रहती है, बिना कनेक्शन के भी।',
  'sign.in_title': 'फिर से स्वागत है',
  'sign.name': 'आपका नाम',
  'sign.no_account': 'अभी अकाउंट नहीं है?',
  'sign.password': 'पासवर्ड',
  'sign.password_hint': { one: 'कम से कम {count} अक्षर।', other: 'कम से कम {count} अक्षर। जितना लंबा, उतना अच्छा।' },
  'sign.password_short': { one: 'कम से कम {count} अक्षर।', other: 'कम से कम {count} अक्षर।' },
  'sign.sending': 'एक पल …',
  'sign.show': 'पासवर्ड दिखाएँ',
  'sign.up': 'अकाउंट बनाएँ',
  'sign.up_attach': 'आपकी बही की हर चीज़ साथ आएगी।',
  'sign.up_text': 'आपके सभी डिवाइस के लिए एक अकाउंट।',
  'sign.up_title': 'अपना अकाउंट बनाएँ',

  'start.begin': 'इससे शुरू करें',
  'start.blank': 'खाली बही',
  'start.blank_text': 'केवल आम श्रेणियाँ, और कुछ नहीं।',
  'start.currency': 'मुख्य मुद्रा',
  'start.import': 'मेरे बैंक की फ़ाइल',
  'start.import_text': 'CSV, OFX या QFX। अकाउंट चाहिए।',
  'start.sample': 'नमूना डेटा',
  'start.sample_text': 'देखने के लिए एक घर का हिसाब। कभी भी हटाएँ।',
  'start.text': 'सब कुछ इस डिवाइस पर रहता है। अकाउंट बाद में जोड़ सकते हैं।',
  'start.title': 'आपकी पहली बही',
  'start.working': 'आपकी बही तैयार हो रही है …',

  'time.just_now': 'अभी-अभी',

  'toast.undone': 'पूर्ववत किया गया',

  'welcome.fast': 'तीन सेकंड में एक खर्च।',
  'welcome.offline': 'सब कुछ बिना कनेक्शन के चलता है।',
  'welcome.private': 'आपके डिवाइस पर एन्क्रिप्टेड। साथ ले जाने को आपका।',
  'welcome.sign_in': 'साइन इन करें',
  'welcome.sign_up': 'अकाउंट बनाएँ',
  'welcome.text': 'आपके सारे पैसों की एक बही, आपके हर डिवाइस पर।',
  'welcome.title': 'जानें, पैसा कहाँ जाता है।',
  'welcome.without': 'बिना अकाउंट आज़माएँ'
};
