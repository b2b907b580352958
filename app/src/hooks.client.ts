// Loaded before the router and its screens: on a device that has a book, its database opens while they come. The
// first words of the language in use are there before anything is drawn.
import { bring } from '$src/messages/words';
import '$src/outlay';

/** What the server refuses is said in words that nobody needs at once. */
const CALM_MS = 1500;

export async function init(): Promise<void> {
  await bring('first');
  setTimeout(() => void bring('refusals'), CALM_MS);
}
