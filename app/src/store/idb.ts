/** A small key–value store in IndexedDB: what must lie outside the encrypted files. */

export interface KeyValue {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
  /** Every key that begins so. */
  keys(prefix: string): Promise<string[]>;
  /** All of it or nothing; `undefined` removes. */
  change(entries: readonly (readonly [key: string, value: unknown])[]): Promise<void>;
}

interface Options {
  name?: string;
  /** Told when the browser has deleted it under us, as it does when a person clears the site's data. */
  cleared?: () => void;
  /** Chromium never answers who asks in the middle of that: asking again later helps. */
  patience_ms?: number;
}

export async function openKeyValue({ name = 'outlay', cleared = () => undefined, patience_ms }: Options = {}): Promise<KeyValue> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('values');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error('IndexedDB'));
    if (patience_ms !== undefined) setTimeout(() => reject(new Error('IndexedDB does not answer')), patience_ms);
    opening.onblocked = () => reject(new Error('IndexedDB is blocked'));
  });
  database.onclose = cleared;
  const run = <T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<T> =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction('values', mode, { durability: 'strict' });
      const request = ask(transaction.objectStore('values'));
      transaction.oncomplete = () => resolve(request.result as T);
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'));
    });
  return {
    get: (key) => run('readonly', (store) => store.get(key)),
    set: (key, value) => run('readwrite', (store) => store.put(value, key)),
    remove: (key) => run('readwrite', (store) => store.delete(key)),
    keys: (prefix) => run('readonly', (store) => store.getAllKeys(IDBKeyRange.bound(prefix, `${prefix}\uffff`))),
    change: (entries) =>
      run('readwrite', (store) => {
        for (const [key, value] of entries) if (value === undefined) store.delete(key);
        for (const [key, value] of entries) if (value !== undefined) store.put(value, key);
        return store.count();
      })
  };
}
