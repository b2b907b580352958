/** Chinese (simplified): first steps: the sample book, hints that are shown once, the language. */
import type { Words } from '..';

export const hints: Words = {
  'first.sample': '用示例数据看看',
  'first.sample_text': '一个家庭一百天的账目，一键移除。',

  'hint.dismiss': '知道了',
  'hint.keys': '按 ? 查看所有键盘快捷键。',
  'hint.period': '左右滑动切换到上一或下一期间。',
  'hint.stats': '点按扇形或柱形，查看背后的交易。',
  'hint.swipe': '滑动一行可编辑或删除，长按可选择多笔。',

  'language.browser': '跟随浏览器',
  'language.note': '保存在此设备上。数字和日期按你的地区显示。',

  'sample.remove': '移除示例数据',
  'sample.removed': '已移除示例数据',
  'sample.text': '随便看看。移除时，你自己的记录会保留。',
  'sample.title': '这是示例数据',

  'settings.language': '语言'
};
