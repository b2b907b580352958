/** Chinese (simplified): photos and documents of transactions. */
import type { Words } from '..';

export const receipts: Words = {
  'filter.with_receipt': '有票据',

  'receipt.add': '添加票据',
  'receipt.away': '尚未在此设备上',
  'receipt.away_text': '连上服务器后会自动获取。',
  'receipt.bytes_kb': '{size} kB',
  'receipt.bytes_mb': '{size} MB',
  'receipt.camera': '拍照',
  'receipt.choose': '照片或 PDF',
  'receipt.deleted': '票据已删除',
  'receipt.document': 'PDF 文档',
  'receipt.drop': '拖到这里',
  'receipt.fetching': '正在获取…',
  'receipt.kept': { other: '{count} 张已保存，将上传' },
  'receipt.local': '保存在此设备上',
  'receipt.missing': '保存它的设备还没有上传。',
  'receipt.next': '下一张票据',
  'receipt.offline': '你处于离线状态。',
  'receipt.open': '打开{name}',
  'receipt.open_document': '打开文档',
  'receipt.place': '{number}/{count}',
  'receipt.preparing': '正在准备…',
  'receipt.previous': '上一张票据',
  'receipt.refused': '服务器未接受，仅保存在此设备上。',
  'receipt.remove': '移除{name}',
  'receipt.retry': '重试',
  'receipt.save': '保存副本',
  'receipt.shown': '票据',
  'receipt.title': '票据',
  'receipt.zoom_in': '放大',
  'receipt.zoom_out': '缩小',

  'sync.files': { other: '{count} 张票据已保存，将上传。' }
};
