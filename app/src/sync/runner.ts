/**
 * When to sync: after a local change, a poke of the server, coming online, and every
 * minute in any case. Trouble waits 1–60 s, doubling, with jitter. Timers and
 * randomness come from outside.
 */
import type { Step, SyncMachine } from './machine.ts';

export interface Timers {
  set(run: () => void, ms: number): unknown;
  clear(timer: unknown): void;
  /** 0 ≤ x < 1 */
  random(): number;
}

export const POLL_MS = 60_000;
export const BACKOFF_FIRST_MS = 1_000;
export const BACKOFF_MOST_MS = 60_000;

/** Full jitter between half and the whole of a doubling wait. */
export function backoff(failures: number, random: number): number {
  const most = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.max(BACKOFF_FIRST_MS, Math.round(most * (0.5 + random / 2)));
}

/** A full disk, or a mistake of ours: nothing was written, it is said, and tried again later. */
function failed(error: unknown): Step {
  console.error(error);
  return { next: 'retry', offline: false, problem: { code: 'sync_failed', message: error instanceof Error ? error.message : String(error) } };
}

export class SyncRunner {
  readonly #machine: SyncMachine;
  readonly #timers: Timers;
  readonly #heard: (step: Step) => void;
  #timer: unknown = null;
  #failures = 0;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;

  /** `heard` is told of every step, and of `busy` before the first of a round. */
  constructor(machine: SyncMachine, timers: Timers, heard: (step: Step) => void) {
    this.#machine = machine;
    this.#timers = timers;
    this.#heard = heard;
  }

  /** Syncs now; a poke while a round runs makes it go round once more. */
  poke(): Promise<void> {
    this.#failures = 0;
    return this.#go();
  }

  #go(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#cancel();
    this.#running = this.#round().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Ends the timers; the machine drops what is in flight. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #round(): Promise<void> {
    for (;;) {
      this.#again = false;
      const step = await this.#steps();
      if (this.#stopped) return;
      if (this.#again && step.next === 'idle') continue;
      this.#plan(step);
      return;
    }
  }

  async #steps(): Promise<Step> {
    for (;;) {
      const step = await this.#machine.step().catch(failed);
      if (this.#stopped) return step;
      if (step.next === 'more' || step.next === 'idle') this.#failures = 0;
      this.#heard(step);
      if (step.next === 'more') continue;
      if (step.next !== 'idle' || !(await this.#machine.checkDigest().catch(() => false))) return step;
    }
  }

  #plan(step: Step): void {
    if (step.next === 'needs_auth' || step.next === 'stopped') return;
    const jitter = this.#timers.random();
    let wait_ms = POLL_MS * (0.9 + jitter * 0.2);
    if (step.next === 'retry') {
      wait_ms = step.after_s === undefined ? backoff(this.#failures, jitter) : Math.min(step.after_s * 1000, BACKOFF_MOST_MS);
      this.#failures += 1;
    }
    this.#timer = this.#timers.set(() => {
      this.#timer = null;
      void this.#go();
    }, wait_ms);
  }

  #cancel(): void {
    if (this.#timer !== null) this.#timers.clear(this.#timer);
    this.#timer = null;
  }
}
