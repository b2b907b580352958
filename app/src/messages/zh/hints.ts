/** Chinese (simplified): first steps: the sample book, hints that are shown once, the language. */
import type { Words } from '..';

export const hints: Words = {
  'language.browser': '跟随浏览器',
  'language.note': '保存在此设备上。数字和日期按你的地区显示。',

  'settings.language': '语言'
};
