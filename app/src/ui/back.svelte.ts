/** When the server may be reached again: the network says so, or sync got through. Called while a component starts. */
import { untrack } from 'svelte';
import { status } from './status.svelte';

export function whenBack(again: () => void): void {
  const line = $derived(status()?.sync.state !== 'offline');
  $effect(() => {
    if (line) untrack(again);
    addEventListener('online', again);
    return () => removeEventListener('online', again);
  });
}
