/** Chinese: what a phone or a browser says outside of the page. */
import type { Words } from '..';

export const words: Words = {
  'shell.about': '你的钱，在你的设备上，也在你的服务器上。',
  'shell.add': '记支出',
  'shell.camera': '用于拍摄交易的票据。',
  'shell.face': '用于通过面容打开应用锁。',
  'shell.pictures': '用于选择交易票据的图片。',
  'shell.transactions': '交易'
};
