/**
 * Gathers what SQLite writes to the browser's files. It writes a page at a time, and every write of a file there costs
 * as much as many pages: a commit and the filling of a book consist of pages that lie one after another. What is
 * gathered is written before anything else is asked of the file, and before it is synced: nobody sees a difference.
 */
import type { Pool } from './browser.ts';

/** What is gathered at most. */
const BYTES = 512 * 1024;

type Method = (file: number, ...values: never[]) => number;
type Io = 'xClose' | 'xFileSize' | 'xRead' | 'xSync' | 'xTruncate' | 'xWrite';
/** Methods of a file by their names in sqlite3_io_methods, with what they take. */
const SIGNATURES: Record<Io, string> = { xClose: 'i(p)', xFileSize: 'i(pp)', xRead: 'i(ppij)', xSync: 'i(pi)', xTruncate: 'i(pj)', xWrite: 'i(ppij)' };

export type Methods = Record<`$${Io}` | '$xCheckReservedLock', number>;

/** Puts itself between SQLite and the methods of the pool's files. */
export function gatherWrites({ sqlite3: { wasm } }: Pick<Pool, 'sqlite3'>, methods: Methods): void {
  const found = Object.fromEntries(Object.keys(SIGNATURES).map((name) => [name, wasm.functionEntry(methods[`$${name as Io}`])])) as unknown as Record<Io, Method>;
  const write = found.xWrite as unknown as (file: number, from: number, bytes: number, at: bigint) => number;
  const memory = wasm.alloc(BYTES);
  const gathered = { file: 0, at: 0, bytes: 0 };

  /** SQLite's code of what was written; a failed write is not tried again. */
  const put = (): number => {
    const { file, at, bytes } = gathered;
    gathered.bytes = 0;
    return bytes === 0 ? 0 : write(file, memory, bytes, BigInt(at));
  };
  const replace = (name: Io, method: unknown) => {
    methods[`$${name}`] = wasm.installFunction(SIGNATURES[name], method as () => number);
  };
  for (const name of ['xClose', 'xFileSize', 'xRead', 'xSync', 'xTruncate'] as const) {
    replace(name, (file: number, ...values: never[]): number => {
      const code = gathered.file === file ? put() : 0;
      return code === 0 || name === 'xClose' ? found[name](file, ...values) || code : code;
    });
  }
  replace('xWrite', (file: number, from: number, bytes: number, offset: bigint): number => {
    const at = Number(offset);
    const follows = gathered.file === file && gathered.at + gathered.bytes === at && gathered.bytes + bytes <= BYTES;
    if (!follows) {
      const code = put();
      if (code !== 0) return code;
      Object.assign(gathered, { file, at });
    }
    if (bytes > BYTES) return write(file, from, bytes, offset);
    wasm.heap8u().copyWithin(memory + gathered.bytes, from, from + bytes);
    gathered.bytes += bytes;
    return 0;
  });
}
