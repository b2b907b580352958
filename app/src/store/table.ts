/**
 * Rows by column, as a page of the snapshot has them: a column in which all values are one is a list of that one. Most
 * are: a household has one currency, and its purchases no second amount. What is one is read, bound and sent once.
 */
import type { Bindable } from './port.ts';

export type Column = readonly Bindable[];

export interface Table {
  rows: number;
  columns: Readonly<Record<string, Column>>;
}

/** Whether it is one: every column has a value for each row, or one for all, and there are no more rows than were asked for. */
export function isTable({ rows, columns }: Table, most: number): boolean {
  const lengths = Object.values(columns).map((column) => column.length);
  return rows > 0 && rows <= most && 'id' in columns && lengths.every((length) => length === rows || length === 1);
}

/** The value of a row in a column. */
export function at(column: Column, row: number): Bindable {
  return column[column.length === 1 ? 0 : row];
}

/** The table without the rows of which `drop` is true. */
export function without(table: Table, drop: (row: number) => boolean): Table {
  const { rows, columns } = table;
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) if (!drop(row)) kept.push(row);
  if (kept.length === rows) return table;
  const chosen = Object.entries(columns).map(([name, column]) => [name, column.length === 1 ? column : kept.map((row) => column[row])] as const);
  return { rows: kept.length, columns: Object.fromEntries(chosen) };
}

/** A column of these values. */
export function columnOf(values: Column): Column {
  const [first] = values;
  return values.every((value) => value === first) ? values.slice(0, 1) : values;
}

/** The rows one by one, each a list of its values. */
export function* rowsOf(rows: number, columns: readonly Column[]): Iterable<Bindable[]> {
  for (let row = 0; row < rows; row++) yield columns.map((column) => at(column, row));
}
