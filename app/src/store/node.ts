/** The port over Node's own SQLite: tests and measurements run the same core as the browser. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Bindable, Port, Row, Value } from './port.ts';
import { rowsOf } from './table.ts';
import { EnginePort, PARAMETER, type Engine, type Prepared } from './sql.ts';

/** Opens (or makes) a database file, or a private one in memory. */
export function openNode(path = ':memory:'): Port {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL');
  return new EnginePort(new NodeEngine(database));
}

class NodeEngine implements Engine {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  prepare(sql: string, names: readonly string[]): Prepared {
    const statement = this.#database.prepare(sql);
    const bind = (values: readonly Bindable[]) =>
      Object.fromEntries(names.map((name, index) => [name, plain(values[index])]));
    return {
      run: (values) => Number(statement.run(bind(values)).changes),
      many: (rows) => {
        const placed = inPlace(sql, names);
        if (placed === null) for (const values of rows) statement.run(bind(values));
        else {
          const quick = this.#database.prepare(placed);
          for (const values of rows) quick.run(...values.map(plain));
        }
      },
      manyOf: (rows, columns) => {
        const varied = columns.filter((column) => column.length > 1 || rows === 1);
        const placed = inPlace(sql, names, (index) => (varied.includes(columns[index]!) ? null : literal(columns[index]![0])));
        if (placed === null) throw new Error('a parameter of rows by column stands once');
        const quick = this.#database.prepare(placed);
        for (const values of rowsOf(rows, varied)) quick.run(...values.map(plain));
      },
      objects: (values) => {
        statement.setReturnArrays(false);
        return statement.all(bind(values)) as Row[];
      },
      arrays: (values) => {
        statement.setReturnArrays(true);
        return statement.all(bind(values)) as unknown as Value[][];
      },
      close: () => undefined
    };
  }

  filling(on: boolean): void {
    this.#database.exec(`PRAGMA journal_mode=${on ? 'TRUNCATE' : 'WAL'}`);
  }

  close(): void {
    this.#database.close();
  }
}

/** The statement with its parameters by place, which binds twice as fast; null when one of them stands there twice. */
function inPlace(sql: string, names: readonly string[], fixed: (index: number) => string | null = () => null): string | null {
  let found = 0;
  const placed = sql.replace(PARAMETER, (token, name?: string) => (name === undefined ? token : fixed(found++) ?? '?'));
  return found === names.length ? placed : null;
}

/** A value as SQL writes it. */
function literal(value: Bindable): string {
  const given = plain(value);
  if (given instanceof Uint8Array) throw new Error('bytes are bound one by one');
  if (typeof given === 'string') return `'${given.replaceAll("'", "''")}'`;
  return given === null ? 'NULL' : String(given);
}

/** node:sqlite binds every number as a float; a bigint is bound as the integer that the browser binds. */
function plain(value: Bindable): SQLInputValue {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  return value;
}
