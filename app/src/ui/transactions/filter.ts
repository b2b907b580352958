/** A filter as the address of the screen says it, both ways. Pure. */
import type { TransactionFilter } from '$src/outlay';

const TEXTS = ['from_day', 'to_day', 'account_id', 'category_id', 'payee_id', 'tag_id', 'currency', 'text'] as const;
const NUMBERS = ['min_minor', 'max_minor'] as const;

export function filterFrom(params: { get(name: string): string | null }): TransactionFilter {
  const filter: TransactionFilter = {};
  for (const name of TEXTS) {
    const value = params.get(name);
    if (value) filter[name] = value;
  }
  for (const name of NUMBERS) {
    const value = Number(params.get(name) ?? NaN);
    if (Number.isSafeInteger(value)) filter[name] = value;
  }
  const kind = params.get('kind');
  if (kind === 'expense' || kind === 'income' || kind === 'transfer') filter.kind = kind;
  if (params.get('uncategorised')) filter.uncategorised = true;
  if (params.get('without_rate')) filter.without_rate = true;
  return filter;
}

export function searchOf(filter: TransactionFilter): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined && value !== '' && value !== false) params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

export const isEmpty = (filter: TransactionFilter): boolean => searchOf(filter) === '';
