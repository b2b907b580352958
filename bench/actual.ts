// A device of Actual Budget under Node, by its own @actual-app/api: one budget, one process.
//
//   node bench/actual.ts API_MODULE SERVER_PORT PASSWORD DATA_FOLDER
import { readFileSync, writeFileSync } from 'node:fs';
import { cpu_s, now_ns, obey, timed } from './lines.ts';

interface Row {
  account: number;
  date: string;
  amount: number;
  payee: number | null;
  category: number | null;
  notes: string | null;
  to: number | null;
  parts: { category: number; amount: number }[];
}

interface Book {
  accounts: string[];
  categories: string[];
  payees: string[];
  rows: Row[];
}

// What the API exports; its types come with it and are not installed with the app.
type Api = Record<string, (...values: unknown[]) => Promise<never>> & {
  getAccounts(): Promise<{ id: string; name: string }[]>;
  getCategories(): Promise<{ id: string; name: string }[]>;
  getPayees(): Promise<{ id: string; name: string; transfer_acct?: string }[]>;
  getBudgets(): Promise<{ id?: string; cloudFileId?: string; groupId?: string; name: string }[]>;
  importTransactions(account: string, rows: unknown[]): Promise<{ added: string[]; errors?: unknown[] }>;
  q(table: string): { calculate(expression: unknown): unknown };
};

const [module = '', port = '', password = '', folder = ''] = process.argv.slice(2);
const api = ((found: { default?: Api }) => ('init' in found ? (found as Api) : found.default!))(await import(module));
const book = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Book;

/** The ids that this budget has given to what the book numbers. */
async function ids(names: Book) {
  const [accounts, categories, payees] = [await api.getAccounts(), await api.getCategories(), await api.getPayees()];
  const by = (rows: { id: string; name: string }[]) => new Map(rows.map(({ id, name }) => [name, id]));
  const found = { accounts: by(accounts), categories: by(categories), payees: by(payees) };
  const transfers = new Map(payees.map(({ id, transfer_acct }) => [transfer_acct, id]));
  const id = (kind: keyof typeof found, number: number | null) => (number === null ? undefined : found[kind].get(names[kind][number]!));
  return { id, transfer: (number: number) => transfers.get(id('accounts', number)) };
}

/** The rows of each account as the API takes them: a transfer is a payment to the payee of the other account. */
async function byAccount(names: Book, rows: Row[]): Promise<Map<string, unknown[]>> {
  const { id, transfer } = await ids(names);
  const found = new Map<string, unknown[]>();
  for (const { account, date, amount, payee, category, notes, to, parts } of rows) {
    const whole = parts.length < 2;
    const row = {
      date, amount, ...(notes === null ? {} : { notes }),
      payee: to === null ? id('payees', payee) : transfer(to),
      ...(whole ? { category: id('categories', category) } : { subtransactions: parts.map((part) => ({ amount: part.amount, category: id('categories', part.category) })) })
    };
    const key = id('accounts', account)!;
    const list = found.get(key);
    if (list) list.push(row);
    else found.set(key, [row]);
  }
  return found;
}

const syncId = async (name: string) => (await api.getBudgets()).find((budget) => budget.id && budget.name === name)!.groupId;

await obey({
  /** Signs in; the API starts a whole app. */
  async start() {
    await api.init!({ dataDir: folder, serverURL: `http://127.0.0.1:${port}`, password, verbose: false });
    return { version: await api.getServerVersion!() };
  },
  /** A new budget with accounts, categories and payees, and `count` transactions through `addTransactions`, as an
   *  importer makes it: within `runImport`, which writes no messages of sync and uploads the file at the end. */
  async fill({ name, path, first, count }) {
    const names = book(path);
    let found = { seconds: 0, cpu: 0 };
    await api.runImport!(name, async () => {
      const group = await api.createCategoryGroup!({ name: 'Household' });
      for (const category of names.categories) await api.createCategory!({ name: category, group_id: group });
      for (const account of names.accounts) await api.createAccount!({ name: account }, 100_000);
      for (const payee of names.payees) await api.createPayee!({ name: payee });
      const rows = await byAccount(names, names.rows.slice(first, first + count));
      found = await timed(async () => {
        for (const [account, list] of rows) await api.addTransactions!(account, list, {});
      });
    });
    return { ...found, sync_id: await syncId(name) };
  },
  /** The open budget as a file. */
  async export({ path }) {
    writeFileSync(path, await api.exportBudget!());
  },
  /** A file as a new budget, which is uploaded. */
  async load({ path }) {
    const { id } = (await api.importBudget!(path, { type: 'actual' })) as { id: string };
    const budgets = await api.getBudgets();
    return { sync_id: budgets.find((budget) => budget.id === id)!.groupId };
  },
  /** Rows of a bank's statement through `importTransactions`, a call for each account, then sent. */
  async import({ path, first, count }) {
    const names = book(path);
    const rows = await byAccount(names, names.rows.slice(first, first + count));
    const { value, seconds, cpu } = await timed(async () => {
      let added = 0;
      for (const [account, list] of rows) {
        const found = await api.importTransactions(account, list);
        if (found.errors?.length) throw new Error(JSON.stringify(found.errors).slice(0, 500));
        added += found.added.length;
      }
      await api.sync!();
      return added;
    });
    return { added: value, seconds, cpu };
  },
  /** New transactions, added together and sent. */
  async add({ count }) {
    const [account] = await api.getAccounts();
    const rows = Array.from({ length: count }, (_, n) => ({ date: '2026-01-15', amount: -(100 + n), notes: 'lunch with Anna' }));
    const { seconds, cpu } = await timed(async () => {
      await api.addTransactions!(account!.id, rows, {});
      await api.sync!();
    });
    return { seconds, cpu };
  },
  /** A budget that this device has not. */
  async download({ sync_id }) {
    const { seconds, cpu } = await timed(() => api.downloadBudget!(sync_id));
    return { seconds, cpu };
  },
  async sync() {
    const { seconds, cpu } = await timed(() => api.sync!());
    return { seconds, cpu };
  },
  async count() {
    const { data } = (await api.aqlQuery!(api.q('transactions').calculate({ $count: '$id' }))) as { data: number };
    return { count: data };
  },
  async usage() {
    return { cpu: cpu_s(), rss: process.memoryUsage().rss, at_ns: now_ns() };
  }
});
