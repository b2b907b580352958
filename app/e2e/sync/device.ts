// A device without a browser: the app's core under Node with a database file of its own, the clock and the line
// under the test's control.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minted } from '../../src/calls.ts';
import { rooms } from '../../src/composition.ts';
import { Core, type CoreEvent } from '../../src/core.ts';
import type { CommandArgs, CommandName, CommandResult } from '../../src/api.ts';
import type { Profile } from '../../src/identity/profile.ts';
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
  readonly #make: () => Core;
  readonly mint: () => ReturnType<typeof mint>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'outlay-device-'));
  #profile: Profile | null = null;
  #kept: Kept | null = null;

  constructor(
    server: string,
    { fetch: line = fetch, live = false, now_ms = Date.now, random = chance, disk = (port) => port, emit = () => undefined, ...limits }: Options = {}
  ) {
    this.mint = () => mint(now_ms(), random);
    this.#make = () => new Core(
      {
        server, fetch: line, rooms, now_ms, random, sync: live, ...limits,
        vault: { load: async () => this.#kept, save: async (kept) => void (this.#kept = kept) },
        profile: { load: async () => this.#profile, save: async (profile) => void (this.#profile = profile) },
        files: {
          open: async (file) => disk(openNode(join(this.#folder, file))),
          remove: async (file) => rmSync(join(this.#folder, file), { force: true })
        },
        timers: { set: (run, ms) => setTimeout(run, ms), clear: (timer) => clearTimeout(timer as NodeJS.Timeout), random: Math.random },
        wait: (ms, signal) =>
          new Promise((resolve) => {
            const timer = setTimeout(resolve, ms);
            signal.addEventListener('abort', () => (clearTimeout(timer), resolve()));
          })
      },
      emit
    );
    this.core = this.#make();
  }

  /** The app is killed and opened again on what is on the disk. */
  async restart(): Promise<void> {
    this.core.close();
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
  async step(): Promise<void> {
    await this.core.book.machine.step();
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

  /** The device's disk as it is now, on another device: a backup, or a clone. The session stays behind. */
  copy(server: string, options: Options = {}): TestDevice {
    const other = new TestDevice(server, options);
    const { file } = this.#profile!.files[0]!;
    this.port.exec(`VACUUM INTO '${join(other.#folder, file)}'`);
    other.#profile = structuredClone(this.#profile!);
    return other;
  }

  async close(): Promise<void> {
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
