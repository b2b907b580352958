/**
 * Reads rows by the thousand. The library asks four questions of every value in JavaScript of its own: 7,000 rows of
 * nine columns took it 150 ms. Here a value is two calls into the wasm, and a short text is read where it lies.
 */
import type sqlite3InitModule from '@evolu/sqlite-wasm';
import type { Value } from './port.ts';

type Sqlite3 = Awaited<ReturnType<typeof sqlite3InitModule>>;

/** The C functions themselves. An integer is read as a double, which is exact up to 2^53. */
interface Functions {
  sqlite3_step(statement: number): number;
  sqlite3_column_type(statement: number, column: number): number;
  sqlite3_column_int64(statement: number, column: number): bigint;
  sqlite3_column_blob(statement: number, column: number): number;
  sqlite3_column_double(statement: number, column: number): number;
  sqlite3_column_text(statement: number, column: number): number;
  sqlite3_column_bytes(statement: number, column: number): number;
}

/** SQLITE_ROW, SQLITE_DONE and the types of values. */
const ROW = 100;
const DONE = 101;
const INTEGER = 1;
const FLOAT = 2;
const TEXT = 3;
const NULL = 5;

/** A longer text is quicker decoded at once than letter by letter. */
const SHORT = 48;
const decoder = new TextDecoder();

/** Steps a bound statement to its end. Returns the code of the step that failed, or 0. */
export function readAll({ wasm }: Sqlite3, statement: number, columns: number, rows: Value[][]): number {
  const c = wasm.exports as Functions;
  for (;;) {
    const code = c.sqlite3_step(statement);
    if (code !== ROW) return code === DONE ? 0 : code;
    const row: Value[] = new Array<Value>(columns);
    for (let column = 0; column < columns; column++) row[column] = valueAt(wasm, c, statement, column);
    rows.push(row);
  }
}

function valueAt(wasm: Sqlite3['wasm'], c: Functions, statement: number, column: number): Value {
  switch (c.sqlite3_column_type(statement, column)) {
    case NULL:
      return null;
    case INTEGER: {
      const value = c.sqlite3_column_double(statement, column);
      // a sum that no number holds: who reads it refuses it
      return Number.isSafeInteger(value) ? value : (c.sqlite3_column_int64(statement, column) as unknown as number);
    }
    case TEXT: {
      // the text first: it is what makes the bytes be counted in UTF-8
      const address = c.sqlite3_column_text(statement, column);
      return textOf(wasm.heap8u().subarray(address, address + c.sqlite3_column_bytes(statement, column)));
    }
    case FLOAT:
      return c.sqlite3_column_double(statement, column);
    default: {
      const address = c.sqlite3_column_blob(statement, column);
      return wasm.heap8u().slice(address, address + c.sqlite3_column_bytes(statement, column));
    }
  }
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > SHORT) return decoder.decode(bytes);
  for (let at = 0; at < bytes.length; at++) if (bytes[at]! > 0x7f) return decoder.decode(bytes);
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
