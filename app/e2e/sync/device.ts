// A device without a browser: the app's core under Node with a database file of its own, the clock and the line
// under the test's control.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minted } from '../../src/calls.ts';
import { rooms } from '../../src/composition.ts';
import { Core } from '../../src/core.ts';
import type { CoreEvent } from '../../src/surroundings.ts';
import type { CommandArgs, CommandName, CommandResult } from '../../src/api.ts';
import { fileOf, type Profile } from '../../src/identity/profile.ts';
import type { Kept } from '../../src/identity/vault.ts';
import { uuid7 } from '../../src/kernel/ids.ts';
import { versionOf } from '../../src/sync/wire.ts';
import { ENTITY_NAMES } from '../../src/store/entities.ts';
import { openNode } from '../../src/store/node.ts';
import type { Port } from '../../src/store/port.ts';

export const PASSWORD = 'a long enough passphrase';
export const TODAY = '2026-11-22';

type Bytes = (bytes: number) => Uint8Array;

const chance: Bytes = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));
const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export function mint(now_ms = Date.now(), random: Bytes = chance) {
  return minted({ mid: uuid7(now_ms, random(10)), now_ms, today: TODAY, seed: hex(random(10)) });
}

export interface Options {
  fetch?: typeof fetch;
  /** Runs sync by itself (timers, events); else the test steps. */
  live?: boolean;
  /** How much faster than an app's its timers run. */
  pace?: number;
  pull_limit?: number;
  snapshot_limit?: number;
  now_ms?: () => number;
  random?: Bytes;
  /** The person's day: with it schedules post by themselves. */
  today?: () => string;
  /** What stands between the app and its file. */
  disk?: (port: Port) => Port;
  /** Hears what a page would hear. */
  emit?: (event: CoreEvent) => void;
}

export class TestDevice {
  core: Core;
  /** A second core on the same file: two leaders at once. */
  other: Core | null = null;
  readonly #make: (live?: boolean) => Core;
  readonly mint: () => ReturnType<typeof mint>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'outlay-device-'));
  #profile: Profile | null = null;
  #kept: Kept | null = null;

  constructor(
    server: string,
    { fetch: line = fetch, live = false, pace = 1, now_ms = Date.now, random = chance, disk = (port) => port, emit = () => undefined, ...limits }: Options = {}
  ) {
    this.mint = () => mint(now_ms(), random);
    this.#make = (sync = live) => new Core(
      {
        server, fetch: line, rooms, now_ms, random, sync, ...limits,
        vault: { load: async () => this.#kept, save: async (kept) => void (this.#kept = kept) },
        profile: { load: async () => this.#profile, save: async (profile) => void (this.#profile = profile) },
        files: {
          open: async (file) => disk(openNode(join(this.#folder, file))),
          remove: async (file) => rmSync(join(this.#folder, file), { force: true })
        },
        timers: { set: (run, ms) => setTimeout(run, ms / pace), clear: (timer) => clearTimeout(timer as NodeJS.Timeout), random: Math.random },
        wait: (ms, signal) =>
          new Promise((resolve) => {
            const timer = setTimeout(resolve, ms / pace);
            signal.addEventListener('abort', () => (clearTimeout(timer), resolve()));
          })
      },
      emit
    );
    this.core = this.#make();
  }

  /** The app is killed and opened again on what is on the disk; with `live` it syncs by itself from now on. */
  async restart(live?: boolean): Promise<void> {
    this.core.close();
    this.core = this.#make(live);
    await this.core.start();
  }

  /** Opens the app a second time on the same file, which nothing but a lock forbids. */
  async second(): Promise<void> {
    this.other = this.#make();
    await this.other.start();
  }

  /** What is done next is done by the other of the two. */
  swap(): void {
    if (this.other) [this.core, this.other] = [this.other, this.core];
  }

  /** The open book's file. */
  get #path(): string {
    const { person_id, book_id } = this.core.book.meta;
    return join(this.#folder, fileOf(this.#profile!, person_id, book_id));
  }

  #saves = 0;

  /** A copy of the open book's file as it is now, for `load` and `copy`. */
  save(): string {
    const path = join(this.#folder, `saved-${(this.#saves += 1)}`);
    this.port.exec(`VACUUM INTO '${path}'`);
    return path;
  }

  /** The device's disk is put back. */
  async load(saved: string): Promise<void> {
    const path = this.#path;
    this.core.close();
    for (const ending of ['-wal', '-shm', '-journal']) rmSync(path + ending, { force: true });
    copyFileSync(saved, path);
    this.#read = { epoch: null, version: 0 };
    this.core = this.#make();
    await this.core.start();
  }

  get port(): Port {
    return this.core.book.port;
  }

  command<C extends CommandName>(name: C, args: CommandArgs[C], call = this.mint()): CommandResult[C] {
    return this.core.command(name, args, call) as CommandResult[C];
  }

  query<T>(name: Parameters<Core['query']>[0], params: unknown = {}): T {
    return this.core.query(name, params, TODAY).data as T;
  }

  #read = { epoch: null as string | null, version: 0 };

  /** One step. What was read once is never read backwards (I5). */
  async step(core = this.core): Promise<void> {
    await core.book.machine.step();
    const { epoch, cursor } = this.core.book.meta;
    const version = versionOf(cursor);
    if (epoch === this.#read.epoch && cursor !== null && version < this.#read.version) {
      throw new Error(`the cursor went back from ${this.#read.version} to ${version}`);
    }
    if (cursor !== null) this.#read = { epoch, version };
  }

  /** Steps until the server has everything and this device too. */
  async settle(tries = 40): Promise<void> {
    let last: unknown = null;
    for (let n = 0; n < tries; n++) {
      const step = await this.core.book.machine.settle();
      last = step;
      if (step.next === 'idle') return;
      if (step.next !== 'retry') throw new Error(`sync stands still: ${JSON.stringify(step)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`sync did not come to rest: ${JSON.stringify(last)}`);
  }

  /** The device's disk as it is now, or was when it was `saved`, on another device. The session stays behind. */
  copy(server: string, options: Options = {}, saved = this.save()): TestDevice {
    const other = new TestDevice(server, options);
    copyFileSync(saved, this.#path.replace(this.#folder, other.#folder));
    other.#profile = structuredClone(this.#profile!);
    return other;
  }

  async close(): Promise<void> {
    this.other?.close();
    this.core.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Everything the server has confirmed here, as text that two devices must share. */
export function confirmed(device: TestDevice): string[] {
  return ENTITY_NAMES.flatMap((entity) =>
    device.port
      .rows(`SELECT * FROM "${entity}" WHERE NOT deleted ORDER BY id`)
      .map((row) => `${entity} ${JSON.stringify(row)}`)
  );
}

/** Lines and rollups, which no device is sent. */
export function derived(device: TestDevice): string[] {
  return [
    ...device.port.rows('SELECT * FROM line ORDER BY transaction_id, position').map((row) => JSON.stringify(row)),
    ...device.port.rows('SELECT * FROM rollup WHERE count <> 0 ORDER BY month, flow, currency, base_currency, category_id, account_id').map((row) => JSON.stringify(row))
  ];
}
