/** How a transaction reads in a list. Pure: a view in, words and signs out. */
import { direction, t } from '$src/messages';
import type { TransactionView } from '$src/outlay';

const OTHER_WAY = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;

export interface Effect {
  minor: number;
  currency: string;
  /** False for a transfer seen from nowhere: money that only moved has no sign. */
  signed: boolean;
}

/** What the transaction does to `account`, or to what the person has when none is named. */
export function effectOn(item: TransactionView, account?: string): Effect {
  if (item.kind === 'expense') return { minor: -item.amount_minor, currency: item.currency, signed: true };
  if (item.kind === 'income') return { minor: item.amount_minor, currency: item.currency, signed: true };
  if (account && account === item.to_account_id)
    return { minor: item.to_amount_minor ?? item.amount_minor, currency: item.to_currency ?? item.currency, signed: true };
  if (account && account === item.account_id)
    return { minor: -item.amount_minor, currency: item.currency, signed: true };
  return { minor: item.amount_minor, currency: item.currency, signed: false };
}

export function categoryWords(item: TransactionView): string {
  if (item.lines.length > 1) return t('transaction.split_of', { count: item.lines.length });
  return item.lines[0]?.category_name ?? t('category.none');
}

export function rowTitle(item: TransactionView): string {
  if (item.payee_name) return item.payee_name;
  if (item.kind === 'transfer') return item.note || t('kind.transfer');
  return item.lines.length === 1 && item.lines[0]?.category_name ? item.lines[0].category_name : item.note || categoryWords(item);
}

/** Cut by pixels, words that run one way among others that run the other lose their beginning: such a name is cut by words. */
export const bothWays = (name: string): boolean => OTHER_WAY.test(name) && /\p{Script=Latin}/u.test(name);

/**
 * From one to the other as it is read here: no arrow is mirrored, and names of the other direction would change places. A
 * mark of the direction stands before them, each is isolated (Unicode UAX 9).
 */
export function fromTo(from: string, to: string): string {
  const rtl = direction === 'rtl';
  if (!rtl && !OTHER_WAY.test(from + to)) return `${from} → ${to}`;
  return `${rtl ? '\u200f' : '\u200e'}\u2068${from}\u2069 ${rtl ? '←' : '→'} \u2068${to}\u2069`;
}

export function rowDetail(item: TransactionView): string {
  const account = item.account_name ?? t('account.gone');
  if (item.kind === 'transfer') return fromTo(account, item.to_account_name ?? t('account.gone'));
  const title = rowTitle(item);
  const words = [categoryWords(item), account, item.note ?? '', ...item.tag_names.map((name) => `#${name}`)];
  return words.filter((word) => word && word !== title).join(' · ');
}
