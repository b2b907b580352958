/** Hindi: first steps: the sample book, hints that are shown once, the language. */
import type { Words } from '..';

export const hints: Words = {
  'first.sample': 'नमूना डेटा के साथ देखें',
  'first.sample_text': 'एक घर के सौ दिन। एक टैप में हट जाता है।',

  'hint.dismiss': 'ठीक है',
  'hint.keys': 'सभी कीबोर्ड शॉर्टकट के लिए ? दबाएँ।',
  'hint.period': 'पिछली या अगली अवधि के लिए एक ओर सरकाएँ।',
  'hint.stats': 'किसी टुकड़े या स्तंभ पर टैप करें और देखें कि उसके पीछे क्या है।',
  'hint.swipe': 'पंक्ति को सरकाकर बदलें या हटाएँ। कई चुनने के लिए दबाए रखें।',

  'language.browser': 'ब्राउज़र जैसी',
  'language.note': 'इस डिवाइस पर रखा जाता है। अंक और तारीखें आपके क्षेत्र के अनुसार।',

  'sample.remove': 'नमूना डेटा हटाएँ',
  'sample.removed': 'नमूना डेटा हटाया गया',
  'sample.text': 'आराम से देखें। इसे हटाने पर आपकी अपनी प्रविष्टियाँ रहेंगी।',
  'sample.title': 'यह नमूना डेटा है',

  'settings.language': 'भाषा'
};
