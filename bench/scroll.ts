// The endless list in Chromium: signs in to a book, fetches it, and scrolls through it as a thumb does, with the
// processor of the page slowed down as a phone's. Prints one line of JSON: for each list how many tasks of the main
// thread took longer than 50 ms, the longest one, and the most rows that were in the document at once.
//
//   node bench/scroll.ts SERVER_PORT EMAIL PASSWORD
//
// A task is counted by the processor time it took and not by the clock, so that whatever else the machine does is
// not taken for the app's (`long`, `longest_ms`); by the clock it is what PerformanceObserver sees (`seen`).
import type { CDPSession, Page } from '../app/node_modules/playwright-core/index.mjs';
import { openDevice } from '../app/e2e/harness.ts';

const SLOWER = 4;
const LONG_MS = 50;
const TIMEOUT_MS = 300_000;
const FLINGS = 12;
const FLING_PX = 4_000;
const PX_PER_S = 8_000;
const [port = '', email = '', password = ''] = process.argv.slice(2);
const url = `http://127.0.0.1:${port}`;

interface Found {
  tasks: number;
  long: number;
  longest_ms: number;
  seen: number;
  rows: number;
  farthest_px: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args: { name?: string };
}

/** What the main thread of the page did while `act` ran: each task's processor time in ms. */
async function tasks(session: CDPSession, act: () => Promise<void>): Promise<number[]> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.start', { traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline'] }, transferMode: 'ReportEvents' });
  await act();
  await session.send('Tracing.end');
  await complete;
  const main = new Set(events.filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}.${tid}`));
  const run = events.filter((event) => /RunTask$/.test(event.name) && event.ph === 'X' && main.has(`${event.pid}.${event.tid}`));
  // A task may be told of twice, one inside the other.
  let end = 0;
  const outer = run.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0)).filter((event) => {
    if (event.ts < end) return false;
    end = event.ts + (event.dur ?? 0);
    return true;
  });
  return outer.map((event) => (event.tdur ?? event.dur ?? 0) / 1000);
}

const WATCH = `(() => {
  globalThis.seen = [];
  globalThis.rows = 0;
  globalThis.farthest = 0;
  new PerformanceObserver((list) => seen.push(...list.getEntries().map((entry) => entry.duration))).observe({ entryTypes: ['longtask'] });
  const count = () => {
    rows = Math.max(rows, document.querySelectorAll('main li').length);
    farthest = Math.max(farthest, scrollY);
    requestAnimationFrame(count);
  };
  count();
})()`;

/** Flings down through the list, then up again. */
async function scroll(page: Page, session: CDPSession): Promise<Found> {
  await page.evaluate(WATCH);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const found = await tasks(session, async () => {
    for (let fling = 0; fling < FLINGS; fling += 1) {
      const down = fling < (FLINGS * 2) / 3 ? -1 : 1;
      await session.send('Input.synthesizeScrollGesture', { x: 195, y: 500, yDistance: down * FLING_PX, speed: PX_PER_S, gestureSourceType: 'mouse' });
    }
    await page.waitForTimeout(500);
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  const { seen, rows, farthest } = (await page.evaluate('({ seen: seen.length, rows, farthest })')) as { seen: number; rows: number; farthest: number };
  return { tasks: found.length, long: found.filter((ms) => ms > LONG_MS).length, longest_ms: Math.max(0, ...found), seen, rows, farthest_px: farthest };
}

const device = await openDevice({ viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB', serviceWorkers: 'block' });
try {
  const page = await device.context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(`${url}/sign-in`);
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).first().click();
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
  const session = await device.context.newCDPSession(page);
  const answer: Record<string, Found> = {};
  const lists: [string, string, RegExp | null][] = [
    ['all', '/transactions', null],
    ['search', '/transactions?kind=expense', null],
    ['account', '/accounts', /^Account 0/]
  ];
  for (const [name, path, link] of lists) {
    await page.goto(url + path);
    if (link) await page.getByRole('link', { name: link }).filter({ visible: true }).first().click();
    await page.getByText(/^Payee \d+/).filter({ visible: true }).first().waitFor();
    await page.waitForTimeout(1_000);
    answer[name] = await scroll(page, session);
  }
  console.log(JSON.stringify(answer));
} finally {
  await device.close();
  process.exit();
}
