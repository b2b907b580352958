/** Chinese (simplified): the editor and the words of a transaction. */
import type { Words } from '..';

export const entry: Words = {
  'account_kind.bank': '银行账户',
  'account_kind.card': '银行卡',
  'account_kind.cash': '现金',
  'account_kind.investment': '投资',
  'account_kind.loan': '贷款',
  'account_kind.savings': '储蓄',

  'account_type.bank': '银行账户',
  'account_type.card': '银行卡',
  'account_type.cash': '现金',
  'account_type.investment': '投资',
  'account_type.loan': '贷款',
  'account_type.savings': '储蓄账户',

  'editor.add': '记一笔',
  'editor.discard': '重新填写',
  'editor.edit': '编辑交易',
  'editor.kept': '已存为草稿',
  'editor.label': '交易',
  'editor.opening': '正在打开账本，您现在就可以输入。',
  'editor.restored': '草稿已恢复。',

  'field.account': '账户',
  'field.account_kind': '类型',
  'field.amount': '金额',
  'field.amount_minor': '金额',
  'field.archived': '已归档',
  'field.category': '分类',
  'field.colour': '颜色',
  'field.currency': '货币',
  'field.day': '日期',
  'field.icon': '图标',
  'field.kind': '类型',
  'field.name': '名称',
  'field.note': '备注',
  'field.opening_minor': '初始余额',
  'field.payee': '交易对象',
  'field.reconciled': '已对账',
  'field.tag': '标签',
  'field.tags': '标签',
  'field.time': '时间',
  'field.to_amount_minor': '到账',

  'keypad.back': '删除最后一位',
  'keypad.decimal': '小数点',
  'keypad.divide': '除以',
  'keypad.impossible': '无法得出结果',
  'keypad.label': '数字键盘',
  'keypad.minus': '减',
  'keypad.plus': '加',
  'keypad.times': '乘',

  'kind.expense': '支出',
  'kind.expenses': '支出',
  'kind.income': '收入',
  'kind.transfer': '转账',
  'kind.transfers': '转账',

  'split.add': '添加一项',
  'split.amount_of': '{name}的金额',
  'split.begin': '拆分到多个分类',
  'split.complete': '刚好',
  'split.over': '多出 {amount}',
  'split.remove': '移除第 {number} 项',
  'split.rest': '还剩 {amount}',

  'tag.remove': '移除标签 {name}',

  'transaction.gone': '这笔交易已不存在。',
  'transaction.split_of': { other: '{count} 个分类' },

  'transfer.arrives': '到账',
  'transfer.from': '转出',
  'transfer.swap': '交换账户',
  'transfer.to': '转入',

  'word.no': '否',
  'word.yes': '是'
};
