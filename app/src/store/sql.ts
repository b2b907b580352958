/**
 * What both drivers share: named parameters, a cache of prepared statements,
 * transactions with savepoints. A driver brings only an `Engine`.
 */
import type { Bindable, Params, Port, Row, Value } from './port.ts';
import type { Column } from './table.ts';

/** One prepared statement of a driver. Parameters come in the order of `names`. */
export interface Prepared {
  run(values: readonly Bindable[]): number;
  many(rows: readonly (readonly Bindable[])[]): void;
  manyOf(rows: number, columns: readonly Column[]): void;
  objects(values: readonly Bindable[]): Row[];
  arrays(values: readonly Bindable[]): Value[][];
  close(): void;
}

export interface Engine {
  exec(sql: string): void;
  /** `names` are the parameters without their colon, each once, in order of first use. */
  prepare(sql: string, names: readonly string[]): Prepared;
  filling(on: boolean): void;
  close(): void;
}

const STATEMENTS_KEPT = 300;

/** A parameter with its name, or a text, a quoted name or a comment without one. */
export const PARAMETER = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|:([A-Za-z_][A-Za-z0-9_]*)/g;

/**
 * A file holds one book. Its id stands in `meta`; in the tables, where it would be a tenth of the file, a row's
 * `book_id` is the empty text, and that is what `:book_id` and `:book` mean in every statement.
 */
function ofThisBook(sql: string): string {
  return sql.replace(PARAMETER, (token, name?: string) => (name === 'book_id' || name === 'book' ? `''` : token));
}

/** The parameters of a statement, each once. */
export function parameterNames(sql: string): string[] {
  const names = new Set<string>();
  for (const match of sql.matchAll(PARAMETER)) if (match[1] !== undefined) names.add(match[1]);
  return [...names];
}

interface Cached {
  names: readonly string[];
  prepared: Prepared;
}

export class EnginePort implements Port {
  readonly #engine: Engine;
  readonly #statements = new Map<string, Cached>();
  #depth = 0;
  #filling = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  exec(sql: string): void {
    this.#engine.exec(sql);
  }

  run(sql: string, params?: Params): number {
    const { prepared, names } = this.#statement(sql);
    return prepared.run(values(names, params, sql));
  }

  many(sql: string, rows: readonly (readonly Bindable[])[]): void {
    if (rows.length > 0) this.#statement(sql).prepared.many(rows);
  }

  manyOf(sql: string, rows: number, columns: readonly Column[]): void {
    if (rows > 0) this.#statement(sql).prepared.manyOf(rows, columns);
  }

  all<T extends object = Row>(sql: string, params?: Params): T[] {
    const { prepared, names } = this.#statement(sql);
    return prepared.objects(values(names, params, sql)) as T[];
  }

  rows(sql: string, params?: Params): Value[][] {
    const { prepared, names } = this.#statement(sql);
    return prepared.arrays(values(names, params, sql));
  }

  one<T extends object = Row>(sql: string, params?: Params): T | null {
    return this.all<T>(sql, params)[0] ?? null;
  }

  value<T extends Value = Value>(sql: string, params?: Params): T | null {
    return (this.rows(sql, params)[0]?.[0] ?? null) as T | null;
  }

  tx<T>(work: () => T): T {
    const depth = this.#depth;
    this.run(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT tx${depth}`);
    this.#depth = depth + 1;
    try {
      const result = work();
      this.run(depth === 0 ? 'COMMIT' : `RELEASE tx${depth}`);
      return result;
    } catch (error) {
      this.#undo(depth);
      throw error;
    } finally {
      this.#depth = depth;
    }
  }

  filling(on: boolean): void {
    if (on === this.#filling) return;
    if (this.inTransaction) throw new Error('a file that is being written keeps its log');
    this.#engine.filling(on);
    this.#filling = on;
  }

  get inTransaction(): boolean {
    return this.#depth > 0;
  }

  close(): void {
    for (const { prepared } of this.#statements.values()) prepared.close();
    this.#statements.clear();
    this.#engine.close();
  }

  /** A full disk may have ended the transaction already; the first error is the one to report. */
  #undo(depth: number): void {
    try {
      this.#engine.exec(depth === 0 ? 'ROLLBACK' : `ROLLBACK TO tx${depth}; RELEASE tx${depth}`);
    } catch {
      // the engine rolled back by itself
    }
  }

  #statement(sql: string): Cached {
    const known = this.#statements.get(sql);
    if (known) {
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    const own = ofThisBook(sql);
    const names = parameterNames(own);
    const made = { names, prepared: this.#engine.prepare(own, names) };
    this.#statements.set(sql, made);
    if (this.#statements.size > STATEMENTS_KEPT) this.#forgetOldest();
    return made;
  }

  #forgetOldest(): void {
    const oldest = this.#statements.entries().next().value;
    if (!oldest) return;
    oldest[1].prepared.close();
    this.#statements.delete(oldest[0]);
  }
}

function values(names: readonly string[], params: Params | undefined, sql: string): Bindable[] {
  return names.map((name) => {
    if (params === undefined || !(name in params)) {
      throw new Error(`no value for :${name} in ${sql.slice(0, 120)}`);
    }
    return params[name];
  });
}
