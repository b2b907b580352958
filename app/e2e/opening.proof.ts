// Before a book is open, or while it is fetched for the first time: what is awaited is said with a bar, an expense can be
// typed already, and nothing of it is lost.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axe, cramped } from './accessibility.ts';
import { holdDatabase } from './breakage.ts';
import { go, secondContext, signUpBare } from './harness.ts';
import { DESKTOP, newcomer, PHONE } from './newcomer.ts';
import { served } from './served.ts';
import { address, PASSWORD, Rest } from './tabs/tabs.ts';
import { add, close, fetching, press, save, says, shows, type } from './typing.ts';

const BUILD = fileURLToPath(new URL('../build', import.meta.url));

const at = served();

/** A first visit whose book is not prepared until it is let go. */
async function preparing() {
  const context = await secondContext(at.browser, { viewport: PHONE, locale: 'en-IE' });
  const page = await context.newPage();
  const release = await holdDatabase(context);
  await page.goto(`${at.server.url}/start`);
  await page.getByRole('button', { name: /A blank book/ }).click();
  await page.getByRole('progressbar', { name: 'Preparing your book …' }).waitFor();
  return { context, page, release };
}

test('on a first visit a bar stands where the book is prepared; at the next start an expense is typed before it is open', async () => {
  const { context, page, release: prepare } = await preparing();
  await prepare();
  await page.getByText('Your book is ready').waitFor();

  const release = await holdDatabase(context);
  await page.goto(`${at.server.url}/add`);
  await page.getByText('Your book is being opened. You can type already.').waitFor();
  await page.getByRole('radio', { name: 'Income' }).check({ force: true });
  await type(page, '75');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  expect(await page.getByText(/added$/).count()).toBe(0);
  await release();
  await page.getByText('Income of €75.00 added').waitFor();
  await context.close();
});

test('what is asked before the database is open is asked once', async () => {
  const { context, page } = await newcomer(at);
  const release = await holdDatabase(context);
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage as (this: Worker, message: unknown, ...rest: unknown[]) => void;
    const asked: string[] = [];
    Worker.prototype.postMessage = function (this: Worker, message: { kind?: string; name?: string; args?: unknown }, ...rest: unknown[]) {
      if (message.kind === 'query') asked.push(JSON.stringify([message.name, message.args]));
      post.call(this, message, ...rest);
    } as typeof Worker.prototype.postMessage;
    Object.assign(globalThis, { asked });
  });
  const asked = () => page.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
  await page.goto(at.server.url);
  await expect.poll(asked).toContain('["settings",{}]');
  const before = await asked();
  expect(before.length).toBeGreaterThan(4);
  await release();
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
  const all = await asked();
  // rows say whether they are sent, of which the first sync tells
  const settled = before.filter((one) => !one.startsWith('["transactions"'));
  expect(settled.filter((one) => all.indexOf(one) !== all.lastIndexOf(one))).toEqual([]);
  await context.close();
});

test('a screen that is loaded again before it knows its month begins with this one', async () => {
  const now = new Date();
  const day = new Intl.DateTimeFormat('sv').format(now);
  const { context, page } = await newcomer(at, {
    fill: (rest, account_id) => rest.ask('POST', 'transactions', { kind: 'expense', account_id, amount_minor: 700, day })
  });
  const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric' }).format(now);
  for (const screen of ['stats', 'transactions']) {
    await page.goto(`${at.server.url}/${screen}`);
    await page.getByRole('button', { name: month, exact: true }).waitFor();
    const release = await holdDatabase(context);
    await page.goto(`${at.server.url}/${screen}?again`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.reload();
    await release();
    await page.getByRole('button', { name: month, exact: true }).waitFor();
  }
  await context.close();
});

test('days that are chosen before the book is open stay chosen', async () => {
  const { context, page } = await newcomer(at, {
    fill: (rest, account_id) => rest.ask('POST', 'transactions', { kind: 'expense', account_id, amount_minor: 700, day: '2025-03-10' })
  });
  const release = await holdDatabase(context);
  await page.goto(`${at.server.url}/stats`);
  await page.getByRole('radio', { name: 'Period', exact: true }).check({ force: true });
  const [from, to] = [page.getByLabel('From', { exact: true }), page.getByLabel('To', { exact: true })];
  await from.fill('2025-03-09');
  await to.fill('2025-03-12');
  await release();
  await page.getByText('€7.00 in all.').first().waitFor();
  expect([await from.inputValue(), await to.inputValue()]).toEqual(['2025-03-09', '2025-03-12']);
  await context.close();
});

test.each(['stats', 'transactions', 'accounts/overview'])('a period that is chosen before the book is open begins with this month: %s', async (screen) => {
  const { context, page } = await newcomer(at, { fill: (rest, account_id) => rest.ask('POST', 'transactions', { kind: 'expense', account_id, amount_minor: 700, day: '2025-03-10' }) });
  const release = await holdDatabase(context);
  await page.goto(`${at.server.url}/${screen}`);
  await page.getByRole('radio', { name: 'Period', exact: true }).check({ force: true });
  await release();
  const now = new Date();
  const [first, last] = [0, 1].map((by) => new Intl.DateTimeFormat('sv').format(new Date(now.getFullYear(), now.getMonth() + by, 1 - by)));
  await expect.poll(async () => [await page.getByLabel('From', { exact: true }).inputValue(), await page.getByLabel('To', { exact: true }).inputValue()]).toEqual([first, last]);
  await context.close();
});

/** Colours of the middle line of a bar at shares of its width, as the screen shows them. */
async function colours(page: Page, shares: number[]): Promise<number[][]> {
  const picture = [...(await page.getByRole('progressbar').screenshot())];
  return page.evaluate(async ([picture, shares]) => {
    const made = await createImageBitmap(new Blob([new Uint8Array(picture)]));
    const { width, height } = made;
    const canvas = new OffscreenCanvas(width, height).getContext('2d')!;
    canvas.drawImage(made, 0, 0);
    return shares.map((share) => [...canvas.getImageData(Math.floor(share * width), height >> 1, 1, 1).data].slice(0, 3));
  }, [picture, shares] as const);
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: number[], other: number[]): number {
  const [dark, light] = [one, other].map((colour) => {
    const [r, g, b] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  }).sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

test('a bar has the app’s own colours in both themes, stands still where nothing shall move, and begins on the right in Arabic', async () => {
  const { context, page, release } = await preparing();
  const bar = page.getByRole('progressbar');
  const moves = () => bar.evaluate((one) => one.getAnimations().filter(({ playState }) => playState === 'running').length);
  const accents = new Set<string>();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect.poll(moves).toBe(0);
    const [start, middle, end] = await colours(page, [0.1, 0.5, 0.9]);
    expect(start).toEqual(end);
    expect(contrast(start!, middle!)).toBeGreaterThan(3);
    await bar.evaluate((one: HTMLProgressElement) => (one.value = 0.5));
    const [done, open] = await colours(page, [0.25, 0.75]);
    expect([done, open]).toEqual([middle, start]);
    await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    expect(await colours(page, [0.25, 0.75])).toEqual([open, done]);
    await page.evaluate(() => document.documentElement.removeAttribute('dir'));
    await bar.evaluate((one) => one.removeAttribute('value'));
    accents.add(String(done));
  }
  expect(accents.size).toBe(2);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect.poll(moves).toBe(1);
  await release();
  await context.close();

  // other browsers' names for it, each in a rule of its own
  const styles = (await readdir(BUILD, { recursive: true })).filter((name) => name.endsWith('.css'));
  const rules = (await Promise.all(styles.map((name) => readFile(join(BUILD, name), 'utf8')))).join('').match(/[^{}]*::-moz-progress-bar[^{}]*\{[^}]*\}/g) ?? [];
  expect(rules.some((rule) => rule.includes('var(--accent)'))).toBe(true);
  for (const rule of rules) expect(rule).not.toContain('-webkit-');
});

test('while a book is fetched home has a bar; what is typed stays when the accounts come, also over a closed editor', async () => {
  const { context: other, email } = await newcomer(at);
  await other.close();
  const { context, page, release } = await fetching(at, email);
  expect(await page.getByRole('alert').count()).toBe(0);

  await add(page);
  await says(page, 'Your book is being opened. You can type already.');
  await type(page, '12');
  await page.getByLabel('Note').fill('Bread');
  await close(page);
  await says(page, 'Kept as a draft');
  await add(page);
  await says(page, 'Your book is being opened. You can type already.');
  await says(page, 'Your draft is back.');
  await release();
  await page.locator('[data-field=account] option', { hasText: 'Bank' }).first().waitFor({ state: 'attached' });
  await shows(page, '12');
  expect(await page.getByLabel('Note').inputValue()).toBe('Bread');
  await press(page, 'Groceries');
  await save(page, '12');
  await context.close();
});

test('a book of which no device has ever sent anything says so, and is set up', async () => {
  const email = address();
  await signUpBare(at.server.url, { email, password: PASSWORD });
  const context = await secondContext(at.browser, { viewport: PHONE, locale: 'en-IE' });
  const page = await context.newPage();
  await page.goto(`${at.server.url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('Nothing has come of this book yet').waitFor();
  expect(await axe(page)).toEqual([]);
  expect(await cramped(page)).toEqual([]);
  // once, also where two panes are beside each other
  await page.setViewportSize(DESKTOP);
  for (const path of ['/transactions', '/stats', '/accounts', '/budgets', '/schedules', '/']) {
    await go(page, path);
    await expect.poll(async () => [path, await page.getByRole('heading', { name: 'Nothing has come of this book yet' }).filter({ visible: true }).count()]).toEqual([path, 1]);
  }
  // beside the editor as well, which says so where the screen does not
  const titles = () => page.getByRole('heading', { name: 'Nothing has come of this book yet' }).filter({ visible: true });
  for (const [path, where] of [['/', 'main'], ['/settings/look', 'form']] as const) {
    await go(page, path);
    await press(page, 'New transaction');
    await page.locator('form').getByLabel('Amount', { exact: true }).waitFor();
    await page.locator(where).getByRole('button', { name: 'Set up the book' }).waitFor();
    await expect.poll(() => titles().count()).toBe(1);
  }
  await go(page, '/');
  await page.setViewportSize(PHONE);
  await add(page);
  const sheet = page.getByRole('dialog');
  await type(page, '12');
  await sheet.getByLabel('Main currency').selectOption('CHF');
  await sheet.getByRole('button', { name: 'Set up the book' }).click();
  await sheet.getByRole('button', { name: 'Groceries' }).first().waitFor();
  await shows(page, '12');
  await sheet.getByRole('button', { name: /^Save/ }).click();
  await page.getByText('Expense of CHF 12.00 added').waitFor();
  const rest = await new Rest(at.server.url).signIn(email);
  await expect.poll(async () => (await rest.transactions()).map(({ amount_minor }) => amount_minor)).toEqual([1200]);
  await context.close();
});
