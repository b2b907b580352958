/** The whole book as a file, made on this device: works without a network. */
import { exponent } from '$src/kernel/money';
import { outlay, type Before, type TransactionView } from '$src/outlay';
import { csv, type Cell } from '../charts/table';
import { today } from '../format';

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

/** When this device last saved a backup: a day, or null. */
const SAVED = 'outlay.backup';
export const lastBackup = (): string | null => localStorage.getItem(SAVED);

/** Everything as it is stored, for `restore`; amounts are integers of minor units, whose decimals are listed too. */
export async function exportJson(onpage: (count: number) => void): Promise<string> {
  const { entities, ...head } = await outlay.query('keptHead', {});
  const lists: Record<string, Record<string, unknown>[]> = {};
  let count = 0;
  for (const entity of entities) {
    const rows: Record<string, unknown>[] = (lists[entity] = []);
    for (;;) {
      const page = await outlay.query('kept', { entity, after: String(rows.at(-1)?.['id'] ?? ''), limit: PAGE });
      rows.push(...page);
      if (entity === 'transaction') onpage((count += page.length));
      if (page.length < PAGE) break;
    }
  }
  const currencies = [...new Set((lists['account'] ?? []).map((account) => String(account['currency'])))];
  const decimals = Object.fromEntries(currencies.map((code) => [code, exponent(code)]));
  localStorage.setItem(SAVED, today());
  return JSON.stringify({ ...head, saved_day: today(), decimals, ...lists }, null, 1);
}
