// Loaded before the router and its screens: on a device that has a book, its database opens while they come. The
// first words of the language in use are there before anything is drawn.
import { bring } from '$src/messages/words';
import { outlay } from '$src/outlay';
import { shell } from '$src/shell';

/** What the server refuses is said in words that nobody needs at once. */
const CALM_MS = 1500;
/** The service worker fetches the whole app: what a person waits for comes before it, but not for ever. */
const KEEP_MS = 10_000;

export async function init(): Promise<void> {
  await bring('first');
  setTimeout(() => void bring('refusals'), CALM_MS);
  if (!shell && !import.meta.env.DEV) void keepApp();
}

async function keepApp(): Promise<void> {
  await Promise.race([outlay.files_open, new Promise((resolve) => setTimeout(resolve, KEEP_MS))]);
  setTimeout(() => void navigator.serviceWorker?.register('/service-worker.js', { type: 'module' }), CALM_MS);
}
