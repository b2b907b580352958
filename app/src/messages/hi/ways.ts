/** Hindi. Providers, passkeys and the list of ways in. */
import type { Words } from '..';

export const words: Words = {
  'ways.add': 'जोड़ें',
  'ways.add_passkey': 'इस डिवाइस के लिए पासकी',
  'ways.add_title': 'एक और तरीका जोड़ें',
  'ways.added': 'जुड़ गया',
  'ways.again': 'साइन इन पर वापस',
  'ways.broken': 'वहाँ साइन-इन नहीं हो पाया। फिर से कोशिश करें।',
  'ways.confirm': 'पुष्टि करें कि यह आप ही हैं',
  'ways.confirm_text': 'अपना पासवर्ड लिखें, फिर आगे बढ़ेगा।',
  'ways.continue': '{name} से जारी रखें',
  'ways.denied': 'वहाँ रद्द कर दिया गया। कुछ नहीं बदला।',
  'ways.failed': 'यह नहीं हो पाया',
  'ways.finishing': 'आपको साइन इन किया जा रहा है …',
  'ways.key': 'पासकी',
  'ways.late': 'इस साइन-इन में बहुत समय लगा या यह पहले ही इस्तेमाल हो चुका है। फिर से शुरू करें।',
  'ways.name': 'पासकी का नाम',
  'ways.never': 'अभी तक इस्तेमाल नहीं हुआ',
  'ways.offline': 'साइन इन के तरीकों की सूची के लिए कनेक्शन चाहिए।',
  'ways.only': 'अंदर आने का एकमात्र तरीका',
  'ways.or': 'या',
  'ways.passkey': 'पासकी से साइन इन करें',
  'ways.password': 'पासवर्ड',
  'ways.phone': 'फ़ोन',
  'ways.remove': 'हटाएँ',
  'ways.remove_text': 'अब इससे कोई साइन इन नहीं कर पाएगा। जहाँ आप साइन इन हैं, वहाँ बने रहेंगे।',
  'ways.remove_title': 'साइन इन का यह तरीका हटाएँ?',
  'ways.text': 'इनमें से किसी से भी आप अंदर आ सकते हैं। दो होना ज़्यादा सुरक्षित है।',
  'ways.title': 'साइन इन के तरीके',
  'ways.used': 'पिछली बार {when}'
};
