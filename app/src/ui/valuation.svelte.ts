/** How foreign amounts are counted on this device: at the rate they were written with, or at today's. */
import type { Mode } from '$src/reports/shapes';

const KEY = 'outlay.valuation';
let mode = $state<Mode>(globalThis.localStorage?.getItem(KEY) === 'todays_rate' ? 'todays_rate' : 'as_it_was');

export const valuation = {
  get mode(): Mode {
    return mode;
  },
  set mode(next: Mode) {
    mode = next;
    localStorage.setItem(KEY, next);
  }
};
