/** What a sheet begins with when it opens: what is typed then stays, whatever comes from elsewhere meanwhile. */
import { untrack } from 'svelte';

/** Calls `begin` whenever `open` becomes true. To be called while a component is made. */
export function opened(open: () => boolean, begin: () => void): void {
  let was = false;
  $effect(() => {
    const now = open();
    if (now && !was) untrack(begin);
    was = now;
  });
}
