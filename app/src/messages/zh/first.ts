/** Chinese (simplified): the first screens: what is said before a book is open. A plural has one string per form, chosen by `count`. */
import type { Words } from '..';

export const words: Words = {
  'action.back': '返回',
  'action.close': '关闭',
  'action.undo': '撤销',

  'day.today': '今天',
  'day.yesterday': '昨天',

  'error.general': '操作未成功，没有任何改动。',

  'language.choose': '语言',

  'missing.name': '请输入名称。',

  'period.fiscal': '{from}/{to}',

  'server.change': '换一个服务器',

  'sign.email': '电子邮箱',
  'sign.email_wrong': '这不像一个邮箱地址。',
  'sign.have_account': '已有账号？',
  'sign.in': '登录',
  'sign.in_again': '为了安全，请再次输入密码。所有内容仍在此设备上。',
  'sign.in_text': '账本会下载到此设备并保留在这里，没有网络也能用。',
  'sign.in_title': '欢迎回来',
  'sign.name': '你的名字',
  'sign.no_account': '还没有账号？',
  'sign.password': '密码',
  'sign.password_hint': { other: '至少 {count} 个字符，越长越好。' },
  'sign.password_short': { other: '至少 {count} 个字符。' },
  'sign.sending': '请稍候…',
  'sign.show': '显示密码',
  'sign.up': '注册',
  'sign.up_attach': '账本里的一切都会保留。',
  'sign.up_text': '一个账号，所有设备通用。',
  'sign.up_title': '注册账号',

  'start.begin': '从哪里开始',
  'start.blank': '空白账本',
  'start.blank_text': '只有常用分类。',
  'start.currency': '主要货币',
  'start.import': '银行文件',
  'start.import_text': 'CSV、OFX 或 QFX，需要账号。',
  'start.sample': '示例数据',
  'start.sample_text': '一个家庭的账目，随便看看，可随时删除。',
  'start.text': '一切都留在此设备上，以后可以再注册账号。',
  'start.title': '你的第一个账本',
  'start.working': '正在准备账本…',

  'time.just_now': '刚刚',

  'toast.undone': '已撤销',

  'welcome.fast': '三秒记一笔。',
  'welcome.offline': '没有网络也全部可用。',
  'welcome.private': '在你的设备上加密，随时带走。',
  'welcome.sign_in': '登录',
  'welcome.sign_up': '注册',
  'welcome.text': '一个账本管好所有的钱，每台设备都能用。',
  'welcome.title': '清楚每一笔钱的去向。',
  'welcome.without': '不注册，先试用'
};
