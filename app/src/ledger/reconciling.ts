/** Agreeing an account with a statement of its bank: what is open up to a day, and the change that marks it. */
import type { CommandArgs, QueryParams, QueryResult } from '../api.ts';
import { checkSum } from '../kernel/money.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Port } from '../store/port.ts';
import { liveRows, readRow } from '../store/rows.ts';
import type { Op } from './entities.ts';
import { joined } from './views.ts';

/** Entries of one statement; they become one change. */
const MOST = 2000;

/** What an account has up to a day: the sum that is agreed already, and the entries that are not. */
export function reconcilable(port: Port, book_id: string, { account_id, to_day }: QueryParams['reconcilable']): QueryResult['reconcilable'] {
  const account = readRow(port, book_id, 'account', account_id);
  if (!account || account.deleted) throw new Refusal('gone', 'account_id');
  const agreed = port.value<string>(
    `SELECT CAST(COALESCE(SUM(l.amount_minor), 0) AS TEXT) FROM line AS l
     WHERE l.book_id = :book_id AND l.account_id = :account_id AND l.day <= :to_day
       AND l.transaction_id IN (SELECT t.id FROM "transaction" AS t WHERE t.book_id = :book_id AND t.reconciled AND NOT t.deleted)`,
    { book_id, account_id, to_day }
  );
  const open = liveRows(
    port, book_id, 'transaction',
    `AND NOT reconciled AND day <= :to_day AND (account_id = :account_id OR to_account_id = :account_id) ORDER BY day DESC, id DESC LIMIT ${MOST}`,
    { account_id, to_day }
  );
  return {
    agreed_minor: checkSum(account.opening_minor + checkSum(Number(agreed))),
    items: joined(port, book_id, open)
  };
}

/** The statements an account was agreed with, the newest first. */
export function reconciliations(port: Port, book_id: string, { account_id, limit = 20 }: QueryParams['reconciliations']): QueryResult['reconciliations'] {
  return liveRows(port, book_id, 'reconciliation', 'AND account_id = :account_id ORDER BY day DESC, id DESC LIMIT :limit', { account_id, limit });
}

/** The statement and its entries, in one change. Refuses `push_too_large`. */
export function reconciling({ mint }: { mint(): string }, { account_id, day, statement_minor, ids }: CommandArgs['reconcile']): { id: string; ops: Op[] } {
  if (ids.length > MOST) throw new Refusal('push_too_large', 'ids');
  const id = mint();
  const marks = ids.map((transaction): Op => ({ e: 'transaction', id: transaction, k: 'set', f: { reconciled: true } }));
  return { id, ops: [{ e: 'reconciliation', id, k: 'create', f: { account_id, day, statement_minor } }, ...marks] };
}
