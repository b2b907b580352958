/**
 * Data on a screen: `live('accounts', () => ({}))` is asked again when the tables it read change
 * and when anything `params` reads changes; until the new answer is there, the old one stays.
 */
import { outlay, type Problem, type QueryName, type QueryParams, type QueryResult, type Status } from '$src/outlay';

export interface LiveData<T> {
  readonly data: T | undefined;
  readonly error: Problem | undefined;
}

/** `params` may return null: nothing is asked then, and `data` is undefined. */
export function live<Q extends QueryName>(
  name: Q,
  params: () => QueryParams[Q] | null
): LiveData<QueryResult[Q]> {
  let data = $state.raw<QueryResult[Q] | undefined>(undefined);
  let error = $state.raw<Problem | undefined>(undefined);
  $effect(() => {
    const asked = params();
    if (asked === null) {
      data = undefined;
      return;
    }
    return outlay.live(name, asked).subscribe((answer) => {
      if (answer.data !== undefined) data = answer.data;
      error = answer.error;
    });
  });
  return {
    get data() {
      return data;
    },
    get error() {
      return error;
    }
  };
}

let current = $state.raw<Status | undefined>(undefined);
let subscribed = false;

/** The session, the book and the state of sync; one subscription for the whole page. */
export function status(): Status | undefined {
  if (!subscribed) {
    subscribed = true;
    // Never ended: it lives as long as the page. Deferred, so that reading it inside a derived
    // value does not write state there.
    queueMicrotask(() => outlay.status.subscribe((value) => (current = value)));
  }
  return current;
}
