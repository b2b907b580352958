/** Hindi: the editor and the words of a transaction. */
import type { Words } from '..';

export const entry: Words = {
  'account_kind.bank': 'बैंक खाते',
  'account_kind.card': 'कार्ड',
  'account_kind.cash': 'नकद',
  'account_kind.investment': 'निवेश',
  'account_kind.loan': 'ऋण',
  'account_kind.savings': 'बचत',

  'account_type.bank': 'बैंक खाता',
  'account_type.card': 'कार्ड',
  'account_type.cash': 'नकद',
  'account_type.investment': 'निवेश',
  'account_type.loan': 'ऋण',
  'account_type.savings': 'बचत खाता',

  'editor.add': 'नया लेन-देन',
  'editor.discard': 'नए सिरे से',
  'editor.edit': 'लेन-देन बदलें',
  'editor.kept': 'ड्राफ़्ट के रूप में रखा गया',
  'editor.label': 'लेन-देन',
  'editor.opening': 'आपकी बही खुल रही है। आप अभी से लिख सकते हैं।',
  'editor.restored': 'आपका ड्राफ़्ट वापस आ गया।',

  'field.account': 'खाता',
  'field.account_kind': 'प्रकार',
  'field.amount': 'राशि',
  'field.amount_minor': 'राशि',
  'field.archived': 'संग्रहित',
  'field.category': 'श्रेणी',
  'field.colour': 'रंग',
  'field.currency': 'मुद्रा',
  'field.day': 'तारीख',
  'field.icon': 'आइकन',
  'field.kind': 'प्रकार',
  'field.name': 'नाम',
  'field.note': 'नोट',
  'field.opening_minor': 'शुरुआती शेष',
  'field.payee': 'प्राप्तकर्ता',
  'field.reconciled': 'मिलान हुआ',
  'field.tag': 'टैग',
  'field.tags': 'टैग',
  'field.time': 'समय',
  'field.to_amount_minor': 'पहुँचेगा',

  'keypad.back': 'आखिरी अंक मिटाएँ',
  'keypad.decimal': 'दशमलव चिह्न',
  'keypad.divide': 'भाग',
  'keypad.impossible': 'इसका कोई परिणाम नहीं',
  'keypad.label': 'कीपैड',
  'keypad.minus': 'घटाएँ',
  'keypad.plus': 'जोड़ें',
  'keypad.times': 'गुणा',

  'kind.expense': 'खर्च',
  'kind.expenses': 'खर्च',
  'kind.income': 'आय',
  'kind.transfer': 'ट्रांसफ़र',
  'kind.transfers': 'ट्रांसफ़र',

  'split.add': 'एक हिस्सा जोड़ें',
  'split.amount_of': '{name} की राशि',
  'split.begin': 'श्रेणियों में बाँटें',
  'split.complete': 'हिसाब पूरा',
  'split.over': '{amount} ज़्यादा',
  'split.remove': 'हिस्सा {number} हटाएँ',
  'split.rest': '{amount} बाकी',

  'tag.remove': 'टैग {name} हटाएँ',

  'transaction.gone': 'यह लेन-देन अब नहीं है।',
  'transaction.split_of': { one: '{count} श्रेणी', other: '{count} श्रेणियाँ' },

  'transfer.arrives': 'पहुँचेगा',
  'transfer.from': 'कहाँ से',
  'transfer.swap': 'खाते अदल-बदल करें',
  'transfer.to': 'कहाँ',

  'word.no': 'नहीं',
  'word.yes': 'हाँ'
};
