import { describe, expect, it } from 'vitest';
import { add } from '$src/messages';
import { book } from '$src/messages/en/book';
import type { AttentionItem } from '$src/outlay';
import { isWhole, subject, together, versions } from './versions';

add(book);

const item = (fields: Record<string, unknown>) => ({ entity: 'transaction', kept: null, row: null, ...fields }) as unknown as AttentionItem;

describe('what needs attention', () => {
  it('shows a change that was not taken by what it wanted to write, and nothing of how it was sent', () => {
    const f = { kind: 'expense', amount_minor: 2450, currency: 'EUR', account_id: 'gone', note: 'Lunch', lines: [{ amount_minor: 2450 }] };
    const parked = item({ lost: { name: 'transaction.add', base: 7, made_at: 1, ops: [{ e: 'payee', id: 'p', k: 'create', f: { name: 'Deli' } }, { e: 'transaction', id: 't', k: 'create', f }] } });
    expect(isWhole(parked)).toBe(true);
    expect(subject(parked)).toBe('Expense · €24.50');
    expect(versions(parked).map(({ name, other }) => [name, other])).toEqual([['Type', 'Expense'], ['Amount', '€24.50'], ['Note', 'Lunch']]);
  });
  it('shows both versions of a field that two devices changed', () => {
    const both = item({ kept: { note: 'b' }, lost: { note: 'a' }, row: { name: 'x', note: 'b' } });
    expect(isWhole(both)).toBe(false);
    expect(versions(both)).toEqual([{ field: 'note', name: 'Note', kept: 'b', other: 'a' }]);
  });
  it('makes one thing of what one change lost to another, and another of the next', () => {
    const one = { kind: 'overwritten', row_id: 'r', mutation_id: 'm', device_id: 'a', kept_device_id: 'b' };
    const items = [{ ...one, id: '1' }, { ...one, id: '2' }, { ...one, id: '3', mutation_id: 'n' }, { ...one, id: '4', kind: 'parked' }, { ...one, id: '5', kind: 'parked' }].map(item);
    expect(together(items).map((group) => group.map(({ id }) => id))).toEqual([['1', '2'], ['3'], ['4'], ['5']]);
  });
});
