/** Whether this device has the whole book: while it is fetched for the first time, sums of it are of a part. */
import { status } from './status.svelte';

/** The book that is not whole yet, or null. What is fetched anew (last_sync_ms) stands aside until it is whole. */
export function partialBook(): string | null {
  const now = status();
  return now?.sync.progress && !now.sync.last_sync_ms ? (now.book?.id ?? null) : null;
}
