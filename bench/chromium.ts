// A browser of its own for a measurement: Debian's Chromium with nothing attached to its pages while they load, in a
// control group of its own. Owns the process, the group and the profile.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--window-size=390,844', '--remote-debugging-port=0', '--lang=en-GB'
];
const PERIOD_US = 20_000;
/** What a browser does for itself when it starts is over then. */
const CALM_MS = 3_000;
const START_MS = 30_000;

/** How much of the processor the browser has: all of it, or a quarter ("CPU 4× slower"). */
export type Share = 'whole' | 'quarter';

/**
 * A control group of the browser and all its processes. `whole` goes before everything else on the machine, so that a
 * neighbour is not measured; `quarter` may use a quarter of the cores' time, in slices of 20 ms. Null where control
 * groups cannot be written.
 */
function group(share: Share): string | null {
  const name = `outlay-bench-${process.pid}-${share}`;
  const quota_us = (PERIOD_US * cpus().length) / 4;
  try {
    if (existsSync('/sys/fs/cgroup/cgroup.controllers')) {
      const folder = `/sys/fs/cgroup/${name}`;
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${folder}/cpu.weight`, '10000');
      writeFileSync(`${folder}/cpu.max`, share === 'quarter' ? `${quota_us} ${PERIOD_US}` : 'max');
      return folder;
    }
    const folder = `/sys/fs/cgroup/cpu/${name}`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/cpu.shares`, '262144');
    writeFileSync(`${folder}/cpu.cfs_period_us`, String(PERIOD_US));
    writeFileSync(`${folder}/cpu.cfs_quota_us`, share === 'quarter' ? String(quota_us) : '-1');
    return folder;
  } catch {
    return null;
  }
}

/** Whether "CPU 4× slower" can be had here. */
export const grouped = (): boolean => {
  const folder = group('quarter');
  if (folder) rmGroup(folder);
  return folder !== null;
};

function rmGroup(folder: string): void {
  try {
    // a control group is a folder that is removed while it still has files
    rmdirSync(folder);
  } catch {
    // a process is still ending: the group goes with the machine
  }
}

interface Answer {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
  sessionId?: string;
}

export class Chromium {
  readonly #child: ChildProcess;
  readonly #socket: WebSocket;
  readonly #group: string | null;
  readonly #waiting = new Map<number, { resolve(result: Record<string, unknown>): void; reject(error: Error): void }>();
  readonly #listeners = new Set<(answer: Answer) => void>();
  #ids = 0;

  private constructor(child: ChildProcess, socket: WebSocket, folder: string | null) {
    this.#child = child;
    this.#socket = socket;
    this.#group = folder;
    socket.onmessage = ({ data }) => this.#heard(JSON.parse(String(data)) as Answer);
  }

  static profile(): string {
    return mkdtempSync(join(tmpdir(), 'outlay-profile-'));
  }

  static async start(profile: string, share: Share): Promise<Chromium> {
    const folder = group(share);
    const port = join(profile, 'DevToolsActivePort');
    rmSync(port, { force: true });
    const join_ = folder ? `echo $$ > ${folder}/cgroup.procs && ` : '';
    const child = spawn('sh', ['-c', `${join_}exec "$0" "$@"`, CHROMIUM, ...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], { stdio: 'ignore', detached: true });
    const deadline = Date.now() + START_MS;
    while (!existsSync(port) || readFileSync(port, 'utf8').split('\n').length < 2) {
      if (Date.now() > deadline || child.exitCode !== null) throw new Error(`${CHROMIUM} did not start`);
      await sleep(50);
    }
    const [number, path] = readFileSync(port, 'utf8').split('\n');
    const socket = new WebSocket(`ws://127.0.0.1:${number}${path}`);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error('DevTools'));
    });
    await sleep(CALM_MS * (share === 'quarter' ? 3 : 1));
    return new Chromium(child, socket, folder);
  }

  #heard(answer: Answer): void {
    if (answer.id === undefined) {
      for (const listener of this.#listeners) listener(answer);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.error) waiting?.reject(new Error(answer.error.message));
    else waiting?.resolve(answer.result ?? {});
  }

  send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#ids;
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Opens an address in a new tab. Nothing listens to it before `attach`. */
  async open(url: string): Promise<string> {
    return (await this.send('Target.createTarget', { url })).targetId as string;
  }

  async attach(targetId: string): Promise<Session> {
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    return new Session(this, sessionId as string);
  }

  /** The dedicated worker of a page. */
  async workerOf(page: Session): Promise<Session> {
    const found = new Promise<string>((resolve) => {
      this.#listeners.add(({ method, params }) => {
        const { type } = (params?.['targetInfo'] ?? {}) as { type?: string };
        if (method === 'Target.attachedToTarget' && type === 'worker') resolve(params?.['sessionId'] as string);
      });
    });
    await page.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
    return new Session(this, await found);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    await Promise.race([this.send('Browser.close'), sleep(2_000)]).catch(() => undefined);
    const force = setTimeout(() => process.kill(-this.#child.pid!, 'SIGKILL'), 10_000);
    await ended;
    clearTimeout(force);
    await sleep(200);
    if (this.#group) rmGroup(this.#group);
  }
}

export class Session {
  readonly #browser: Chromium;
  readonly #id: string;

  constructor(browser: Chromium, id: string) {
    this.#browser = browser;
    this.#id = id;
  }

  send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    return this.#browser.send(method, params, this.#id);
  }

  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })) as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Asks until the answer is not null. */
  async until<T>(expression: string, timeout_ms: number): Promise<T> {
    const deadline = Date.now() + timeout_ms;
    for (;;) {
      const value = await this.evaluate<T | null>(expression).catch(() => null);
      if (value !== null && value !== undefined) return value;
      if (Date.now() > deadline) throw new Error(`still nothing after ${timeout_ms} ms: ${expression.slice(0, 200)}`);
      await sleep(100);
    }
  }
}
