/** Reports on a screen: the shapes of `reports`, live. */
import type { Reports } from '$src/reports/shapes';
import { today } from './format';
import { live, type LiveData } from './live.svelte';

/** `params` may return null while something it needs is not there yet. */
export function report<N extends keyof Reports>(
  name: N,
  params: () => Record<string, unknown> | null
): LiveData<Reports[N]> {
  const answer = live('report', () => {
    const asked = params();
    return asked && { name, params: { today: today(), ...asked } };
  });
  return answer as LiveData<Reports[N]>;
}
