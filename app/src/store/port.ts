/**
 * The one door to the device's database. Everything above (ledger, reports,
 * sync, identity) is written against this interface and is synchronous: inside
 * the worker a query returns before the next line runs, so a check and the write
 * that relies on it cannot be torn apart.
 *
 * Drivers: `node.ts` (node:sqlite, tests), `browser.ts` (SQLite WASM in OPFS,
 * encrypted). `store/contract.ts` is the list of promises both keep.
 *
 * Parameters are named: SQL says `:day`, the caller gives `{day: '2026-01-31'}`.
 * A name the statement does not use is ignored; a name it uses and the caller
 * forgot is bound as NULL only when given as `undefined` or `null`, else it throws.
 * `:book_id` and `:book` always mean the book of the file, whatever is given (`sql.ts`).
 * Booleans are bound as 1/0 and come back as 1/0 (`rows.ts` turns entity flags
 * into booleans). Integers are numbers: amounts never leave ±(2^53−1).
 */

import type { Column } from './table.ts';

/** What a column holds when it is read. */
export type Value = string | number | null | Uint8Array;

/** What a caller may bind. `undefined` is NULL. */
export type Bindable = Value | boolean | undefined;

export type Params = Readonly<Record<string, Bindable>>;

export type Row = Record<string, Value>;

export interface Port {
  /** Runs one or several statements without parameters (DDL, PRAGMA). */
  exec(sql: string): void;
  /** Runs one statement and returns the number of rows it changed. */
  run(sql: string, params?: Params): number;
  /**
   * Runs one statement once for every row of values, which stand in the order in which
   * its parameters first do. For rows by the thousand: nothing is bound by name.
   */
  many(sql: string, rows: readonly (readonly Bindable[])[]): void;
  /** As `many`, for rows given by column. */
  manyOf(sql: string, rows: number, columns: readonly Column[]): void;
  /** All rows as objects by column name. */
  all<T extends object = Row>(sql: string, params?: Params): T[];
  /** All rows as arrays in column order (what `reports` shape). */
  rows(sql: string, params?: Params): Value[][];
  /** The first row, or null. */
  one<T extends object = Row>(sql: string, params?: Params): T | null;
  /** The first column of the first row, or null. */
  value<T extends Value = Value>(sql: string, params?: Params): T | null;
  /**
   * Runs `work` in one transaction (BEGIN IMMEDIATE), or in a savepoint when one is
   * open already. If `work` throws, nothing of it is written and the error passes on.
   */
  tx<T>(work: () => T): T;
  /**
   * While an empty file is filled, its log is kept so that every page is written once and
   * more of them are kept in memory: as safe as else, quicker for much, slower for little.
   * Never inside `tx`; a file that is opened anew is not filling.
   */
  filling(on: boolean): void;
  /** True inside `tx`. */
  readonly inTransaction: boolean;
  close(): void;
}
