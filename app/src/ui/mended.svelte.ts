/** What was said to be wrong is unsaid once something of what it was about is changed: what is left, the next try says. */
import { untrack } from 'svelte';

/** Calls `unsay` when anything changes that `about` reads. To be called while a component is made. */
export function mended(about: () => unknown, unsay: () => void): void {
  $effect(() => {
    about();
    untrack(unsay);
  });
}
