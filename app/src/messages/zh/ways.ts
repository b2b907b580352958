/** Chinese. Providers, passkeys and the list of ways in. */
import type { Words } from '..';

export const words: Words = {
  'ways.add': '添加',
  'ways.add_passkey': '此设备的通行密钥',
  'ways.add_title': '添加另一种方式',
  'ways.added': '已添加',
  'ways.again': '返回登录',
  'ways.broken': '在那边登录没有成功。请重试。',
  'ways.confirm': '确认是您本人',
  'ways.confirm_text': '输入密码后继续。',
  'ways.continue': '使用 {name} 继续',
  'ways.denied': '在那边取消了。没有任何改动。',
  'ways.failed': '没有成功',
  'ways.finishing': '正在登录 …',
  'ways.key': '通行密钥',
  'ways.late': '这次登录用时过长或已被使用。请重新开始。',
  'ways.name': '通行密钥的名称',
  'ways.never': '尚未使用',
  'ways.offline': '查看登录方式需要网络连接。',
  'ways.only': '唯一的登录方式',
  'ways.or': '或',
  'ways.passkey': '使用通行密钥登录',
  'ways.password': '密码',
  'ways.phone': '电话',
  'ways.remove': '移除',
  'ways.remove_text': '以后无法再用它登录。已登录的设备会保持登录。',
  'ways.remove_title': '要移除这种登录方式吗？',
  'ways.text': '用其中任何一种都可以登录。有两种更安全。',
  'ways.title': '登录方式',
  'ways.used': '上次使用：{when}'
};
