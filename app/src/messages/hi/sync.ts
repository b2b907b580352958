/** Hindi: what people see of sync: its state, Attention, history, what is unsent. */
import type { Words } from '..';

export const sync: Words = {
  'attention.choice_discard': 'जाने दें',
  'attention.choice_keep': 'जैसा है रहने दें',
  'attention.choice_restore': 'वापस लाएँ',
  'attention.choice_retry': 'फिर कोशिश करें',
  'attention.choice_use_other': 'दूसरा लें',
  'attention.deleted_by': 'हटाया: {who} · {when}',
  'attention.deleted_over_edit': 'यहाँ हटाया, कहीं और बदला',
  'attention.done_discard': 'जाने दिया',
  'attention.done_keep': 'जैसा था रखा',
  'attention.done_restore': 'वापस लाया गया',
  'attention.done_retry': 'फिर भेजा जाएगा',
  'attention.done_use_other': 'दूसरा रूप लिया गया',
  'attention.edit_on_deleted': 'यहाँ बदला, कहीं और हटाया',
  'attention.edit': 'बदलकर फिर कोशिश करें',
  'attention.field': 'फ़ील्ड',
  'attention.kept': 'अभी',
  'attention.none': 'आपके लिए कुछ बाकी नहीं',
  'attention.none_text': 'जब दो डिवाइस एक ही चीज़ बदलते हैं, तो दोनों रूप यहाँ दिखते हैं।',
  'attention.other': 'दूसरा',
  'attention.overwritten': 'दो डिवाइस पर बदला',
  'attention.parked': 'सर्वर अभी इसे नहीं ले सका',
  'attention.refused': 'सर्वर ने इसे नहीं लिया ({code})।',
  'attention.rejected': 'सर्वर ने इसे नहीं लिया',
  'attention.text': 'एक ही चीज़ के दो रूप, या ऐसा बदलाव जो नहीं लिया गया। जो छूट गया वह यहाँ मिलता है।',
  'attention.title': 'ध्यान दें',

  'bare.begin': 'बही तैयार करें',
  'bare.text': 'यह किसी और डिवाइस पर शुरू हुई थी, जिसने अब तक कुछ नहीं भेजा है। वह डिवाइस आपके पास है, तो नेटवर्क के साथ उस पर Outlay खोलें। वह नहीं रहा, तो बही यहीं तैयार करें।',
  'bare.title': 'इस बही का अभी कुछ नहीं आया है',

  'entity.account': 'एक खाता',
  'entity.category': 'एक श्रेणी',
  'entity.payee': 'एक प्राप्तकर्ता',
  'entity.rate': 'एक दर',
  'entity.settings': 'बही की सेटिंग',
  'entity.tag': 'एक टैग',
  'entity.transaction': 'एक लेन-देन',

  'failed.coming': 'आपकी बही आ रही है। आप अभी से खर्च जोड़ सकते हैं।',
  'failed.text': 'यह अभी पढ़ा नहीं जा सका। कुछ भी नहीं बदला।',

  'history.away': 'अभी उपलब्ध नहीं',
  'history.away_text': 'पिछले 30 दिनों में यहाँ कुछ नहीं बदला गया। उससे पहले और कहीं और जो हुआ, वह सर्वर रखता है।',
  'history.change': '{before} → {after}',
  'history.create': 'जोड़ा गया',
  'history.delete': 'हटाया गया',
  'history.offline': 'पुराने बदलाव और दूसरों के बदलाव देखने के लिए नेटवर्क चाहिए।',
  'history.restore': 'वापस लाया गया',
  'history.set': 'बदला गया',
  'history.title': 'इतिहास',
  'history.undo': 'यह वापस लें',

  'partial.here': 'आपकी बही अभी लाई जा रही है: जोड़ अभी पूरे नहीं हैं।',
  'partial.server': 'आपकी बही अभी लाई जा रही है: ये जोड़ सर्वर ने निकाले हैं।',

  'role.editor': 'आप बदल सकते हैं',
  'role.owner': 'आपकी',
  'role.viewer': 'आप देख सकते हैं',

  'sync.attention': { one: '{count} चीज़ पर ध्यान दें', other: '{count} चीज़ों पर ध्यान दें' },
  'sync.book_deleted': {
    zero: 'यह बही कहीं और हटाई गई।',
    one: 'यह बही कहीं और हटाई गई। यहाँ का {count} बदलाव नहीं भेजा गया।',
    other: 'यह बही कहीं और हटाई गई। यहाँ के {count} बदलाव नहीं भेजे गए।'
  },
  'sync.conflicted': 'दो रूप',
  'sync.device_revoked': {
    zero: 'इस डिवाइस को इस बही से साइन आउट कर दिया गया।',
    one: 'इस डिवाइस को इस बही से साइन आउट कर दिया गया। यहाँ का {count} बदलाव नहीं भेजा गया।',
    other: 'इस डिवाइस को इस बही से साइन आउट कर दिया गया। यहाँ के {count} बदलाव नहीं भेजे गए।'
  },
  'sync.error': 'अभी सिंक नहीं हो रहा। सब कुछ यहाँ सुरक्षित है।',
  'sync.hydrating': 'आपकी बही लाई जा रही है …',
  'sync.hydrating_share': 'आपकी बही लाई जा रही है: {share}%',
  'sync.local': 'केवल इस डिवाइस पर',
  'sync.needs_sign_in': { zero: 'सिंक करने के लिए साइन इन करें', one: '{count} बदलाव भेजने के लिए साइन इन करें', other: '{count} बदलाव सिंक करने के लिए साइन इन करें' },
  'sync.offline': 'ऑफ़लाइन। सब कुछ चलता है।',
  'sync.offline_unsent': {
    one: 'ऑफ़लाइन। {count} बदलाव यहाँ सहेजा है और नेटवर्क का इंतज़ार है।',
    other: 'ऑफ़लाइन। {count} बदलाव यहाँ सहेजे हैं और नेटवर्क का इंतज़ार है।'
  },
  'sync.pending': 'अभी नहीं भेजा',
  'sync.revoked': {
    zero: 'अब आप इस बही को नहीं खोल सकते।',
    one: 'अब आप इस बही को नहीं खोल सकते। यहाँ का {count} बदलाव नहीं भेजा गया।',
    other: 'अब आप इस बही को नहीं खोल सकते। यहाँ के {count} बदलाव नहीं भेजे गए।'
  },
  'sync.saved_here': 'इस डिवाइस पर सहेजा गया',
  'sync.sending': { zero: 'नए बदलाव देखे जा रहे हैं …', one: '{count} बदलाव भेजा जा रहा है …', other: '{count} बदलाव भेजे जा रहे हैं …' },
  'sync.up_to_date': 'अप टू डेट',
  'sync.up_to_date_since': 'अप टू डेट, {when}',
  'sync.upgrade': {
    zero: 'सिंक करने के लिए नया ऐप चाहिए।',
    one: 'यहाँ सहेजा गया। {count} बदलाव भेजने के लिए नया ऐप चाहिए।',
    other: 'यहाँ सहेजा गया। {count} बदलाव भेजने के लिए नया ऐप चाहिए।'
  },

  'unsent.anew': 'बही को फिर से खोलने के लिए पहले उसे यहाँ से हटाएँ।',
  'unsent.keep': { one: '{count} बदलाव फ़ाइल में सहेजें', other: '{count} बदलाव फ़ाइल में सहेजें' },
  'unsent.known': { one: 'इस फ़ाइल का बदलाव पहले से है', other: 'इस फ़ाइल के {count} बदलाव पहले से हैं' },
  'unsent.not_a_file': 'यह न भेजे गए बदलावों की फ़ाइल नहीं है।',
  'unsent.note': 'बदलाव भेजे जाने पर सुरक्षित होता है। जहाँ यह न हो सके, वह फ़ाइल से जा सकता है, जो एन्क्रिप्टेड नहीं है।',
  'unsent.remove': 'इस डिवाइस से यह बही हटाएँ',
  'unsent.remove_now': 'हटाएँ',
  'unsent.remove_text': 'इस बही का सब कुछ इस डिवाइस से हटेगा।',
  'unsent.remove_unsent': {
    one: 'इस बही का सब कुछ इस डिवाइस से हटेगा, {count} न भेजे गए बदलाव सहित। पहले उसे फ़ाइल में सहेजें।',
    other: 'इस बही का सब कुछ इस डिवाइस से हटेगा, {count} न भेजे गए बदलावों सहित। पहले उन्हें फ़ाइल में सहेजें।'
  },
  'unsent.take': 'बदलावों की फ़ाइल लाएँ',
  'unsent.take_text': 'जो दूसरा डिवाइस नहीं भेज सका। कुछ भी दो बार नहीं जुड़ता।',
  'unsent.taken': { one: '{count} बदलाव लाया गया', other: '{count} बदलाव लाए गए' },
  'unsent.title': 'न भेजे गए बदलाव',

  'update.ready': 'नया संस्करण तैयार है',
  'update.take': 'फिर शुरू करें',

  'who.deleted': 'जिसने अपना खाता मिटा दिया',
  'who.device': '{name} पर',
  'who.import': 'आयात से',
  'who.on': '{who}, {where}',
  'who.other_device': 'दूसरे डिवाइस पर',
  'who.program': 'दूसरे प्रोग्राम से',
  'who.somebody': 'कोई और',
  'who.this_device': 'इस डिवाइस पर',
  'who.you': 'आप'
};
