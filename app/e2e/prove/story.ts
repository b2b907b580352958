// One story from a seed: the app's core under Node with real SQLite files, the real server behind a proxy that fails,
// devices that die before and after their commits, are put back, cloned, emptied and led by two. In the end all have the
// same, and the server has every change once.
import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { UnsentFile } from '../../src/api.ts';
import { json } from '../../src/identity/session.ts';
import { pendingCount, setAsideCount } from '../../src/sync/outbox.ts';
import { versionOf } from '../../src/sync/wire.ts';
import { PYTHON, type Server } from '../harness.ts';
import { PASSWORD, TestDevice, type Options } from '../sync/device.ts';
import { seeded } from '../sync/line.ts';
import { expectSame, expectServerAgrees } from '../sync/people.ts';
import { expectTrue, Storm } from '../sync/storm.ts';
import { Crash, MortalPort } from './disk.ts';
import { DEATHS, DEVICE, POKES, Proxy } from './proxy.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const JUMPS = [HOUR, -HOUR, DAY, 10 * 365 * DAY, -10 * 365 * DAY];
/** Longer than tombstones and records of changes are kept. */
const AWAY = 200 * DAY;
const ASIDE = fileURLToPath(new URL('../../../server/tests/prove/aside.py', import.meta.url));
const MOST_DEVICES = 6;
/** How much faster than an app's the timers of a device run that syncs by itself. */
const PACE = 200;
const PATIENCE_MS = 30_000;

export interface Told {
  book_id: string;
  /** Every change that was saved on a device and of which somebody still has a copy. */
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
  /** Half a year in which nobody is there: then the server forgets tombstones and what it knew of changes. */
  away: boolean;
  /** Moves the server's clock, once it is stopped and what it has is judged: then that may go. */
  later(ms: number): Promise<void>;
}

/** Who was put back, cloned, lost, doubled, woken or shut out. */
type Mishap = (device: TestDevice) => void | Promise<void>;

export class Story {
  readonly #server: Server;
  readonly #seed: number;
  readonly #random: () => number;
  readonly #proxy: Proxy;
  readonly #storm: Storm;
  readonly #counts: Record<string, number> = {};
  readonly #saved = new Set<string>();
  /** What may be missing: the only copies went with a disk, or with the server's data after they had left the devices. */
  readonly #excused = new Set<string>();
  /** What was found in the log before its record was collected. */
  readonly #known = new Set<string>();
  readonly #skew = new Map<TestDevice, number>();
  readonly #devices: TestDevice[] = [];
  readonly #copies = new Map<TestDevice, string>();
  readonly #guests = new Set<TestDevice>();
  /** The more often one stands here, the more often it happens. */
  readonly #mishaps: readonly Mishap[] = [
    (device) => this.#copyFile(device), (device) => this.#copyFile(device), (device) => this.#putBack(device), (device) => this.#putBack(device),
    (device) => this.#putBack(device), (device) => this.#putBack(device), (device) => this.#clone(device), (device) => this.#evict(device),
    (device) => this.#leaders(device), (device) => this.#leaders(device), (device) => this.#listen(device), (device) => this.#listen(device),
    () => this.#membership(), () => this.#membership()
  ];
  readonly #url: Promise<string>;
  #book_id = '';
  #made = 0;
  /** What the server had, under another epoch, and has no more. */
  #lost = { epoch: '', mids: new Set<string>() };
  /** The guest is no member now. */
  #shut = false;
  #now = 1_768_478_400_000;
  #mortal = 0;
  /** How many are at work now for whom no disk dies. */
  #safe = 0;
  /** The server is dead, and soon alive again. */
  #dying: Promise<void> = Promise.resolve();
  #backup: { folder: string; shut: boolean } | null = null;

  constructor(server: Server, seed: number) {
    this.#server = server;
    this.#seed = seed;
    this.#random = seeded(seed + 1);
    this.#proxy = new Proxy(server.url, (device) => seeded(seed * 101 + device));
    this.#storm = new Storm(this.#random);
    this.#url = this.#proxy.start();
  }

  async tell(how: How): Promise<Told> {
    try {
      await this.#begin();
      this.#proxy.faults = { bad: this.#pick([0, 0.15, 0.4]) };
      this.#mortal = this.#pick([0, 0.03, 0.1]);
      const special = Math.floor(how.steps / 2);
      for (let n = 0; n < how.steps; n++) {
        if (n === Math.floor(how.steps / 4) && how.restore) await this.#backUp();
        if (n === special) await this.#special(how);
        await this.#step();
      }
      return await this.#end();
    } finally {
      for (const device of this.#devices) await device.close();
      await this.#proxy.stop();
      if (this.#backup !== null) await rm(this.#backup.folder, { recursive: true, force: true });
    }
  }

  /** A person with two devices, and a third one: theirs, or of a guest who is a member of the book. */
  async #begin(): Promise<void> {
    const first = await this.#device();
    await first.core.start();
    const { core } = first;
    await core.useWithoutAccount({ base_currency: 'EUR' }, first.mint());
    first.command('addAccount', { name: 'Current', kind: 'bank', currency: 'EUR' });
    await core.attachAccount({ email: this.#address(first), password: PASSWORD });
    this.#book_id = core.book.meta.book_id;
    // a book that is lost before anybody else has it is no story
    await this.#settle(first);
    const second = await this.#device();
    await second.core.start();
    await this.#signIn(second);
    const third = await this.#device();
    await third.core.start();
    if (this.#random() < 0.5) return this.#signIn(third);
    this.#guests.add(third);
    await third.core.signUp({ email: this.#address(third), password: PASSWORD });
    await third.core.join(await this.#invitation());
  }

  #address(device: TestDevice): string {
    return `prove-${this.#seed}-${process.pid}-${this.#guests.has(device) ? 'guest' : 'owner'}-${STARTED}@example.com`;
  }

  async #device(from?: { device: TestDevice; saved: string }): Promise<TestDevice> {
    const url = await this.#url;
    const number = (this.#made += 1);
    // of its own, so that it does not matter which of two that meet is first
    const chance = seeded(this.#seed * 103 + number);
    const options: Options = {
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        headers.set(DEVICE, String(number));
        return fetch(input, { ...init, headers });
      },
      random: (count) => Uint8Array.from({ length: count }, () => Math.floor(chance() * 256)), now_ms: () => this.#now + (this.#skew.get(device) ?? 0), pace: PACE,
      pull_limit: this.#pick([1, 2, 3, 50]), snapshot_limit: this.#pick([3, 10, 200]),
      disk: (port) => new MortalPort(port, () => {
        const [dies, when] = [chance() < this.#mortal, chance() < 0.5 ? 'before' as const : 'after' as const];
        return dies && this.#safe === 0 ? when : null;
      }, () => device.other !== null)
    };
    const device: TestDevice = from ? from.device.copy(url, options, from.saved) : new TestDevice(url, options);
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
    await this.#dying;
    this.#now += 1 + Math.floor(this.#random() * 100_000);
    this.#count('steps');
    const device = this.#pick(this.#devices);
    const dice = this.#random();
    if (this.#random() < 0.1) await this.#safely(() => this.#pick(this.#mishaps)(device));
    else if (dice < 0.45) await this.#alive(device, async () => this.#storm.rage(device, 1 + Math.floor(this.#random() * 3)));
    else if (dice < 0.82) await this.#steps(device);
    else if (dice < 0.93) await this.#atOnce();
    else if (dice < 0.97) this.#jump(device);
    else await this.#again(device, 'killed apps');
    for (const each of this.#devices) {
      this.#remember(each);
      if (each.core.status.session === 'needs_auth' && !this.#out(each)) await this.#safely(() => this.#signIn(each));
    }
  }

  #some(): number {
    return 1 + Math.floor(this.#random() * 6);
  }

  async #steps(device: TestDevice, steps = this.#some()): Promise<void> {
    await this.#alive(device, async () => {
      for (let n = 0; n < steps; n++) await device.step();
    });
  }

  /** All devices at the same moment: their requests meet at the server. */
  async #atOnce(): Promise<void> {
    this.#count('all at once');
    const steps = this.#devices.map(() => this.#some());
    await Promise.all(this.#devices.map(async (device, at) => {
      await this.#alive(device, async () => this.#storm.rage(device, 1));
      await this.#steps(device, steps[at]!);
    }));
  }

  #jump(device: TestDevice): void {
    const jump = this.#pick(JUMPS);
    this.#count(Math.abs(jump) > DAY ? 'clock jumped by years' : 'clock jumped by hours');
    this.#skew.set(device, jump);
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
    await this.#safely(() => device.restart());
  }

  /** No disk dies meanwhile. */
  async #safely(work: () => void | Promise<void>): Promise<void> {
    this.#safe += 1;
    try {
      await work();
    } finally {
      this.#safe -= 1;
    }
  }

  /** What is on a disk now may never be missing. */
  #remember(device: TestDevice): void {
    for (const mid of held(device)) {
      this.#saved.add(mid);
      this.#excused.delete(mid);
    }
  }

  /** Signs in, and has the story's book open again. A server that went back in time knows no new session. */
  async #signIn(device: TestDevice): Promise<void> {
    this.#count('signed in');
    await device.core.signIn({ email: this.#address(device), password: PASSWORD });
    if (device.core.book.meta.book_id !== this.#book_id) await device.core.openBook(this.#book_id);
  }

  /* ---- mishaps ------------------------------------------------------------------- */

  #copyFile(device: TestDevice): void {
    this.#copies.set(device, device.save());
  }

  /** A device's disk goes back to an older copy. */
  async #putBack(given: TestDevice): Promise<void> {
    const device = this.#copies.has(given) ? given : ([...this.#copies.keys()][0] ?? given);
    const saved = this.#copies.get(device);
    if (saved === undefined) return this.#copyFile(device);
    const [only, confirmed] = [this.#onlyOn(device), held(device, 'acked')];
    await device.load(saved);
    const has = new Set(held(device));
    this.#excuse(only);
    this.#count(confirmed.every((mid) => has.has(mid)) ? 'file restored' : 'file restored from before what was confirmed');
  }

  /** Another device begins with a copy of one, old or new, and both go on. */
  async #clone(device: TestDevice): Promise<void> {
    if (this.#devices.length >= MOST_DEVICES || this.#out(device)) return;
    const clone = await this.#device({ device, saved: this.#copies.get(device) ?? device.save() });
    if (this.#guests.has(device)) this.#guests.add(clone);
    await clone.core.start();
    await this.#signIn(clone);
    this.#count('file cloned');
  }

  /** The browser has cleared its storage, or the phone is lost: the next start is that of a new device. */
  async #evict(device: TestDevice): Promise<void> {
    if (this.#out(device)) return;
    const only = this.#onlyOn(device);
    this.#devices.splice(this.#devices.indexOf(device), 1);
    this.#copies.delete(device);
    await device.close();
    const anew = await this.#device();
    if (this.#guests.has(device)) this.#guests.add(anew);
    await anew.core.start();
    await this.#signIn(anew);
    this.#excuse(only);
    this.#count('storage evicted');
  }

  /** What no server has: it waits, or was confirmed by one that went back, of which the device has not heard yet. */
  #onlyOn(device: TestDevice): string[] {
    const heard = device.core.book.meta.epoch !== this.#lost.epoch;
    return [...held(device, 'pending'), ...(heard ? [] : held(device, 'acked').filter((mid) => this.#lost.mids.has(mid)))];
  }

  /** Only this disk had them. */
  #excuse(waiting: readonly string[]): void {
    const others = new Set(this.#devices.flatMap((device) => held(device)));
    for (const mid of waiting) if (!others.has(mid)) this.#excused.add(mid);
  }

  /** Two tabs hold themselves for the leader: both write and sync on one file, and one of them dies in the middle. */
  async #leaders(device: TestDevice): Promise<void> {
    await device.second();
    this.#count('two leaders');
    for (let n = 0; n < 4; n++) {
      const steps = [device.core, device.other!].map((core) => device.step(core));
      this.#storm.rage(device, 1);
      device.swap();
      this.#storm.rage(device, 1);
      await Promise.all(steps);
    }
    const last = device.other!.book.machine.step();
    device.other!.close();
    device.other = null;
    await last;
  }

  /** A device syncs by itself for a while, woken by the server or, when nothing is heard of it, by its own clock (I9). */
  async #listen(device: TestDevice): Promise<void> {
    if (this.#out(device)) return;
    const { bad } = this.#proxy.faults;
    const pokes = this.#pick(POKES);
    Object.assign(this.#proxy.faults, { pokes, current: true });
    this.#count(`listened with ${pokes} pokes`);
    await device.restart(true);
    const other = this.#pick(this.#devices.filter((each) => each !== device && !this.#out(each) && each.core.book.meta.stopped === null));
    for (let n = 0; n < 4; n++) {
      this.#storm.rage(other, 1);
      if (this.#random() < 0.5) this.#storm.rage(device, 1);
      for (let steps = 0; steps < 4; steps++) await other.step();
    }
    this.#proxy.faults.bad = 0;
    await this.#settle(other);
    const head = versionOf(other.core.book.meta.cursor);
    const until = Date.now() + PATIENCE_MS;
    while (pendingCount(device.port) > 0 || versionOf(device.core.book.meta.cursor) < head) {
      expect(Date.now(), `I9: a device that heard ${pokes} pokes stands still: ${JSON.stringify(device.core.status.sync)}`).toBeLessThan(until);
      if (device.core.status.session === 'needs_auth') await this.#signInLive(device);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.#remember(device);
    Object.assign(this.#proxy.faults, { bad, pokes: 'clear', current: false });
    await device.restart();
  }

  async #signInLive(device: TestDevice): Promise<void> {
    await this.#dying;
    await this.#signIn(device);
    await device.restart(true);
  }

  /** A guest is shut out, or let in again. */
  async #membership(): Promise<void> {
    const [guest] = this.#guests;
    if (!guest) return;
    if (this.#shut) return this.#letIn();
    const { person } = this.#guestDevices()[0]!.core.status;
    await this.#asOwner((owner) => owner.core.session.request(`/books/${this.#book_id}/members/${person!.id}`, { method: 'DELETE' }));
    this.#shut = true;
    this.#count('membership revoked');
  }

  /** Of a guest who may not read the book now. */
  #out(device: TestDevice): boolean {
    return this.#shut && this.#guests.has(device);
  }

  #guestDevices(): TestDevice[] {
    return this.#devices.filter((device) => this.#guests.has(device));
  }

  async #invitation(): Promise<string> {
    const answer = await this.#asOwner((owner) => owner.core.session.request(`/books/${this.#book_id}/invitations`, json('POST', { role: 'editor' })));
    return ((await answer.json()) as { token: string }).token;
  }

  async #asOwner(ask: (owner: TestDevice) => Promise<Response>): Promise<Response> {
    const owner = this.#devices.find((device) => !this.#guests.has(device)) ?? (await this.#ownersDevice());
    const answer = await ask(owner).catch(async () => {
      await this.#signIn(owner);
      return ask(owner);
    });
    expect(answer.ok, `the owner is refused: ${answer.status} ${answer.ok ? '' : await answer.clone().text()}`).toBe(true);
    return answer;
  }

  async #ownersDevice(): Promise<TestDevice> {
    const device = await this.#device();
    await device.core.start();
    await this.#signIn(device);
    return device;
  }

  /** As people do it: what was not sent is saved as a file and taken in again, or the book was never removed. */
  async #letIn(): Promise<void> {
    let token = this.#shut ? await this.#invitation() : null;
    this.#shut = false;
    for (const device of this.#guestDevices()) {
      const { stopped } = device.core.book.meta;
      let exported: UnsentFile | null = null;
      if (stopped === 'revoked' && this.#random() < 0.5) {
        exported = device.core.book.unsent();
        this.#copies.delete(device);
        this.#count('unsent changes carried over', exported.mutations.length);
      }
      await device.core.signIn({ email: this.#address(device), password: PASSWORD });
      if (token !== null) await device.core.join(token);
      else await device.core.openBook(this.#book_id);
      token = null;
      // an app that starts asks whether it may again
      await device.restart(true);
      if (exported) {
        await device.core.removeBook();
        await device.core.openBook(this.#book_id);
        device.core.takeUnsent(exported);
      }
      await device.restart();
    }
    this.#count('membership given back');
  }

  /* ---- the server ---------------------------------------------------------------- */

  async #special(how: How): Promise<void> {
    await this.#dying;
    if (how.restore) await this.#restore();
    if (how.away) await this.#away(how);
    if (how.kill) {
      this.#proxy.faults.kill = {
        death: DEATHS[this.#seed % DEATHS.length]!,
        end: () => (this.#dying = this.#server.kill('SIGKILL').then(() => this.#server.restart()))
      };
    }
  }

  async #backUp(): Promise<void> {
    await this.#server.kill();
    this.#backup = { folder: `${this.#server.dataFolder}-backup`, shut: this.#shut };
    await copyAll(this.#server.dataFolder, this.#backup.folder);
    await this.#server.restart();
  }

  async #restore(): Promise<void> {
    await this.#server.kill();
    await copyAll(this.#backup!.folder, this.#server.dataFolder);
    const there = new Set(JSON.parse(await aside(this.#server.dataFolder, 'log', this.#book_id)) as string[]);
    this.#lost = { epoch: this.#devices[0]!.core.book.meta.epoch ?? '', mids: new Set([...this.#saved].filter((mid) => !there.has(mid))) };
    await this.#aside('epoch');
    this.#shut = this.#backup!.shut;
    // what only the server had
    for (const device of this.#devices) this.#remember(device);
    this.#excuse([...this.#saved]);
    this.#count('server restored');
  }

  /** Sessions end, tombstones go, and what is pushed again is looked for in the history. */
  async #away({ later }: How): Promise<void> {
    await this.#server.kill();
    for (const mid of JSON.parse(await aside(this.#server.dataFolder, 'log', this.#book_id)) as string[]) this.#known.add(mid);
    await later(AWAY);
    this.#now += AWAY;
    await this.#server.restart();
    this.#count('half years');
  }

  /** With the server stopped, and started again afterwards. */
  async #aside(...args: string[]): Promise<void> {
    await this.#server.kill();
    await aside(this.#server.dataFolder, ...args);
    await this.#server.restart();
  }

  /* ---- the end ------------------------------------------------------------------- */

  /** Until it rests, also when the server dies meanwhile, or went back in time and knows no new session. */
  async #settle(device: TestDevice): Promise<void> {
    for (;;) {
      const dying = this.#dying;
      await dying;
      try {
        return await device.settle(60);
      } catch (error) {
        if (device.core.status.session === 'needs_auth') await this.#signIn(device);
        else if (this.#dying === dying) throw error;
      }
    }
  }

  async #end(): Promise<Told> {
    await this.#dying;
    this.#mortal = 0;
    this.#proxy.faults = { bad: 0 };
    if (this.#shut || this.#guestDevices().some(({ core }) => core.book.meta.stopped !== null)) await this.#letIn();
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
    this.#count('excused', this.#excused.size);
    const mids = [...this.#saved].filter((mid) => !this.#known.has(mid) && !this.#excused.has(mid));
    return { book_id: this.#book_id, mids, counts: this.#counts, commands: this.#storm.done };
  }
}

const STARTED = Date.now();

/** The changes that a device has, or those in one state. */
function held({ port }: TestDevice, state?: 'pending' | 'acked'): string[] {
  return port.rows(`SELECT mid FROM outbox WHERE coalesce(:state, state) = state`, { state: state ?? null }).map(([mid]) => String(mid));
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
