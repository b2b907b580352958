/** The whole book as a file, made on this device: works without a network. */
import { exponent } from '$src/kernel/money';
import { outlay, type Before, type TransactionView } from '$src/outlay';
import { csv, type Cell } from '../charts/table';

const PAGE = 500;

/** Every transaction, newest first, page by page; `onpage` hears how many there are so far. */
async function everything(onpage: (count: number) => void): Promise<TransactionView[]> {
  const all: TransactionView[] = [];
  let before: Before | null = null;
  do {
    const page: { items: TransactionView[]; next: Before | null } = await outlay.query('transactions', { before, limit: PAGE });
    all.push(...page.items);
    before = page.next;
    onpage(all.length);
  } while (before);
  return all;
}

const COLUMNS = ['day', 'time', 'kind', 'account', 'amount', 'to account', 'to amount', 'category', 'payee', 'note', 'tags', 'id'];

/** One row per line of a transaction: a split has several, with the same id. */
export async function exportCsv(onpage: (count: number) => void): Promise<string> {
  const rows = (await everything(onpage)).flatMap((item): Cell[][] => {
    const lines = item.lines.length ? item.lines : [{ amount_minor: item.amount_minor, category_name: null }];
    return lines.map((line) => [
      item.day,
      item.time,
      item.kind,
      item.account_name,
      { minor: item.kind === 'income' ? line.amount_minor : -line.amount_minor, currency: item.currency },
      item.to_account_name,
      item.to_amount_minor === null ? null : { minor: item.to_amount_minor, currency: item.to_currency ?? item.currency },
      line.category_name,
      item.payee_name,
      item.note,
      item.tag_names.join(' '),
      item.id
    ]);
  });
  return csv({ columns: COLUMNS, rows });
}

/** Everything as it is stored; amounts are integers of minor units, whose decimals are listed too. */
export async function exportJson(onpage: (count: number) => void): Promise<string> {
  const [settings, accounts, categories, payees, tags, rates] = await Promise.all([
    outlay.query('settings', {}),
    outlay.query('accounts', { archived: true }),
    outlay.query('categories', { archived: true }),
    outlay.query('payees', {}),
    outlay.query('tags', {}),
    outlay.query('rates', {})
  ]);
  const transactions = await everything(onpage);
  const currencies = [...new Set(accounts.map((account) => account.currency))];
  const decimals = Object.fromEntries(currencies.map((code) => [code, exponent(code)]));
  return JSON.stringify({ format: 'outlay-book', decimals, settings, accounts, categories, payees, tags, rates, transactions }, null, 1);
}
