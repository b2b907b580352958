/**
 * The port over SQLite WASM in the browser's private file system, encrypted by
 * SQLite3MultipleCiphers. Runs in a dedicated worker only (sync access handles).
 *
 * Order matters and a wrong one fails only at the second start: cipher, key,
 * locking_mode, journal_mode, then the first read. The file is opened by URI with
 * the cipher's own VFS; the pool's `OpfsSAHPoolDb` would write plain text.
 */
import sqlite3InitModule from '@evolu/sqlite-wasm';
import { stepAll, stepColumns, withBound } from './binder.ts';
import { gatherWrites, type Methods } from './gather.ts';
import type { Bindable, Port, Row, Value } from './port.ts';
import { readAll } from './reader.ts';
import { EnginePort, type Engine, type Prepared } from './sql.ts';

type Sqlite3 = Awaited<ReturnType<typeof sqlite3InitModule>>;
type PoolFiles = Awaited<ReturnType<Sqlite3['installOpfsSAHPoolVfs']>>;
type Database = InstanceType<Sqlite3['oo1']['DB']>;
type Statement = ReturnType<Database['prepare']>;

const CACHE_KIB = 32_000;
/** The indexes are made from what was just written: with this the tables need not be read and decrypted for it. */
const FILLING_CACHE_KIB = 96_000;

/** The pool of pre-opened files of this origin; one tab can hold it at a time. */
export interface Pool {
  sqlite3: Sqlite3;
  files: PoolFiles;
}

/** Loads the wasm and takes the pool. Throws when another tab holds it or the browser offers no OPFS. */
export async function openPool(directory = 'outlay'): Promise<Pool> {
  // it warns that its other file system needs headers that this one does not
  (globalThis as { sqlite3ApiConfig?: object }).sqlite3ApiConfig = { warn: () => undefined };
  const sqlite3 = await sqlite3InitModule();
  const files = await sqlite3.installOpfsSAHPoolVfs({ name: 'opfs-sahpool', directory, initialCapacity: 8 });
  const pool = { sqlite3, files };
  const methods = methodsOf(pool);
  rollBackJournals(pool, methods);
  gatherWrites(pool, methods);
  return pool;
}

/** Opens one encrypted database of the pool. `key` is 64 hex digits: the raw key, no derivation. */
export async function openBrowser(pool: Pool, name: string, key: string): Promise<Port> {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new Error('the database key is 64 hex digits');
  // database, WAL and a temporary journal each need a slot of the pool
  await pool.files.reserveMinimumCapacity(pool.files.getFileCount() + 6);
  const database = new pool.sqlite3.oo1.DB(`file:/${name}?vfs=multipleciphers-opfs-sahpool`, 'c');
  try {
    database.exec(`PRAGMA cipher='chacha20'`);
    database.exec(`PRAGMA key='raw:${key}'`);
    database.exec(`PRAGMA locking_mode=exclusive`);
    database.exec(`PRAGMA journal_mode=WAL`);
    // FULL: what is called saved survives a power cut. A commit costs 1 ms, with NORMAL 0.3
    database.exec(`PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-${CACHE_KIB}`);
    database.selectValue('SELECT count(*) FROM sqlite_schema');
  } catch (error) {
    database.close();
    throw error;
  }
  return new EnginePort(new BrowserEngine(pool.sqlite3, database));
}

/** A private database in memory, not encrypted: where the browser offers no OPFS, and for contract tests. */
export async function openMemory(): Promise<Port> {
  const sqlite3 = await sqlite3InitModule();
  return new EnginePort(new BrowserEngine(sqlite3, new sqlite3.oo1.DB(':memory:', 'c')));
}

/** What SQLite calls to read and write a file of the pool. */
function methodsOf({ sqlite3: { capi, wasm }, files }: Pool): Methods {
  const probe = new files.OpfsSAHPoolDb('/probe');
  const found = wasm.alloc(wasm.ptrSizeof);
  try {
    const code = capi.sqlite3_file_control(probe.pointer!, 'main', capi.SQLITE_FCNTL_FILE_POINTER, found);
    if (code !== 0) throw new Error(`no file behind the pool: ${code}`);
    const { $pMethods } = new capi.sqlite3_file(wasm.peekPtr(found));
    return new capi.sqlite3_io_methods($pMethods) as unknown as Methods;
  } finally {
    wasm.dealloc(found);
    probe.close();
    files.unlink('/probe');
  }
}

/**
 * A crash while a file was being filled leaves a journal that the next start must roll
 * back. The pool's file system says of every file that somebody else holds it, and
 * SQLite then lets the journal lie. Nobody else can: the pool belongs to one tab.
 */
function rollBackJournals({ sqlite3: { wasm } }: Pool, methods: Methods): void {
  methods.$xCheckReservedLock = wasm.installFunction('i(pp)', (_file: number, held: number) => {
    wasm.poke32(held, 0);
    return 0;
  });
}

class BrowserEngine implements Engine {
  readonly #sqlite3: Sqlite3;
  readonly #database: Database;

  constructor(sqlite3: Sqlite3, database: Database) {
    this.#sqlite3 = sqlite3;
    this.#database = database;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  prepare(sql: string, names: readonly string[]): Prepared {
    const statement = this.#database.prepare(sql);
    const database = this.#database;
    const sqlite3 = this.#sqlite3;
    const columns = statement.columnCount > 0 ? statement.getColumnNames() : [];
    const places = names.map((name) => statement.getParamIndex(`:${name}`) ?? 0);
    const many = (rows: readonly (readonly Bindable[])[]): void => {
      const failed = stepAll(sqlite3, statement.pointer!, places, rows);
      if (failed !== 0) database.checkRc(failed);
    };
    return {
      run: (values) => {
        // what answers with rows and what binds bytes goes the library's way
        if (columns.length > 0 || values.some((value) => value instanceof Uint8Array)) finish(statement, places, values);
        else many([values]);
        return Number(database.changes());
      },
      many,
      manyOf: (rows, columns) => {
        const failed = stepColumns(sqlite3, statement.pointer!, places, rows, columns);
        if (failed !== 0) database.checkRc(failed);
      },
      objects: (values) =>
        collect(sqlite3, database, statement, places, values).map((row) => {
          const object: Row = {};
          columns.forEach((column, index) => (object[column] = row[index] ?? null));
          return object;
        }),
      arrays: (values) => collect(sqlite3, database, statement, places, values),
      close: () => void statement.finalize()
    };
  }

  /** A rollback journal instead of the WAL: of new pages, of which a filling consists, it keeps nothing. */
  filling(on: boolean): void {
    this.#database.exec(`PRAGMA journal_mode=${on ? 'TRUNCATE' : 'WAL'}; PRAGMA cache_size=-${on ? FILLING_CACHE_KIB : CACHE_KIB}`);
  }

  close(): void {
    this.#database.close();
  }
}

function bindAll(statement: Statement, places: number[], values: readonly Bindable[]): void {
  places.forEach((place, index) => {
    const value = values[index] ?? null;
    statement.bind(place, typeof value === 'boolean' ? Number(value) : value);
  });
}

function finish(statement: Statement, places: number[], values: readonly Bindable[]): void {
  try {
    bindAll(statement, places, values);
    while (statement.step());
  } finally {
    statement.reset(true);
  }
}

function collect(sqlite3: Sqlite3, database: Database, statement: Statement, places: number[], values: readonly Bindable[]): Value[][] {
  const rows: Value[][] = [];
  const pointer = statement.pointer!;
  const read = () => readAll(sqlite3, pointer, statement.columnCount, rows);
  let failed: number;
  if (values.some((value) => value instanceof Uint8Array)) {
    try {
      bindAll(statement, places, values);
      failed = read();
    } finally {
      statement.reset(true);
    }
  } else failed = withBound(sqlite3, pointer, places, values, read);
  if (failed !== 0) database.checkRc(failed);
  return rows;
}
