/** What the core is given by the place that it runs in, and what it tells that place. */
import type { Status } from './api.ts';
import type { ProfileStore } from './identity/profile.ts';
import type { Vault } from './identity/vault.ts';
import type { Rooms } from './rooms.ts';
import type { Lock } from './store/lock.ts';
import type { Pictures } from './store/pictures.ts';
import type { Port } from './store/port.ts';
import type { Timers } from './sync/runner.ts';

export type CoreEvent = { kind: 'status'; status: Status } | { kind: 'changed'; tables: string[] };

export interface Surroundings {
  /** '' for the server that served the page. */
  server: string;
  /** Where the refresh token lies; null in a browser, which has its cookie. */
  vault: Vault | null;
  fetch: typeof fetch;
  profile: ProfileStore;
  files: {
    open(file: string): Promise<Port>;
    /** Removes the file and its key. */
    remove(file: string): Promise<void>;
  };
  /** The app lock; left out under Node. */
  lock?: Lock;
  now_ms(): number;
  /** The person's own calendar day. Left out (tests that step by hand): schedules post nothing by themselves. */
  today?(): string;
  random(bytes: number): Uint8Array;
  timers: Timers;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** How photos are drawn; left out under Node. */
  pictures?: Pictures;
  rooms: Rooms;
  /** What the server's list of sessions and the history of a book show. */
  device_name?: string;
  /** How long a start answers the first screen before it syncs and posts what is due; left out under Node. */
  calm_ms?: number;
  /** False in tests that step by hand. */
  sync?: boolean;
  pull_limit?: number;
  snapshot_limit?: number;
}
