/** Both versions of a conflict in words. Pure. */
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

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields => (value && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {});

/** What a change that was not taken wanted to write: it is kept whole, and its operation on the thing itself is what counts. */
function wanted(lost: Fields): { entity: string | null; fields: Fields } {
  if (!Array.isArray(lost['ops'])) return { entity: null, fields: lost };
  const ops = (lost['ops'] as unknown[]).map(fieldsOf);
  const op = ops.find(({ e }) => e === 'transaction') ?? ops.at(-1) ?? {};
  return { entity: typeof op['e'] === 'string' ? op['e'] : null, fields: fieldsOf(op['f']) };
}

/** True when there is nothing to compare with: the change itself is all there is. */
export const isWhole = (item: AttentionItem): boolean => wanted(fieldsOf(item.lost)).entity !== null;

/** Fields that say nothing to a person: ids have no names here, and what follows from others is not a choice. */
const HIDDEN = /(_id|_ids|fmeta|extra|lines|position|utc_offset_min|^ver|^id$|^book_id$|^rate$|^base_|currency$)/;

function said(name: string, value: unknown, all: Fields, row: Fields): string {
  if (value === null || value === undefined || value === '') return '–';
  if (name.endsWith('_minor') && typeof value === 'number') {
    const unit = name === 'to_amount_minor' ? 'to_currency' : 'currency';
    const currency = all[unit] ?? row[unit];
    return typeof currency === 'string' ? money(value, currency) : String(value);
  }
  if (name === 'day' && typeof value === 'string') return dayNumeric(value);
  if (name === 'kind' && typeof value === 'string') return maybe(`kind.${value}`, maybe(`account_type.${value}`, value));
  if (typeof value === 'boolean') return t(value ? 'word.yes' : 'word.no');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function versions(item: AttentionItem): VersionRow[] {
  const kept = fieldsOf(item.kept);
  const lost = wanted(fieldsOf(item.lost)).fields;
  const row = fieldsOf(item.row);
  return Object.keys(lost)
    .filter((name) => !HIDDEN.test(name))
    .map((name) => ({
      field: name,
      name: maybe(`field.${name}`, name.replaceAll('_', ' ')),
      kept: said(name, name in kept ? kept[name] : row[name], kept, row),
      other: said(name, lost[name], lost, row)
    }))
    .filter((line) => line.kept !== line.other);
}

export function subject(item: AttentionItem): string {
  const row = fieldsOf(item.row);
  if (item.entity === 'transaction' && item.row && 'amount_minor' in row) {
    const view = item.row as TransactionView;
    return view.lines && view.tag_names ? `${rowTitle(view)} · ${money(view.amount_minor, view.currency)}` : money(Number(row['amount_minor']), String(row['currency']));
  }
  const { entity, fields } = wanted(fieldsOf(item.lost));
  if (typeof fields['amount_minor'] === 'number' && typeof fields['currency'] === 'string')
    return `${maybe(`kind.${String(fields['kind'])}`, t('entity.transaction'))} · ${money(fields['amount_minor'], fields['currency'])}`;
  const name = row['name'] ?? fields['name'];
  return typeof name === 'string' ? name : maybe(`entity.${entity ?? item.entity}`, entity ?? item.entity);
}
