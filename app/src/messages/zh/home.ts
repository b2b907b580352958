/** Chinese (simplified): home: its cards, the greeting, what comes, and what is unusual. */
import type { Words } from '..';

export const home: Words = {
  'action.hide': '隐藏{name}',
  'action.show': '显示{name}',

  'card.all_spending': '全部支出',
  'card.budget': '最紧的预算',
  'card.budget_left': '{name}：{amount} 中的剩余',
  'card.budget_over': '{name}：超出 {amount}',
  'card.change': '最大变化',
  'card.change_against': '{name}，对比{days}',
  'card.share_of': '{name}，{share}',
  'card.top_category': '最大分类',

  'greeting.afternoon': '下午好',
  'greeting.afternoon_to': '下午好，{name}',
  'greeting.evening': '晚上好',
  'greeting.evening_to': '晚上好，{name}',
  'greeting.morning': '早上好',
  'greeting.morning_to': '早上好，{name}',

  'home.cards_hidden': '未显示',
  'home.cards_shown': '显示',
  'home.show_more': { other: '再显示 {count} 项' },

  'unusual.amount': '通常约 {usual}，这次 {amount}',
  'unusual.dismiss': '忽略{name}',
  'unusual.dismissed': '已忽略',
  'unusual.every_month': '每月一次，约 {usual}。预计{day}。',
  'unusual.every_quarter': '每三个月一次，约 {usual}。预计{day}。',
  'unusual.every_week': '每周一次，约 {usual}。预计{day}。',
  'unusual.every_year': '每年一次，约 {usual}。预计{day}。',
  'unusual.missing': '缺少',
  'unusual.title': '异常',

  'upcoming.title': '即将到来'
};
