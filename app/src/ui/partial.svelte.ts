/** Whether this device has the whole book: while it is fetched for the first time, sums of it are of a part. */
import type { Problem } from '$src/outlay';
import { status } from './status.svelte';

/** The book that is not whole yet, or null. What is fetched anew (last_sync_ms) stands aside until it is whole. */
export function partialBook(): string | null {
  const now = status();
  return now?.sync.progress && !now.sync.last_sync_ms ? (now.book?.id ?? null) : null;
}

/** Everything of the book is here, and there was nothing, if this is why something could not be read. */
export function isBare(error: Pick<Problem, 'code'> | undefined): boolean {
  return error?.code === 'book_without_settings' && partialBook() === null && status()?.sync.last_sync_ms !== undefined;
}
