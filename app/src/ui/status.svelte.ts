/** The status on a screen: part of the first load, which reads no data. */
import { outlay, type Status } from '$src/outlay';

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
