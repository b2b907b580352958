// What every browser test stands on: the real server with a data folder of its own, and Debian's
// Chromium. Owns the processes and folders it starts and takes them away again.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
  type Page
} from 'playwright-core';
import { uuid7 } from '../src/kernel/ids.ts';

/** What anything that must come may take, here as in `expect.poll` (vite.config.ts). */
export const PATIENCE_MS = 60_000;

const START_TIMEOUT_MS = PATIENCE_MS;
const STOP_TIMEOUT_MS = 10_000;
const OUTPUT_LIMIT_CHARACTERS = 20_000;

/** The server's own Python, with its libraries. */
export const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const OUTLAY = fileURLToPath(new URL('../../.venv/bin/outlay', import.meta.url));
const BUILD = fileURLToPath(new URL('../build/index.html', import.meta.url));

const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
];

export interface Server {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly dataFolder: string;
  /** What the server has printed so far, the last 20,000 characters. */
  output(): string;
  /** Ends the process and keeps the data: the network fails, the server crashes. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and the same data. */
  restart(): Promise<void>;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts `outlay serve` on a free port with an empty data folder and waits until it is ready. `command` is another
 * program in its place; with the `dataFolder` of another server, whose it stays, that one's people and books are there.
 */
export async function startServer(
  environment: Record<string, string> = {},
  { command: [program, ...words] = [OUTLAY], dataFolder: given }: { command?: string[]; dataFolder?: string } = {}
): Promise<Server> {
  for (const [file, target] of [
    [OUTLAY, 'setup'],
    [BUILD, 'build']
  ] as const) {
    if (!existsSync(file)) throw new Error(`${file} is missing: run "make ${target}" first.`);
  }
  const dataFolder = given ?? (await mkdtemp(join(tmpdir(), 'outlay-e2e-')));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = '';
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const started = spawn(program!, [...words, 'serve'], {
      env: {
        ...process.env,
        OUTLAY_PORT: String(port),
        OUTLAY_DATA_DIR: dataFolder,
        ...environment
      },
      stdio: ['ignore', 'pipe', 'pipe']
    });
    child = started;
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-OUTPUT_LIMIT_CHARACTERS);
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    started.on('error', (error) => keep(Buffer.from(`${error.message}\n`)));
    await ready(started);
  }

  async function ready(started: ChildProcess): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (hasEnded(started)) {
        throw new Error(`outlay serve ended with ${started.exitCode ?? started.signalCode}:\n${output}`);
      }
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
        () => undefined
      );
      await answer?.body?.cancel();
      if (answer?.ok === true) return;
      await sleep(50);
    }
    await end(started, 'SIGKILL');
    throw new Error(`outlay serve was not ready after ${START_TIMEOUT_MS} ms:\n${output}`);
  }

  async function kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (child !== undefined) await end(child, signal);
    child = undefined;
  }

  async function stop(): Promise<void> {
    await kill();
    if (!given) await rm(dataFolder, { recursive: true, force: true });
  }

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, port, dataFolder, output: () => output, kill, restart: start, stop };
}

/** A browser whose contexts each begin with nothing stored: one context is one device. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch(launchOptions());
}

export interface Device {
  readonly context: BrowserContext;
  /** Ends the browser and starts it again on the same profile: the app closed and opened. */
  reopen(): Promise<Device>;
  /** Ends the browser and removes its profile. */
  close(): Promise<void>;
}

/** A device that survives its browser: a profile on disk, with its OPFS and service worker. */
export async function openDevice(options: BrowserContextOptions = {}): Promise<Device> {
  return deviceOn(await mkdtemp(join(tmpdir(), 'outlay-profile-')), options);
}

/**
 * A second device beside the first, in the same browser, which shares nothing with it. Without the service worker, which
 * would fetch every file of the app for each of them, unless `serviceWorkers: 'allow'` asks for it: what works without a
 * network needs it.
 */
export async function secondContext(
  browser: Browser,
  options: BrowserContextOptions = {}
): Promise<BrowserContext> {
  return patient(await browser.newContext({ reducedMotion: 'reduce', serviceWorkers: 'block', ...options }));
}

/** Goes to another screen as a link within the app does: starting the whole app for each is most of what a test costs. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.body.appendChild(document.createElement('a'));
    link.href = href;
    link.click();
    link.remove();
  }, path);
  await page.waitForURL((url) => url.pathname + url.search === path);
}

/** Signs in on a device and waits until the book is there. */
export async function signIn(page: Page, url: string, { email, password }: { email: string; password: string }): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
}

/** As the server knows somebody who had a book without an account, and whose only device was lost before it sent anything. */
export async function signUpBare(url: string, person: { email: string; password: string }): Promise<void> {
  const book_id = uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1/auth/sign-up`, { method: 'POST', headers, body: JSON.stringify({ ...person, book_id, client: 'native' }) });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Somebody at the REST API. */
export interface Asking {
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** The guest takes an invitation of the owner to a book, as people do. */
export async function share(book: string, owner: Asking, guest: Asking, role = 'editor'): Promise<void> {
  const { token } = await owner.ask<{ token: string }>('POST', `books/${book}/invitations`, { role });
  await guest.ask('POST', 'invitations/take', { token });
}

async function deviceOn(profile: string, options: BrowserContextOptions): Promise<Device> {
  const context = patient(await chromium.launchPersistentContext(profile, { ...options, ...launchOptions() }));
  return {
    context,
    async reopen() {
      await context.close();
      return deviceOn(profile, options);
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  };
}

function patient(context: BrowserContext): BrowserContext {
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

function launchOptions(): LaunchOptions {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `${executablePath} is missing: apt-get install chromium, or name another in CHROMIUM.`
    );
  }
  return { executablePath, args: CHROMIUM_FLAGS };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(force);
}

/** A port nobody listens on now; another process may still take it before the server does. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** What the server has sent by mail (`.eml`) or text message (`.sms.txt`), the oldest first. */
export function outbox(server: Server, ending: string): string[] {
  const folder = join(server.dataFolder, 'outbox');
  // there is none before the first
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.endsWith(ending)).sort().map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** As if everybody had last proved who they are ten minutes ago. */
export function forgetProofs(server: Server): void {
  const script = `
import asyncio
from outlay.main import open_migrated
from outlay.settings import read_settings

async def main():
    store = open_migrated(read_settings())
    await store.write_people(lambda tx: tx.run("UPDATE session SET confirmed_at_ms = 0"))
    await store.close()

asyncio.run(main())`;
  execFileSync(PYTHON, ['-c', script], { env: { ...process.env, OUTLAY_DATA_DIR: server.dataFolder } });
}

/** RFC 6238: what an authenticator shows, `steps` half minutes from now. */
export function codeOf(secret: string, steps = 0): string {
  const script = 'import sys, time, pyotp; print(pyotp.TOTP(sys.argv[1]).at(int(time.time()) + 30 * int(sys.argv[2])))';
  return execFileSync(PYTHON, ['-c', script, secret.replaceAll(' ', ''), String(steps)], { encoding: 'utf8' }).trim();
}
