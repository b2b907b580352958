/** Arabic: what a phone or a browser says outside of the page. */
import type { Words } from '..';

export const words: Words = {
  'shell.about': 'أموالك، على جهازك وعلى خادمك.',
  'shell.add': 'إضافة مصروف',
  'shell.camera': 'لتصوير إيصال إحدى المعاملات.',
  'shell.face': 'لفتح قفل التطبيق بوجهك.',
  'shell.pictures': 'لاختيار صورة إيصال إحدى المعاملات.',
  'shell.transactions': 'المعاملات'
};
