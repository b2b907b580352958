/**
 * Several transactions changed at once: what each of them can take, as operations of one change. A row that cannot
 * take it stays as it is, so that one transfer among a hundred does not stop the other ninety-nine.
 */
import type { BulkFields, CommandArgs } from '../api.ts';
import { limit } from '../kernel/limits.ts';
import type { Transaction } from '../store/entities.ts';
import type { Port } from '../store/port.ts';
import { readRow, readRows } from '../store/rows.ts';
import type { Op } from './entities.ts';
import type { Inputs, TransactionEdit } from './inputs.ts';

const TAGS = limit('tags');

interface Book {
  port: Port;
  book_id: string;
}

/** Operations that give `fields` to each of these rows. */
export function editOps({ port, book_id }: Book, build: Inputs, { ids, fields, unlock = false }: CommandArgs['editTransactions']): Op[] {
  const category = fields.category_id ? readRow(port, book_id, 'category', fields.category_id) : null;
  const account = fields.account_id ? readRow(port, book_id, 'account', fields.account_id) : null;
  const added = (fields.add_tags ?? []).map((name) => build.names.idOf('tag', name));
  const ops = live({ port, book_id }, ids).flatMap((row) => {
    const free = unlock || !row.reconciled;
    const edit: TransactionEdit = {};
    if (fields.category_id !== undefined && free && row.kind !== 'transfer' && (!category || category.kind === row.kind)) {
      edit.lines = [{ category_id: fields.category_id, amount_minor: row.amount_minor }];
    }
    if (account && free && row.kind !== 'transfer' && row.currency === account.currency && row.account_id !== account.id) edit.account_id = account.id;
    if (fields.day !== undefined && free) edit.day = fields.day;
    if (fields.payee !== undefined) edit.payee = fields.payee;
    Object.assign(edit, tagsOf(row, fields, added));
    return build.edit(row, edit, unlock);
  });
  // a new name that nobody got is not made
  return ops.some(({ e }) => e === 'transaction') ? ops : [];
}

export function deleteOps(book: Book, { ids, unlock = false }: CommandArgs['deleteTransactions']): Op[] {
  return live(book, ids)
    .filter((row) => unlock || !row.reconciled)
    .map((row) => ({ e: 'transaction', id: row.id, k: 'delete', ...(unlock ? { unlock } : {}) }));
}

function live({ port, book_id }: Book, ids: readonly string[]): Transaction[] {
  const found = readRows(port, book_id, 'transaction', ids);
  return ids.flatMap((id) => {
    const row = found.get(id);
    return row && !row.deleted ? [row] : [];
  });
}

/** Nothing where the row has what it should have, or would have too many. */
function tagsOf(row: Transaction, { tags, remove_tag_ids = [] }: BulkFields, added: readonly string[]): TransactionEdit {
  if (tags) return { tag_ids: [], tags: [...tags] };
  const next = [...new Set([...row.tag_ids.filter((id) => !remove_tag_ids.includes(id)), ...added])];
  const same = next.length === row.tag_ids.length && next.every((id) => row.tag_ids.includes(id));
  return same || next.length > TAGS ? {} : { tag_ids: next };
}
