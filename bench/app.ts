// The app in Chromium, as bench/app.py asks: visits a server for the first time, or fills a device with its book and
// opens that again. Prints one line of JSON. Times are ms. Nothing is attached to a page until it is measured.
//
//   node bench/app.ts first SERVER_PORT                     on a slow line (1.6 Mbit/s, 150 ms) with a quarter of the CPU
//   node bench/app.ts book SERVER_PORT EMAIL PASSWORD       warm starts without a network, SQL, a commit
//
// SERVER_PORT may be two, `8000,8001`: servers of two builds. They are visited in turn, round after round, and every
// round's ratio of the first to the second is printed too.
import { readFileSync, rmSync } from 'node:fs';
import { createServer as createPages } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Chromium, grouped, type Session, type Share } from './chromium.ts';

const ROUNDS = Number(process.env['ROUNDS'] || 5);
const ASKED = 15;
const LINE = { bytes_per_s: 1_600_000 / 8, round_trip_ms: 150 };
const PATIENCE_MS = 900_000;
const [what = '', given = '', email = '', password = ''] = process.argv.slice(2);
const ports = given.split(',').map(Number);

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const ratio = ([ours = [], theirs = []]: number[][]): number => median(ours.map((value, round) => value / theirs[round]!));

/** What a phone's line does to everything that comes from the server: one queue for all connections, and a delay. */
class Line {
  readonly #port: number;
  readonly #slow: boolean;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #free_ms = 0;

  private constructor(port: number, slow: boolean) {
    this.#port = port;
    this.#slow = slow;
    this.#server = createServer((client) => this.#join(client));
  }

  static async open(port: number, slow: boolean): Promise<Line> {
    const line = new Line(port, slow);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #join(client: Socket): void {
    const server = connect(this.#port, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => (client.destroy(), server.destroy(), this.#sockets.delete(socket)));
    }
    if (!this.#slow) {
      client.pipe(server);
      server.pipe(client);
      return;
    }
    // a connection costs a round trip before its first byte
    const opened_ms = performance.now() + LINE.round_trip_ms;
    client.on('data', (chunk) => setTimeout(() => server.write(chunk), Math.max(0, opened_ms - performance.now()) + LINE.round_trip_ms / 2));
    server.on('data', (chunk) => {
      this.#free_ms = Math.max(this.#free_ms, performance.now()) + (chunk.length / LINE.bytes_per_s) * 1000;
      setTimeout(() => client.write(chunk), this.#free_ms - performance.now() + LINE.round_trip_ms / 2);
    });
  }

  /** No network: who connects is refused. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

const LCP = `new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true }))`;
const FCP = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null`;
const ROW = `new Promise((done) => { new PerformanceObserver((list) => done(list.getEntries().find(({ identifier }) => identifier === 'row')?.renderTime ?? null)).observe({ type: 'element', buffered: true }); setTimeout(() => done(null), 500); })`;
/** In the worker: when its files were open, by the page's clock. */
const FILES = (origin: number) => `(() => { const [mark] = performance.getEntriesByName('outlay.files'); return mark ? mark.startTime + performance.timeOrigin - ${origin} : null; })()`;

/** One first visit, with a profile of its own. */
async function visit(port: number, share: Share, read: (browser: Chromium, page: Session) => Promise<void>): Promise<void> {
  const profile = Chromium.profile();
  const line = await Line.open(port, true);
  const browser = await Chromium.start(profile, share);
  const target = await browser.open(line.url);
  await sleep(share === 'quarter' ? 8_000 : 7_000);
  await read(browser, await browser.attach(target));
  await browser.close();
  line.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}

async function first(): Promise<object> {
  const [paints, usable, ready] = [0, 1, 2].map(() => ports.map((): number[] => [])) as [number[][], number[][], number[][]];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [side, port] of ports.entries()) {
      await visit(port, 'quarter', async (_, page) => {
        paints[side]!.push(await page.until<number>(FCP, 30_000));
        usable[side]!.push(await page.evaluate<number>(LCP));
      });
      await visit(port, 'whole', async (browser, page) => {
        const origin = await page.evaluate<number>('performance.timeOrigin');
        ready[side]!.push(await (await browser.workerOf(page)).until<number>(FILES(origin), 60_000));
      });
    }
  }
  const ratios = ports.length > 1 ? { first_paint: ratio(paints), usable: ratio(usable), database_ready: ratio(ready) } : null;
  return { quarter: grouped(), first_paint: median(paints[0]!), usable: median(usable[0]!), database_ready: median(ready[0]!), ratios };
}

/**
 * The least that a page like ours is: a service worker that has its files, a worker that compiles the same wasm from them
 * and opens as many files as our pool, and one row when it has. Nothing of the app, no database.
 */
const BARE: Record<string, [type: string, content: string | Buffer]> = {
  '/': ['text/html', `<!doctype html><title>bare</title><script>
    navigator.serviceWorker.register('/sw.js');
    new Worker('/worker.js').onmessage = () => { document.body.innerHTML = '<p elementtiming=row>row'; };
  </script><body>`],
  '/worker.js': ['text/javascript', `(async () => {
    const folder = await navigator.storage.getDirectory();
    const open = async (_, number) => (await folder.getFileHandle('file' + number, { create: true })).createSyncAccessHandle();
    await Promise.all([WebAssembly.compileStreaming(fetch('/sqlite3.wasm')), ...Array.from({ length: 14 }, open)]);
    postMessage('there');
  })();`],
  '/sw.js': ['text/javascript', `
    const names = ['/', '/worker.js', '/sqlite3.wasm'];
    oninstall = (event) => event.waitUntil(caches.open('bare').then((cache) => cache.addAll(names)));
    onactivate = (event) => event.waitUntil(clients.claim());
    onfetch = (event) => event.respondWith(caches.open('bare').then((cache) => cache.match(event.request)).then((found) => found ?? fetch(event.request)));`],
  '/sqlite3.wasm': ['application/wasm', readFileSync(new URL('../app/node_modules/@evolu/sqlite-wasm/sqlite-wasm/jswasm/sqlite3.wasm', import.meta.url))]
};

/** A device that has the bare page. */
async function bare(): Promise<{ profile: string; url: string }> {
  const profile = Chromium.profile();
  const pages = createPages(({ url = '' }, response) => {
    const [type, content] = BARE[url] ?? ['text/plain', ''];
    response.writeHead(BARE[url] ? 200 : 404, { 'content-type': type }).end(content);
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(pages.address() as AddressInfo).port}/`;
  const browser = await Chromium.start(profile, 'whole');
  const page = await browser.attach(await browser.open(url));
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  await page.until(`document.querySelector('[elementtiming=row]') && true`, 30_000);
  await browser.close();
  pages.closeAllConnections();
  pages.close();
  return { profile, url };
}

/** A start without a network, in a browser process of its own. The page is still open when `read` has it. */
async function start({ profile, url }: { profile: string; url: string }, read: (browser: Chromium, page: Session) => Promise<void>): Promise<void> {
  const browser = await Chromium.start(profile, 'whole');
  const target = await browser.open(url);
  await sleep(4_000);
  await read(browser, await browser.attach(target));
  await browser.close();
}

/** Types into a field as a person does: the framework hears of it. */
const FILL = (selector: string, value: string) =>
  `(() => { const field = document.querySelector(${JSON.stringify(selector)}); if (!field) return null; field.value = ${JSON.stringify(value)}; field.dispatchEvent(new Event('input', { bubbles: true })); return true; })()`;

/** Signs in and waits for the whole book. From the tap until rows are there, and until all is. */
async function fill(browser: Chromium, url: string): Promise<{ rows: number; whole: number }> {
  const page = await browser.attach(await browser.open(`${url}/sign-in`));
  await page.until(FILL('input[type=email]', email), 30_000);
  await page.until(FILL('input[type=password]', password), 30_000);
  // who types has given the page some seconds: what it keeps for later is not the book
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  await sleep(1_000);
  const tapped = await page.until<number>(`(() => { const button = document.querySelector('button[type=submit]'); button?.click(); return button && Date.now(); })()`, 30_000);
  const rows = await page.until<number>(`document.querySelector('[elementtiming=row]') && Date.now()`, PATIENCE_MS);
  const whole = await page.until<number>(`/Up to date/.test(document.body.innerText) ? Date.now() : null`, PATIENCE_MS);
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  // the words of notes are indexed after the sync
  await sleep(Math.max(3_000, whole - tapped));
  return { rows: rows - tapped, whole: whole - tapped };
}

/** A device with its book: a profile, the address that it knows the server by, and how long fetching the book took. */
async function device(port: number, share: Share = 'whole'): Promise<{ profile: string; url: string; fetched: { rows: number; whole: number } }> {
  const profile = Chromium.profile();
  const line = await Line.open(port, false);
  const { url } = line;
  const browser = await Chromium.start(profile, share);
  const fetched = await fill(browser, url);
  await browser.close();
  line.close();
  return { profile, url, fetched };
}

async function book(): Promise<object> {
  const devices: Awaited<ReturnType<typeof device>>[] = [];
  const starts = ports.map((): number[] => []);
  const firsts = Object.fromEntries(HISTORY.map(([name]) => [name, ports.map((): number[] => [])]));
  const least: number[] = [];
  const leastly = await bare();
  let found: object = {};
  let slowly: object = {};
  try {
    for (const port of ports) devices.push(await device(port));
    if (grouped()) {
      const { profile, fetched } = await device(ports[0]!, 'quarter');
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      slowly = fetched;
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      await start(leastly, async (_, page) => void least.push(await page.until<number>(ROW, 30_000)));
      for (const [side, one] of devices.entries()) {
        await start(one, async (browser, page) => {
          starts[side]!.push(await page.until<number>(ROW, 30_000));
          // what a device does by itself after a start is through
          await sleep(6_000);
          const worker = await browser.workerOf(page);
          const asked = await history(worker);
          for (const [name, ms] of Object.entries(asked)) firsts[name]![side]!.push(ms);
          if (round === ROUNDS - 1 && side === 0) found = await inside(worker);
        });
      }
    }
  } finally {
    for (const { profile } of [leastly, ...devices]) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  const first = Object.fromEntries(Object.entries(firsts).map(([name, sides]) => [name, median(sides[0]!)]));
  const ratios = { warm: ratio(starts), ...Object.fromEntries(Object.entries(firsts).map(([name, sides]) => [name, ratio(sides)])) };
  return { fetched: devices[0]!.fetched, slowly, warm: median(starts[0]!), bare: median(least), of_bare: ratio([starts[0]!, least]), starts, first, firsts, ratios: ports.length > 1 ? ratios : null, ...found };
}

/** Asks the worker itself as a page does, and takes the time until it answers: SQL and what makes a reply of it. */
const ASK = `globalThis.benchAsk = (kind, name, args) => new Promise((resolve, reject) => {
  const post = self.postMessage;
  const hex = (n) => [...crypto.getRandomValues(new Uint8Array(n))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const id = (Date.now().toString(16).padStart(12, '0') + '7' + hex(2).slice(1) + '8' + hex(8).slice(1)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  const begun = performance.now();
  self.postMessage = (message, ...rest) => {
    if (message.tab !== 'bench') return post.call(self, message, ...rest);
    const ms = performance.now() - begun;
    self.postMessage = post;
    if (message.problem) reject(new Error(JSON.stringify(message.problem)));
    else resolve({ ms, data: message.data });
  };
  self.onmessage({ ports: [], data: { tab: 'bench', call: 1, kind, name, args, mid: id, now_ms: Date.now(), today: benchToday, seed: hex(10) } });
});`;

/** Reports of all history, by what they are called in the table. */
const HISTORY: readonly (readonly [string, string, object])[] = [
  ['months by type, all history', 'trend_by_type', {}],
  ['months by category, all history', 'trend_by_category', { flow: 'expense' }],
  ['net worth by month, all history', 'balance_over_time', {}]
];

interface Listed {
  items: { day: string; lines: { category_id: string }[]; account_id: string }[];
}

const data = <T>(worker: Session, name: string, args: unknown) =>
  worker.evaluate<T>(`benchAsk('query', ${JSON.stringify(name)}, ${JSON.stringify(args)}).then(({ data }) => data)`);

/** Whole calendar months: the last one to its end. */
const endOf = (day: string) => new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).toISOString().slice(0, 10);

/** Each of them for the first time after a start. */
async function history(worker: Session): Promise<Record<string, number>> {
  await worker.evaluate(`${ASK} globalThis.benchToday = new Date().toISOString().slice(0, 10);`);
  const { items } = await data<Listed>(worker, 'transactions', { limit: 50 });
  const { day } = items[0]!;
  const asked: Record<string, number> = {};
  for (const [called, name, params] of HISTORY) {
    const args = { name, params: { today: day, from_day: '2015-01-01', to_day: endOf(day), bucket: 'month', ...params } };
    asked[called] = await worker.evaluate<number>(`benchAsk('query', 'report', ${JSON.stringify(args)}).then(({ ms }) => ms)`);
  }
  return asked;
}

async function inside(worker: Session): Promise<object> {
  const ask = async (kind: string, name: string, args: unknown, count = ASKED): Promise<number> => {
    const times: number[] = [];
    for (let turn = 0; turn < count; turn += 1) times.push(await worker.evaluate<number>(`benchAsk(${JSON.stringify(kind)}, ${JSON.stringify(name)}, ${JSON.stringify(args)}).then(({ ms }) => ms)`));
    return median(times);
  };
  const page = await data<Listed>(worker, 'transactions', { limit: 50 });
  const newest = page.items[0]!;
  const end = endOf(newest.day);
  const month = { from_day: `${newest.day.slice(0, 7)}-01`, to_day: end };
  const all = { from_day: '2015-01-01', to_day: end };
  const report = (name: string, params: object) => ask('query', 'report', { name, params: { today: newest.day, ...params } });
  /** One after the other: they would wait for each other. */
  const again = async () => {
    const asked: Record<string, number> = {};
    for (const [called, name, params] of HISTORY) asked[called] = await report(name, { ...all, bucket: 'month', ...params });
    return asked;
  };
  const [account] = await data<{ id: string; currency: string }[]>(worker, 'accounts', {});
  const spend = page.items.find(({ lines }) => lines[0]?.category_id);
  const entry = { kind: 'expense', account_id: account!.id, amount_minor: 450, currency: account!.currency, day: newest.day, lines: [{ category_id: spend?.lines[0]?.category_id ?? null, amount_minor: 450 }] };
  return {
    sql: {
      'list page': await ask('query', 'transactions', { limit: 50 }),
      'month totals': await report('totals', month),
      'categories of a month': await report('allocation', { ...month, flow: 'expense' }),
      ...(await again())
    },
    commit: await ask('command', 'addTransaction', entry)
  };
}

console.log(JSON.stringify(await (what === 'first' ? first() : book())));
process.exit();
