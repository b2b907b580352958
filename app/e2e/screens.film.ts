// The conflict from its making to its end as one picture: two people change the same transaction without a network, one
// on a phone and one on a desktop, and both see the same in the end.
import { writeFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Asking, share } from './harness.ts';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
/** Of a screen in the strip. */
const SCALE = 0.56;
const QUALITY = 62;
const PASSWORD = 'a long enough passphrase';
const SETTLE_MS = 600;
const WAIT_MS = 30_000;

const STEPS = [
  'Two people change the same transaction, both without a network.',
  'Each change is saved where it was made, and waits.',
  'The network is back: the later change holds, and something asks to be looked at.',
  'Both versions: who made them, on which device, and when.',
  'One tap takes the other version; it can be undone. Elsewhere nothing is left to do.',
  'Both devices have the version that was taken.'
];

interface Entered {
  access_token: string;
  books: { id: string }[];
}

interface Side {
  context: BrowserContext;
  page: Page;
  wide: boolean;
}

const UA = {
  phone: 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  desktop: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
};

/** Tells the story against `server`, whose `owner` has the demo book, and leaves the strip at `path`. */
export async function film(browser: Browser, server: { url: string; email: string; password: string }, path: string): Promise<void> {
  const kim = await household(server);
  const phone = await side(browser, server.url, { email: server.email, password: server.password }, false);
  const desktop = await side(browser, server.url, kim, true);
  const both = [phone, desktop] as const;
  const frames: Buffer[][] = [];
  const frame = async () => {
    await phone.page.waitForTimeout(SETTLE_MS);
    frames.push(await Promise.all(both.map(({ page }) => page.screenshot())));
  };

  for (const { context } of both) await context.setOffline(true);
  await change(phone, '34.00', 'With dessert');
  await change(desktop, '28.00', 'Shared with Anna');
  await frame();
  for (const one of both) {
    await save(one);
    await home(one);
    await one.page.getByText(/1 change is saved here and waits/).filter({ visible: true }).first().waitFor();
  }
  await frame();
  for (const one of both) {
    await one.context.setOffline(false);
    await one.page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
  }
  for (const { page } of both) {
    await page.getByText('1 thing needs your attention').filter({ visible: true }).first().waitFor();
    await page.getByRole('status').getByRole('button', { name: 'Close' }).first().click({ timeout: 2000 }).catch(() => undefined);
  }
  await frame();
  for (const { page } of both) {
    await page.getByText(/needs? your attention/).filter({ visible: true }).first().click();
    await page.getByText('Changed on two devices').first().waitFor();
    await page.getByText(/ on Chrom/).first().waitFor();
  }
  await frame();
  await phone.page.getByRole('button', { name: 'Take the other' }).click();
  for (const { page } of both) await page.getByText('Nothing needs you').first().waitFor();
  await frame();
  for (const one of both) await openDinner(one);
  await frame();
  await strip(phone.page, frames, path);
  for (const { context } of both) await context.close();
}

/** Kim joins the demo book, and has no other. A dinner is in it that both will change. */
async function household(server: { url: string; email: string; password: string }): Promise<{ email: string; password: string }> {
  async function ask<T>(token: string, method: string, path: string, body?: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
  const by = ({ access_token }: Entered): Asking => ({ ask: (method, path, body) => ask(access_token, method, path, body) });
  const email = 'kim@outlay.example';
  const owner = await ask<Entered>('', 'POST', 'auth/sign-in', { email: server.email, password: server.password });
  const kim = await ask<Entered>('', 'POST', 'auth/sign-up', { email, password: PASSWORD, name: 'Kim', base_currency: 'EUR' });
  const book = owner.books[0]!.id;
  await share(book, by(owner), by(kim));
  await ask(kim.access_token, 'DELETE', `books/${kim.books[0]!.id}`);
  const { items: accounts } = await ask<{ items: { id: string; currency: string }[] }>(owner.access_token, 'GET', `accounts?book=${book}`);
  const { items: categories } = await ask<{ items: { id: string; name: string }[] }>(owner.access_token, 'GET', `categories?book=${book}`);
  const category = categories.find(({ name }) => /restaurant/i.test(name)) ?? categories[0]!;
  const account = accounts.find(({ currency }) => currency === 'EUR')!;
  const day = new Date().toLocaleDateString('sv');
  await ask(owner.access_token, 'POST', `transactions?book=${book}`, {
    kind: 'expense', account_id: account.id, category_id: category.id, amount_minor: 3000, day, payee: 'Trattoria Lucia', note: 'Dinner'
  });
  return { email, password: PASSWORD };
}

async function side(browser: Browser, url: string, { email, password }: { email: string; password: string }, wide: boolean): Promise<Side> {
  const context = await browser.newContext({
    locale: 'en-IE', reducedMotion: 'reduce', colorScheme: 'light', viewport: wide ? DESKTOP : PHONE, userAgent: wide ? UA.desktop : UA.phone
  });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor({ timeout: 60_000 });
  await page.getByText('Trattoria Lucia').filter({ visible: true }).first().waitFor();
  // the editor comes when the page is calm, and then needs no network
  await page.waitForTimeout(2500);
  return { context, page, wide };
}

const home = ({ page }: Side) => page.getByRole('link', { name: 'Home' }).filter({ visible: true }).first().click();

async function openDinner(one: Side): Promise<void> {
  await one.page.getByRole('link', { name: 'Transactions' }).filter({ visible: true }).first().click();
  await one.page.getByRole('button', { name: /Trattoria Lucia/ }).filter({ visible: true }).first().click();
  await one.page.getByText('Save changes').waitFor();
}

async function change(one: Side, amount: string, note: string): Promise<void> {
  const { page, wide } = one;
  await openDinner(one);
  if (wide) await page.getByLabel('Amount', { exact: true }).fill(amount);
  else {
    for (let digits = 0; digits < 8; digits += 1) await page.getByRole('button', { name: 'Delete the last digit' }).click();
    for (const key of amount) await page.getByRole('button', { name: key === '.' ? 'Decimal sign' : key, exact: true }).click();
  }
  await page.getByLabel('Note').fill(note);
}

async function save({ page }: Side): Promise<void> {
  const button = page.getByRole('button', { name: 'Save changes' });
  await button.click();
  await button.waitFor({ state: 'detached' });
}

/** All frames on one page, two steps in a row, with what happens above each. */
async function strip(page: Page, frames: Buffer[][], path: string): Promise<void> {
  const [tall, wide] = [PHONE, DESKTOP].map(({ width }) => Math.round(width * SCALE)) as [number, number];
  const image = (data: Buffer, width: number) => `<img width="${width}" src="data:image/png;base64,${data.toString('base64')}">`;
  const cells = frames.map(
    ([phone, desktop], at) => `<figure><figcaption><b>${at + 1}</b> ${STEPS[at]}</figcaption><div>${image(phone!, tall)}${image(desktop!, wide)}</div></figure>`
  );
  const style = `body { margin: 20px; display: grid; grid-template-columns: auto auto; gap: 24px; background: #d5d8d6; font: 15px system-ui, sans-serif; color: #111 }
    figure { margin: 0 } figcaption { margin-bottom: 8px } div { display: flex; gap: 12px; align-items: start } img { border-radius: 8px }`;
  await page.goto('about:blank');
  await page.setViewportSize({ width: 2 * (tall + wide + 12) + 64, height: 800 });
  await page.setContent(`<style>${style}</style>${cells.join('')}`);
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY, captureBeyondViewport: true, clip: await size(page) });
  await writeFile(path, Buffer.from(data, 'base64'));
}

const size = (page: Page) =>
  page.evaluate(() => ({ x: 0, y: 0, width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight, scale: 1 }));
