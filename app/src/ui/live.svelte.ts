/**
 * Data on a screen: `live('accounts', () => ({}))` is asked again when the tables it read change
 * and when anything `params` reads changes; until the new answer is there, the old one stays. What could
 * not be read is for `ui/Failed.svelte` to say.
 */
import { outlay, type Live, type Problem, type QueryName, type QueryParams, type QueryResult } from '$src/outlay';

export { status } from './status.svelte';

export interface LiveData<T> {
  readonly data: T | undefined;
  /** Why there is nothing, or nothing newer. */
  readonly error: Problem | undefined;
  retry(): void;
}

/** `params` may return null: nothing is asked then, and `data` is undefined. */
export function live<Q extends QueryName>(
  name: Q,
  params: () => QueryParams[Q] | null
): LiveData<QueryResult[Q]> {
  let data = $state.raw<QueryResult[Q] | undefined>(undefined);
  let error = $state.raw<Problem | undefined>(undefined);
  let asking: Live<Q> | undefined;
  $effect(() => {
    const asked = params();
    if (asked === null) {
      data = error = undefined;
      return;
    }
    asking = outlay.live(name, asked);
    return asking.subscribe((answer) => {
      // sums of other days under these days' name would be wrong
      if (answer.data !== undefined || answer.error) data = answer.data;
      error = answer.error;
    });
  });
  return {
    get data() {
      return data;
    },
    get error() {
      return error;
    },
    retry: () => asking?.refresh()
  };
}
