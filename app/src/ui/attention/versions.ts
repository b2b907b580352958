/** Two versions of a row in words. Pure. */
import { maybe, t } from '$src/messages';
import type { AttentionItem, TransactionView } from '$src/outlay';
import { dayNumeric, money } from '../format';
import { rowTitle } from '../transaction';

export interface VersionRow {
  field: string;
  name: string;
  kept: string;
  other: string;
}

export type Fields = Record<string, unknown>;
type NameOf = (id: string) => string;

export const fieldsOf = (value: unknown): Fields => (value && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {});

/** Fields that say nothing to a person: what follows from others is not a choice. */
const HIDDEN = /^(ver|id|book_id|fmeta|extra|position|utc_offset_min|import_id|system_key|rate|base_.*|currency|to_currency|dashboard|merged_into)$/;

interface Line {
  category_id: string | null;
  amount_minor: number;
}

/** A value as a person would say it; `all` has the fields beside it. */
export function said(name: string, value: unknown, all: Fields, nameOf: NameOf): string {
  if (value === null || value === undefined || value === '') return '–';
  if (name === 'lines' && Array.isArray(value)) return parts(value as Line[], all, nameOf);
  if (name === 'tag_ids' && Array.isArray(value)) return value.map((id) => nameOf(String(id))).join(', ') || '–';
  if (name.endsWith('_id') && typeof value === 'string') return nameOf(value);
  if (name.endsWith('_minor') && typeof value === 'number') {
    const currency = all[name === 'to_amount_minor' ? 'to_currency' : 'currency'];
    return typeof currency === 'string' ? money(value, currency) : String(value);
  }
  if (name === 'day' && typeof value === 'string') return dayNumeric(value);
  if (name === 'kind' && typeof value === 'string') return maybe(`kind.${value}`, maybe(`account_type.${value}`, value));
  if (typeof value === 'boolean') return t(value ? 'word.yes' : 'word.no');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function parts(lines: Line[], all: Fields, nameOf: NameOf): string {
  const named = (line: Line) => (line.category_id === null ? t('category.none') : nameOf(line.category_id));
  if (lines.length === 0) return '–';
  return lines.length === 1 ? named(lines[0]!) : lines.map((line) => `${named(line)} ${said('amount_minor', line.amount_minor, all, nameOf)}`).join(', ');
}

/** The fields of `after` that read differently before. */
export function changes(before: Fields, after: Fields, nameOf: NameOf): VersionRow[] {
  return Object.keys(after)
    .filter((name) => !HIDDEN.test(name))
    .map((name) => ({
      field: name,
      name: maybe(`field.${name.replace(/_ids?$/, '')}`, name === 'lines' ? t('field.category') : name.replace(/_ids?$/, '').replaceAll('_', ' ')),
      // a flag that nobody has raised is down
      kept: said(name, before[name] ?? (typeof after[name] === 'boolean' ? false : undefined), before, nameOf),
      other: said(name, after[name], after, nameOf)
    }))
    .filter((line) => line.kept !== line.other);
}

/** What a change that was not taken wanted to write: it is kept whole, and its operation on the thing itself is what counts. */
export function wanted(item: AttentionItem): { entity: string | null; fields: Fields } {
  const lost = fieldsOf(item.lost);
  if (!Array.isArray(lost['ops'])) return { entity: null, fields: lost };
  const ops = (lost['ops'] as unknown[]).map(fieldsOf);
  const op = ops.find(({ e }) => e === 'transaction') ?? ops.at(-1) ?? {};
  return { entity: typeof op['e'] === 'string' ? op['e'] : null, fields: fieldsOf(op['f']) };
}

/** True when there is nothing to compare with: the change itself is all there is. */
export const isWhole = (item: AttentionItem): boolean => wanted(item).entity !== null;

/** What the row is now beside the version that was not taken. */
export function versions(item: AttentionItem, nameOf: NameOf = () => '–'): VersionRow[] {
  const row = fieldsOf(item.row);
  return changes({ ...row, ...fieldsOf(item.kept) }, { ...pick(row, ['currency', 'to_currency']), ...wanted(item).fields }, nameOf);
}

const pick = (from: Fields, chosen: string[]): Fields => Object.fromEntries(chosen.filter((name) => name in from).map((name) => [name, from[name]]));

export function subject(item: AttentionItem): string {
  const row = fieldsOf(item.row);
  if (item.entity === 'transaction' && item.row && 'amount_minor' in row) {
    const view = item.row as TransactionView;
    return view.lines && view.tag_names ? `${rowTitle(view)} · ${money(view.amount_minor, view.currency)}` : money(Number(row['amount_minor']), String(row['currency']));
  }
  const { entity, fields } = wanted(item);
  if (typeof fields['amount_minor'] === 'number' && typeof fields['currency'] === 'string')
    return `${maybe(`kind.${String(fields['kind'])}`, t('entity.transaction'))} · ${money(fields['amount_minor'], fields['currency'])}`;
  const name = row['name'] ?? fields['name'];
  return typeof name === 'string' ? name : maybe(`entity.${entity ?? item.entity}`, entity ?? item.entity);
}

/** What one change lost to another is one thing to look at, however many fields it was. */
export function together(items: readonly AttentionItem[]): AttentionItem[][] {
  const groups = new Map<string, AttentionItem[]>();
  for (const item of items) {
    const { id, kind, mutation_id, row_id, device_id, kept_device_id } = item;
    const key = kind === 'overwritten' ? [mutation_id, row_id, device_id, kept_device_id].join(' ') : id;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}
