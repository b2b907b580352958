/**
 * Binds what goes into a statement, one row of values or thousands. A row that is bound value by
 * value through the library pays for every text: memory, a copy, its release. Here the texts of
 * many rows go into the wasm's memory with one call and are bound where they lie.
 */
import type sqlite3InitModule from '@evolu/sqlite-wasm';
import type { Bindable } from './port.ts';
import type { Column } from './table.ts';

type Sqlite3 = Awaited<ReturnType<typeof sqlite3InitModule>>;

/** The C functions themselves: texts by address and length in bytes, integers of 64 bits as bigint. */
interface Functions {
  sqlite3_malloc(bytes: number): number;
  sqlite3_free(address: number): void;
  sqlite3_bind_text(statement: number, place: number, address: number, bytes: number, destructor: 0): number;
  sqlite3_bind_null(statement: number, place: number): number;
  sqlite3_bind_int(statement: number, place: number, value: number): number;
  sqlite3_bind_int64(statement: number, place: number, value: bigint): number;
  sqlite3_bind_double(statement: number, place: number, value: number): number;
  sqlite3_step(statement: number): number;
  sqlite3_reset(statement: number): number;
  sqlite3_clear_bindings(statement: number): number;
}

/** SQLITE_DONE */
const DONE = 101;
/** Rows whose texts lie in memory together. */
const ROWS = 500;
const encoder = new TextEncoder();

/** Runs a statement once for each row. Returns the code of the step that failed, or 0. */
export function stepAll(
  { wasm }: Sqlite3, statement: number, places: readonly number[], rows: readonly (readonly Bindable[])[]
): number {
  const c = wasm.exports as Functions;
  for (let start = 0; start < rows.length; start += ROWS) {
    const failed = bound(wasm, statement, places, rows.slice(start, start + ROWS), () => stepped(c, statement));
    if (failed !== 0) return failed;
  }
  return 0;
}

/** As `stepAll`, for rows given by column: what is one in all rows is bound once. */
export function stepColumns({ wasm }: Sqlite3, statement: number, places: readonly number[], rows: number, columns: readonly Column[]): number {
  const c = wasm.exports as Functions;
  const placed = columns.map((column, index) => ({ column, place: places[index]! }));
  const fixed = placed.filter(({ column }) => column.length === 1);
  const varied = placed.filter(({ column }) => column.length > 1);
  const once = fixed.map(({ column }) => column[0]);
  const variedPlaces = varied.map(({ place }) => place);
  const before = inMemory(wasm, c, textsOf([once]));
  try {
    bindRow(c, statement, fixed.map(({ place }) => place), once, before);
    for (let start = 0; start < rows; start += ROWS) {
      const chunk = Array.from({ length: Math.min(ROWS, rows - start) }, (_, row) => varied.map(({ column }) => column[start + row]));
      const texts = inMemory(wasm, c, textsOf(chunk));
      try {
        const failed = stepEach(c, statement, variedPlaces, chunk, texts, () => stepped(c, statement));
        if (failed !== 0) return failed;
      } finally {
        c.sqlite3_free(texts.start);
      }
    }
    return 0;
  } finally {
    c.sqlite3_clear_bindings(statement);
    c.sqlite3_free(before.start);
  }
}

/** Texts that lie in the wasm's memory one after another, and where the next one to be bound begins. */
interface Texts {
  start: number;
  next: number;
  bytes(text: string): number;
}

function inMemory(wasm: Sqlite3['wasm'], c: Functions, texts: readonly string[]): Texts {
  let all = texts.join('');
  // half a surrogate pair at the end of one text and at the beginning of the next would become a character
  if (HALVES.test(all)) all = texts.map((text) => text.toWellFormed()).join('');
  // three bytes are the most that one UTF-16 unit can need
  const size = all.length * 3 + 1;
  const start = c.sqlite3_malloc(size);
  if (start === 0) throw new Error('SQLITE_NOMEM: no memory for the texts of rows');
  const { written } = encoder.encodeInto(all, wasm.heap8u().subarray(start, start + size));
  return { start, next: start, bytes: written === all.length ? (text) => text.length : bytesOf };
}

const HALVES = /[\ud800-\udfff]/;

function textsOf(rows: readonly (readonly Bindable[])[]): string[] {
  const texts: string[] = [];
  for (const row of rows) for (const value of row) if (typeof value === 'string') texts.push(value);
  return texts;
}

function bindRow(c: Functions, statement: number, places: readonly number[], values: readonly Bindable[], texts: Texts): void {
  for (let index = 0; index < places.length; index++) {
    const value = values[index];
    if (typeof value !== 'string') bindOther(c, statement, places[index]!, value);
    else {
      const length = texts.bytes(value);
      c.sqlite3_bind_text(statement, places[index]!, texts.next, length, 0);
      texts.next += length;
    }
  }
}

/** Calls `step` with each row bound, until it returns a code other than 0. The statement is reset after each. */
function stepEach(
  c: Functions, statement: number, places: readonly number[], rows: readonly (readonly Bindable[])[], texts: Texts, step: () => number
): number {
  for (const row of rows) {
    bindRow(c, statement, places, row, texts);
    let code: number;
    try {
      code = step();
    } finally {
      c.sqlite3_reset(statement);
    }
    if (code !== 0) return code;
  }
  return 0;
}

/** Runs a statement that gives no rows. */
function stepped(c: Functions, statement: number): number {
  const code = c.sqlite3_step(statement);
  return code === DONE ? 0 : code;
}

/** Binds one row of values and calls `step`, which reads what the statement gives. Returns its code. */
export function withBound({ wasm }: Sqlite3, statement: number, places: readonly number[], values: readonly Bindable[], step: () => number): number {
  return bound(wasm, statement, places, [values], step);
}

function bound(
  wasm: Sqlite3['wasm'], statement: number, places: readonly number[], rows: readonly (readonly Bindable[])[], step: () => number
): number {
  const c = wasm.exports as Functions;
  const texts = inMemory(wasm, c, textsOf(rows));
  try {
    return stepEach(c, statement, places, rows, texts, step);
  } finally {
    c.sqlite3_clear_bindings(statement);
    c.sqlite3_free(texts.start);
  }
}

function bindOther(c: Functions, statement: number, place: number, value: Exclude<Bindable, string>): void {
  if (value === null || value === undefined) c.sqlite3_bind_null(statement, place);
  else if (typeof value === 'boolean') c.sqlite3_bind_int(statement, place, value ? 1 : 0);
  else if (typeof value !== 'number') throw new Error('bytes are bound one by one');
  else if ((value | 0) === value) c.sqlite3_bind_int(statement, place, value);
  else if (Number.isSafeInteger(value)) c.sqlite3_bind_int64(statement, place, BigInt(value));
  else c.sqlite3_bind_double(statement, place, value);
}

/** How many bytes a text is in UTF-8; half of a surrogate pair alone is written as U+FFFD. */
export function bytesOf(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else {
      bytes += 2;
      // a pair is four bytes
      if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) at++;
    }
  }
  return bytes;
}
