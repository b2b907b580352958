/** The worker's composition root: the core over the browser's files, network and clock. */
import type { Port } from './store/port.ts';
import { answer } from './calls.ts';
import { Core } from './core.ts';
import { localDay } from './kernel/dates.ts';
import { deviceName } from './kernel/device.ts';
import type { Profile } from './identity/profile.ts';
import { vaultOver } from './identity/vault.ts';
import { openBrowser, openPool, type Pool } from './store/browser.ts';
import { openKeyValue, type KeyValue } from './store/idb.ts';
import { fileKey, forgetFileKey } from './store/key.ts';
import { Lock } from './store/lock.ts';
import { pictures } from './store/pictures.ts';
import { rooms } from './composition.ts';
import type { Call, News, Reply } from './sync/calls.ts';

const scope = self as unknown as {
  postMessage(message: Reply | News): void;
  onmessage: ((event: MessageEvent<Call>) => void) | null;
};

/** A tab that was closed a moment ago may still hold the files. */
const POOL_TRIES = 50;
const POOL_WAIT_MS = 100;

/** While the browser clears the site's data it does not answer who opens a database. */
const CLEAR_TRIES = 20;
const CLEAR_PATIENCE_MS = 1000;
let clearing = false;

let values: Promise<KeyValue> | null = null;
let pool: Promise<Pool> | null = null;
const theValues = () =>
  (values ??= openKeyValue({ cleared: () => void cleared(), ...(clearing ? { patience_ms: CLEAR_PATIENCE_MS } : {}) }).catch((error: unknown) => {
    values = null;
    throw error;
  }));
/** A failed attempt (the network went while the wasm came) is not the last one. */
const thePool = () =>
  (pool ??= takePool().catch((error: unknown) => {
    pool = null;
    throw error;
  }));

/**
 * One worker at a time has the files: a page may start its worker before it knows that no other tab leads. The lock is
 * held until the worker ends.
 */
let held: Promise<void> | null = null;
const theFiles = () =>
  (held ??= new Promise((resolve) => {
    void navigator.locks.request('outlay-files', () => {
      resolve();
      return new Promise<never>(() => undefined);
    });
  }));

async function takePool(): Promise<Pool> {
  await theFiles();
  for (let tries = 1; ; tries++) {
    try {
      return await openPool();
    } catch (error) {
      const busy = /NoModificationAllowed|access handle/i.test(String(error));
      if (!busy || tries === POOL_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, POOL_WAIT_MS));
    }
  }
}

/** The files that are open now are on no disk any more. Who uses this browser is remembered again. */
async function cleared(): Promise<void> {
  values = null;
  if (clearing) return;
  clearing = true;
  for (let tries = 0; tries < CLEAR_TRIES; tries++) {
    await new Promise((resolve) => setTimeout(resolve, CLEAR_PATIENCE_MS / 4));
    const kept = await core.storageCleared().then(() => true, () => false);
    if (kept && values !== null) break;
  }
  clearing = false;
}

async function openFile(file: string): Promise<Port> {
  const [ready, kept] = await Promise.all([thePool(), theValues()]);
  return openBrowser(ready, file, await fileKey(kept, file, lock.key));
}

/** The key last: a file that is gone begins anew, one without its key could never be opened again. */
async function removeFile(file: string): Promise<void> {
  const { files } = await thePool();
  for (const name of [file, `${file}-wal`, `${file}-journal`]) files.unlink(`/${name}`);
  await forgetFileKey(await theValues(), file);
}

const lock = new Lock({ values: theValues, running_ms: () => performance.now() });
/** A wait that is over in part is not begun again by the next start. */
const TICK_MS = 2000;

/** The first screen has its answers by then. */
const CALM_MS = 400;

/** In a phone's own app the page hands one over when it starts the worker, before it calls anything. */
let handOver: (port: MessagePort) => void;
const port = new Promise<MessagePort>((resolve) => (handOver = resolve));

/** '' in a browser; a phone's own app names its server to the worker. */
const server = self.name.split(' ')[1] ?? '';

const core = new Core(
  {
    server,
    vault: server === '' ? null : vaultOver(port),
    fetch: (input, init) => fetch(input, init),
    profile: {
      load: async () => (await (await theValues()).get<Profile>('profile')) ?? null,
      save: async (profile) => (await theValues()).set('profile', profile)
    },
    files: { open: openFile, remove: removeFile },
    lock,
    now_ms: () => Date.now(),
    today: () => localDay(new Date()),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    timers: {
      set: (run, ms) => setTimeout(run, ms),
      clear: (timer) => clearTimeout(timer as number),
      random: () => Math.random()
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      }),
    pictures,
    rooms,
    calm_ms: CALM_MS,
    device_name: deviceName(navigator) ?? 'Browser'
  },
  (event) =>
    scope.postMessage(
      event.kind === 'status' ? { news: 'status', status: event.status } : { news: 'changed', tables: event.tables }
    )
);

/** Calls that came before the start was through wait for it. */
const started = core.start().then(() => scope.postMessage({ news: 'ready' }));
// the wasm is warmed up while a person still reads the first screen
void thePool().then(() => {
  performance.mark('outlay.files');
  scope.postMessage({ news: 'files' });
}, () => undefined);

// a day turns also while nobody looks
setInterval(() => core.dayTurned(), 60_000);
setInterval(() => void lock.tick().catch(() => undefined), TICK_MS);

scope.onmessage = ({ data, ports: [page] }) => page ? handOver(page) : void started.then(() => answer(core, data)).then((reply) => scope.postMessage(reply));
self.addEventListener('online', () => {
  if (core.status.book) void core.book.poke();
});
