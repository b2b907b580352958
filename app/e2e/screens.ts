// `make screens`: the real server with the demo book, every screen in both sizes and both themes as a
// picture in screens/. Fails on an axe violation, on text that does not fit when it is large, and on an error in the
// console, and says where.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { axe, cramped } from './accessibility.ts';
import { breakQueries, holdHydration, insideShell } from './breakage.ts';
import { launchBrowser, type Server, signUpBare, startServer } from './harness.ts';
import { film } from './screens.film.ts';
import { ATTENTION, BARE, BLANK, BOOK, disagree, FAILING, FIRST_RUN, FOREIGN, HYDRATING, IMPORTED, joining, LOCKED, OFFLINE, OPENING, ROWLESS, SHELL, TAKEN, type Screen } from './screens.list.ts';

/** `SCREENS_DIR` is another folder; either is emptied first. */
const OUTPUT = `${process.env['SCREENS_DIR'] ?? fileURLToPath(new URL('../../screens', import.meta.url))}/`;
/** What the documents show, by what it is called here: written anew with `--docs`. */
const IN_DOCS = { 'home-desktop-light.png': 'home.png', 'film-conflict.webp': 'conflict.webp' };
const DOCS = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const OUTLAY = fileURLToPath(new URL('../../.venv/bin/outlay', import.meta.url));

const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;
const THEMES = ['light', 'dark'] as const;
const SETTLE_MS = 400;
/** What was painted last has to be on the screen, also when the machine is busy. */
const TWO_FRAMES = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';
const WAIT_MS = 30_000;

const ABROAD = FOREIGN.flatMap(([, screens]) => screens);

/** `node e2e/screens.ts home stats film-conflict`: only these. */
const ONLY = process.argv.slice(2).filter((word) => !word.startsWith('--'));

const asked = ({ name }: Pick<Screen, 'name'>): boolean => ONLY.length === 0 || ONLY.includes(name);

const problems = new Set<string>();

/** Said at once, and counted at the end. */
function found(problem: string): void {
  if (!problems.has(problem)) console.error(problem);
  problems.add(problem);
}

async function demoServer(): Promise<Server & { email: string; password: string }> {
  const server = await startServer();
  await server.kill();
  const { stdout } = await promisify(execFile)(OUTLAY, ['demo'], {
    env: { ...process.env, OUTLAY_DATA_DIR: server.dataFolder }
  });
  const [, email, password] = /as (\S+) with the password (\S+)/.exec(stdout) ?? [];
  if (!email || !password) throw new Error(`outlay demo said something else:\n${stdout}`);
  await server.restart();
  return Object.assign(server, { email, password });
}

async function open(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ locale: 'en-IE', reducedMotion: 'reduce', viewport: SIZES.phone });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  page.on('pageerror', (error) => found(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    // A request that fails because the network is off is what the offline screen is about; a page that was left a
    // moment ago may still hold the database's files, and the next one tries again.
    if (message.type() === 'error' && !/ERR_INTERNET_DISCONNECTED|opfs-sahpool/.test(message.text())) found(`${page.url()}: ${message.text()}`);
  });
  return { context, page };
}

async function reach(page: Page, screen: Screen, wide: boolean): Promise<void> {
  await page.locator('h1').filter({ visible: true }).first().waitFor();
  if (screen.ready) await page.getByText(screen.ready).filter({ visible: true }).first().waitFor();
  await screen.act?.(page, wide);
}

async function shoot(page: Page, server: Server, screens: Screen[]): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const screen of screens) {
      if (!asked(screen)) continue;
      // The same address again would be a reload, which keeps what was chosen on the screen before.
      await page.goto('about:blank');
      await page.goto(server.url + screen.path);
      await reach(page, screen, size === 'desktop').catch((error: unknown) => {
        found(`${screen.name}-${size}: not reached: ${String(error).slice(0, 300)}`);
      });
      if (size === 'phone') for (const what of await cramped(page)) found(`${screen.name}: ${what}`);
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        await page.waitForTimeout(SETTLE_MS);
        await page.evaluate(TWO_FRAMES);
        const name = `${screen.name}-${size}-${theme}`;
        await page.screenshot({ path: `${OUTPUT}${name}.png` });
        for (const what of await axe(page)) found(`${name}: ${what}`);
      }
    }
  }
}

async function enter(page: Page, server: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(server.email);
  await page.getByLabel('Password', { exact: true }).fill(server.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signIn(page: Page, server: Awaited<ReturnType<typeof demoServer>>): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await enter(page, server);
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor({ timeout: 60_000 });
}

async function firstRun(browser: Browser, server: Server): Promise<void> {
  const { context, page } = await open(browser);
  await shoot(page, server, FIRST_RUN);
  await page.goto(`${server.url}/start`);
  await page.getByRole('button', { name: /A blank book/ }).click();
  await page.getByRole('heading', { name: 'Your book is ready' }).waitFor();
  await shoot(page, server, BLANK);
  await context.close();
}

async function demoBook(browser: Browser, server: Awaited<ReturnType<typeof demoServer>>): Promise<void> {
  const { context, page } = await open(browser);
  await signIn(page, server);
  await shoot(page, server, BOOK);
  await shoot(page, server, IMPORTED);
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  await context.setOffline(true);
  await shoot(page, server, OFFLINE);
  if ([...ATTENTION, ...TAKEN].some(asked)) {
    await disagree(page, server);
    await shoot(page, server, ATTENTION);
    await shoot(page, server, TAKEN);
  }
  await context.close();
}

/** What an invitation of the demo book's owner leads to. */
async function invitation({ url, email, password }: Awaited<ReturnType<typeof demoServer>>): Promise<string> {
  const send = async (path: string, body: unknown, token = '') => {
    const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as { access_token: string; books: { id: string }[]; token: string };
  };
  const { access_token, books } = await send('auth/sign-in', { email, password });
  return (await send(`books/${books[0]!.id}/invitations`, { role: 'editor' }, access_token)).token;
}

async function arriving(browser: Browser, server: Awaited<ReturnType<typeof demoServer>>): Promise<void> {
  const guest = await open(browser);
  await shoot(guest.page, server, joining(await invitation(server)));
  await guest.context.close();
  const inside = await open(browser);
  await insideShell(inside.context);
  await shoot(inside.page, server, SHELL);
  await inside.context.close();
}

/** Somebody whose first device was lost before it had sent anything. */
async function bare(browser: Browser, server: Server): Promise<void> {
  const person = { email: 'bare@example.com', password: 'a long enough passphrase' };
  await signUpBare(server.url, person);
  const { context, page } = await open(browser);
  await page.goto(`${server.url}/sign-in`);
  await enter(page, person);
  await page.getByText('Nothing has come of this book yet').filter({ visible: true }).first().waitFor();
  await shoot(page, server, BARE);
  await context.close();
}

/** On its way, not to be read, locked, and from right to left: each on a device of its own. */
async function otherwise(browser: Browser, server: Awaited<ReturnType<typeof demoServer>>): Promise<void> {
  for (const [screens, rows] of [[OPENING, 0], [HYDRATING, 1500]] as const) {
    if (!screens.some(asked)) continue;
    const { context, page } = await open(browser);
    await holdHydration(context, rows);
    await page.goto(`${server.url}/sign-in`);
    await enter(page, server);
    await page.getByText(/Fetching your book/).filter({ visible: true }).first().waitFor({ timeout: 60_000 });
    await shoot(page, server, screens);
    await context.close();
  }
  if (![...FAILING, ...ROWLESS, ...LOCKED, ...ABROAD].some(asked)) return;
  const { context, page } = await open(browser);
  await breakQueries(page);
  await signIn(page, server);
  await page.evaluate(() => sessionStorage.setItem('broken', 'report,dayCounts'));
  await shoot(page, server, FAILING);
  await page.evaluate(() => sessionStorage.setItem('broken', 'transactions'));
  await shoot(page, server, ROWLESS);
  await page.evaluate(() => sessionStorage.removeItem('broken'));
  for (const [language, screens] of FOREIGN) {
    await page.evaluate((language) => localStorage.setItem('outlay.language', language), language);
    await shoot(page, server, screens);
  }
  await page.evaluate(() => localStorage.removeItem('outlay.language'));
  await page.goto(`${server.url}/settings/lock`);
  await page.getByRole('button', { name: 'Switch the lock on' }).click();
  for (const label of ['New PIN or passphrase', 'The same once more']) await page.getByLabel(label).fill('482017');
  await page.locator('dialog').getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
  await shoot(page, server, LOCKED);
  await context.close();
}

/** On a server of its own: the story counts what needs attention. */
async function filmed(browser: Browser): Promise<void> {
  const server = await demoServer();
  try {
    await film(browser, server, `${OUTPUT}film-conflict.webp`);
  } finally {
    await server.stop();
  }
}

async function main(): Promise<void> {
  await rm(OUTPUT, { recursive: true, force: true });
  await mkdir(OUTPUT, { recursive: true });
  const server = await demoServer();
  const browser = await launchBrowser();
  try {
    if ([...FIRST_RUN, ...BLANK].some(asked)) await firstRun(browser, server);
    if ([...joining(''), ...SHELL].some(asked)) await arriving(browser, server);
    if (BARE.some(asked)) await bare(browser, server);
    if ([...OPENING, ...HYDRATING, ...FAILING, ...ROWLESS, ...LOCKED, ...ABROAD].some(asked)) await otherwise(browser, server);
    if ([...BOOK, ...IMPORTED, ...OFFLINE, ...ATTENTION, ...TAKEN].some(asked)) await demoBook(browser, server);
    if (asked({ name: 'film-conflict' })) await filmed(browser);
  } finally {
    await browser.close();
    await server.stop();
  }
  if (process.argv.includes('--docs')) for (const [made, kept] of Object.entries(IN_DOCS)) await copyFile(OUTPUT + made, DOCS + kept);
  console.log(`${OUTPUT}: ${problems.size === 0 ? 'no findings' : `${problems.size} findings`}`);
  if (problems.size > 0) process.exitCode = 1;
}

await main();
