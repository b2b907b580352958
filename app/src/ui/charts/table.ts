/** The table that every chart is: what a reader hears, what the switch shows, what is exported. Pure but for `download`. */
import { formatPlain } from '$src/kernel/money';
import { money, percent } from '../format';

export type Cell = string | { minor: number; currency: string } | { share: number } | null;

export interface Table {
  columns: string[];
  rows: Cell[][];
  /** Where a row leads, one per row. */
  links?: (string | null)[];
}

export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  return 'share' in cell ? percent(cell.share) : money(cell.minor, cell.currency);
}

function plain(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return cell;
  return 'share' in cell ? String(Math.round(cell.share * 10_000) / 100) : formatPlain(cell.minor, cell.currency);
}

/** What a spreadsheet takes for the beginning of a formula, also in full width and behind blanks (OWASP, CSV injection). */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** RFC 4180; a text that a spreadsheet would run as a formula gets an apostrophe. */
function quoted(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Amounts in major units with a point, each beside its currency. */
export function csv(table: Table): string {
  const money_columns = table.columns.map((_, at) =>
    table.rows.some((row) => row[at] !== null && typeof row[at] === 'object' && 'minor' in row[at])
  );
  const head = table.columns.flatMap((name, at) => (money_columns[at] ? [name, `${name} currency`] : [name]));
  const lines = table.rows.map((row) =>
    row.flatMap((cell, at) => {
      // our own numbers, whose minus is one
      const text = typeof cell === 'string' ? quoted(cell) : plain(cell);
      if (!money_columns[at]) return [text];
      return [text, cell && typeof cell === 'object' && 'minor' in cell ? cell.currency : ''];
    })
  );
  return [head.map(quoted), ...lines].map((line) => line.join(',')).join('\r\n') + '\r\n';
}

export function download(name: string, content: string | Blob, type = 'text/csv'): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type: `${type};charset=utf-8` }) : content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
