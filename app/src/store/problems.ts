/** What goes wrong with a browser's storage, in words a person can act on. */
import type { Problem } from '../api.ts';
import { NewerLayout } from './schema.ts';

export function storageProblem(error: unknown): Problem {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  if (error instanceof NewerLayout) {
    return { code: 'storage_newer', message: 'A newer version of Outlay has used this device. Reload to update.' };
  }
  if (globalThis.isSecureContext === false) {
    return { code: 'storage_insecure', message: 'Outlay needs a secure address (https, or this computer itself) to keep your data encrypted.' };
  }
  // the pool's file system says IOERR when the browser gives it no more room
  if (/QuotaExceeded|SQLITE_FULL|SQLITE_IOERR|disk is full|out of memory/i.test(text)) {
    return { code: 'storage_full', message: 'This device has no room left for your data. Free some space and try again.' };
  }
  if (/NoModificationAllowed|access handle|SQLITE_BUSY|database is locked/i.test(text)) {
    return { code: 'storage_busy', message: 'Another window still holds the data. Close it, or wait a moment.' };
  }
  if (/SQLITE_NOTADB|not a database|OperationError|SQLITE_CORRUPT|malformed/i.test(text)) {
    return { code: 'storage_unreadable', message: 'The data on this device cannot be read. Sign in again to fetch it from the server.' };
  }
  if (/fetching of the wasm|Failed to fetch|NetworkError|Loading failed|dynamically imported/i.test(text)) {
    return { code: 'app_not_loaded', message: 'The app could not be loaded whole. Check the network and try again.' };
  }
  if (/SecurityError|OPFS|getDirectory|Missing required|InvalidState|IndexedDB/i.test(text)) {
    return { code: 'storage_unavailable', message: 'This browser keeps no data in a private window. Open Outlay in a normal one.' };
  }
  return { code: 'storage_failed', message: `The data on this device could not be opened (${text.slice(0, 120)}).` };
}
