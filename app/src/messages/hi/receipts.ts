/** Hindi: photos and documents of transactions. */
import type { Words } from '..';

export const receipts: Words = {
  'filter.with_receipt': 'रसीद के साथ',

  'receipt.add': 'रसीद जोड़ें',
  'receipt.away': 'अभी इस डिवाइस पर नहीं',
  'receipt.away_text': 'सर्वर मिलते ही लाई जाएगी।',
  'receipt.bytes_kb': '{size} kB',
  'receipt.bytes_mb': '{size} MB',
  'receipt.camera': 'फ़ोटो लें',
  'receipt.choose': 'फ़ोटो या PDF',
  'receipt.deleted': 'रसीद हटाई गई',
  'receipt.document': 'PDF दस्तावेज़',
  'receipt.drop': 'यहाँ छोड़ें',
  'receipt.fetching': 'लाई जा रही है …',
  'receipt.kept': { one: 'यहाँ रखी है, अपलोड होगी', other: '{count} यहाँ रखी हैं और अपलोड होंगी' },
  'receipt.local': 'इस डिवाइस पर रखी है',
  'receipt.missing': 'जिस डिवाइस पर है उसने अभी अपलोड नहीं की।',
  'receipt.next': 'अगली रसीद',
  'receipt.offline': 'आप ऑफ़लाइन हैं।',
  'receipt.open': '{name} खोलें',
  'receipt.open_document': 'दस्तावेज़ खोलें',
  'receipt.place': '{count} में से {number}',
  'receipt.preparing': 'तैयार हो रही है …',
  'receipt.previous': 'पिछली रसीद',
  'receipt.refused': 'सर्वर ने नहीं ली। यह केवल इस डिवाइस पर है।',
  'receipt.remove': '{name} हटाएँ',
  'receipt.retry': 'फिर कोशिश करें',
  'receipt.save': 'प्रति सहेजें',
  'receipt.shown': 'रसीद',
  'receipt.title': 'रसीदें',
  'receipt.zoom_in': 'बड़ा',
  'receipt.zoom_out': 'छोटा',

  'sync.files': { one: '{count} रसीद यहाँ रखी है और अपलोड होगी।', other: '{count} रसीदें यहाँ रखी हैं और अपलोड होंगी।' }
};
