// One story from a seed: the app's core under Node with real SQLite files, the real server behind a proxy that fails,
// devices that die before and after their commits. In the end all have the same, and the server has every change once.
import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { setAsideCount } from '../../src/sync/outbox.ts';
import { PYTHON, type Server } from '../harness.ts';
import { PASSWORD, TestDevice, type Options } from '../sync/device.ts';
import { seeded } from '../sync/line.ts';
import { expectSame, expectServerAgrees } from '../sync/people.ts';
import { expectTrue, Storm } from '../sync/storm.ts';
import { Crash, MortalPort } from './disk.ts';
import { Proxy } from './proxy.ts';

const HOUR = 3_600_000;
const JUMPS = [HOUR, -HOUR, 24 * HOUR, 10 * 365 * 24 * HOUR, -10 * 365 * 24 * HOUR];
const ASIDE = fileURLToPath(new URL('../../../server/tests/prove/aside.py', import.meta.url));

export interface Told {
  book_id: string;
  /** Every change that was saved on a device and whose device was not put back. */
  mids: string[];
  counts: Record<string, number>;
  commands: Record<string, number>;
}

export interface How {
  steps: number;
  /** Ends the server's process with SIGKILL in the middle of a request. */
  kill: boolean;
  /** Puts an older copy of the server's data back, under another epoch. */
  restore: boolean;
  /** The server forgets all tombstones and mutations once. */
  collect: boolean;
}

export class Story {
  readonly #server: Server;
  readonly #random: () => number;
  readonly #proxy: Proxy;
  readonly #storm: Storm;
  readonly #counts: Record<string, number> = {};
  readonly #saved = new Set<string>();
  readonly #skew = new Map<TestDevice, number>();
  readonly #devices: TestDevice[] = [];
  readonly #address: string;
  #now = 1_768_478_400_000;
  #mortal = 0;
  #backup: string | null = null;

  constructor(server: Server, seed: number) {
    this.#server = server;
    this.#random = seeded(seed + 1);
    this.#proxy = new Proxy(server.url, seeded(seed + 7));
    this.#storm = new Storm(this.#random);
    this.#address = `prove-${seed}-${process.pid}-${Date.now()}@example.com`;
  }

  async tell(how: How): Promise<Told> {
    const url = await this.#proxy.start();
    try {
      await this.#begin(url);
      this.#proxy.faults = { bad: this.#pick([0, 0.15, 0.4]) };
      this.#mortal = this.#pick([0, 0.03, 0.1]);
      const special = how.kill || how.restore || how.collect ? Math.floor(how.steps / 2) : -1;
      for (let n = 0; n < how.steps; n++) {
        if (n === Math.floor(how.steps / 4) && how.restore) await this.#backUp();
        if (n === special) await this.#special(how);
        await this.#step();
      }
      return await this.#end();
    } finally {
      for (const device of this.#devices) await device.close();
      await this.#proxy.stop();
      if (this.#backup !== null) await rm(this.#backup, { recursive: true, force: true });
    }
  }

  async #begin(url: string): Promise<void> {
    const first = this.#device(url);
    await first.core.start();
    const { core } = first;
    await core.useWithoutAccount({ base_currency: 'EUR' }, first.mint());
    first.command('addAccount', { name: 'Current', kind: 'bank', currency: 'EUR' });
    await core.attachAccount({ email: this.#address, password: PASSWORD });
    for (let n = 0; n < 2; n++) {
      const other = this.#device(url);
      await other.core.start();
      await other.core.signIn({ email: this.#address, password: PASSWORD });
    }
  }

  #device(url: string): TestDevice {
    const bytes = (count: number) => Uint8Array.from({ length: count }, () => Math.floor(this.#random() * 256));
    const options: Options = {
      random: bytes, now_ms: () => this.#now + (this.#skew.get(device) ?? 0),
      pull_limit: this.#pick([1, 2, 3, 50]), snapshot_limit: this.#pick([3, 10, 200]),
      disk: (port) => new MortalPort(port, () => (this.#random() >= this.#mortal ? null : this.#random() < 0.5 ? 'before' : 'after'))
    };
    const device: TestDevice = new TestDevice(url, options);
    this.#devices.push(device);
    return device;
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }

  #count(what: string, by = 1): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + by;
  }

  async #step(): Promise<void> {
    this.#now += 1 + Math.floor(this.#random() * 100_000);
    this.#count('steps');
    const device = this.#pick(this.#devices);
    const dice = this.#random();
    if (dice < 0.45) await this.#alive(device, async () => this.#storm.rage(device, 1 + Math.floor(this.#random() * 3)));
    else if (dice < 0.93) {
      const steps = 1 + Math.floor(this.#random() * 6);
      await this.#alive(device, async () => {
        for (let n = 0; n < steps; n++) await device.step();
      });
    } else if (dice < 0.97) this.#skew.set(device, this.#pick(JUMPS));
    else await this.#again(device, 'killed apps');
    this.#remember(device);
  }

  /** What a device does, and its restart when it dies of it. */
  async #alive(device: TestDevice, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      await this.#again(device, `crash ${error.message}`);
    }
  }

  async #again(device: TestDevice, why: string): Promise<void> {
    this.#count(why);
    const mortal = this.#mortal;
    this.#mortal = 0;
    await device.restart();
    this.#mortal = mortal;
  }

  /** What is saved now may never be missing. */
  #remember(device: TestDevice): void {
    for (const [mid] of device.port.rows('SELECT mid FROM outbox')) this.#saved.add(String(mid));
  }

  async #special(how: How): Promise<void> {
    if (how.kill) {
      // The next request meets it.
      const { bad } = this.#proxy.faults;
      this.#proxy.faults = {
        bad: 1,
        kill: async () => {
          this.#proxy.faults = { bad };
          this.#count('server killed');
          await this.#server.kill('SIGKILL');
          await this.#server.restart();
        }
      };
    }
    if (how.restore) await this.#restore();
    if (how.collect) {
      const { book_id } = this.#devices[0]!.core.book.meta;
      await this.#aside('collect', book_id);
      this.#count('collected');
    }
  }

  async #backUp(): Promise<void> {
    await this.#server.kill();
    this.#backup = `${this.#server.dataFolder}-backup`;
    await copyAll(this.#server.dataFolder, this.#backup);
    await this.#server.restart();
  }

  async #restore(): Promise<void> {
    await this.#server.kill();
    await copyAll(this.#backup!, this.#server.dataFolder);
    await this.#aside('epoch');
    this.#count('server restored');
  }

  /** With the server stopped, and started again afterwards. */
  async #aside(...args: string[]): Promise<void> {
    await this.#server.kill();
    await aside(this.#server.dataFolder, ...args);
    await this.#server.restart();
  }

  /** A server that went back in time does not know the newest tokens, and says so when one is next renewed. */
  async #settle(device: TestDevice): Promise<void> {
    try {
      await device.settle(60);
    } catch (error) {
      if (device.core.status.session !== 'needs_auth') throw error;
      this.#count('signed in again');
      await device.core.signIn({ email: this.#address, password: PASSWORD });
      await device.settle(60);
    }
  }

  async #end(): Promise<Told> {
    this.#mortal = 0;
    this.#proxy.faults = { bad: 0 };
    for (let round = 0; round < 3; round++) for (const device of this.#devices) await this.#settle(device);
    expectSame(...this.#devices);
    for (const device of this.#devices) expectTrue(device);
    await expectServerAgrees(this.#devices[0]!);
    for (const device of this.#devices) {
      // The line refuses so only what the server has (`UNREADABLE`).
      expect(setAsideCount(device.port), 'changes that are set aside').toBe(0);
      this.#remember(device);
      for (const [state, count] of device.port.rows(`SELECT coalesce(substr(status, 1, instr(status || ':', ':') - 1), state), count(*) FROM outbox GROUP BY 1`)) {
        this.#count(String(state), Number(count));
      }
    }
    for (const [what, count] of Object.entries(this.#proxy.counts)) this.#count(what, count);
    return { book_id: this.#devices[0]!.core.book.meta.book_id, mids: [...this.#saved], counts: this.#counts, commands: this.#storm.done };
  }
}

/** Runs server/tests/prove/aside.py on the data of a stopped server. */
export async function aside(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(PYTHON, [ASIDE, ...args], { env: { ...process.env, OUTLAY_DATA_DIR: folder } });
  return stdout;
}

async function copyAll(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
}
