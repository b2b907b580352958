/** Hindi: what a phone or a browser says outside of the page. */
import type { Words } from '..';

export const words: Words = {
  'shell.about': 'आपका पैसा, आपके डिवाइस पर और आपके सर्वर पर।',
  'shell.add': 'खर्च जोड़ें',
  'shell.camera': 'किसी लेन-देन की रसीद की फ़ोटो लेने के लिए।',
  'shell.face': 'अपने चेहरे से ऐप लॉक खोलने के लिए।',
  'shell.pictures': 'किसी लेन-देन की रसीद की तस्वीर चुनने के लिए।',
  'shell.transactions': 'लेन-देन'
};
