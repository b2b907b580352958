/**
 * Reports on a screen: the shapes of `reports`, live. While the book is not whole on this device, the server is asked
 * for the same report and its answer stands in place of the device's, which is there sooner; without a network the
 * device's stays. `ui/Partial.svelte` says which it is.
 */
import { outlay } from '$src/outlay';
import type { Reports } from '$src/reports/shapes';
import { today } from './format';
import { live, type LiveData } from './live.svelte';
import { partialBook } from './partial.svelte';

export interface ReportData<T> extends LiveData<T> {
  readonly from: 'device' | 'server';
}

/** `params` may return null while something it needs is not there yet. */
export function report<N extends keyof Reports>(
  name: N,
  params: () => Record<string, unknown> | null
): ReportData<Reports[N]> {
  const asked = $derived.by(() => {
    const given = params();
    return given && { today: today(), ...given };
  });
  const answer = live('report', () => asked && { name, params: asked }) as LiveData<Reports[N]>;

  const book = $derived(partialBook());
  const key = $derived(book && asked ? JSON.stringify({ book, ...asked }) : null);
  let whole = $state.raw<Reports[N]>();
  $effect(() => {
    whole = undefined;
    if (!key) return;
    let over = false;
    outlay.remote.request<Reports[N]>(`/reports/${name}`, { query: JSON.parse(key) as Record<string, string> }).then(
      ({ ok, body }) => {
        if (ok && !over) whole = body;
      },
      () => undefined // the device's answer stays, and is said to be of a part
    );
    return () => {
      over = true;
    };
  });
  return {
    get data() {
      return whole ?? answer.data;
    },
    get error() {
      return whole ? undefined : answer.error;
    },
    get from() {
      return whole ? 'server' : 'device';
    },
    retry: answer.retry
  };
}
