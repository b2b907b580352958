// Mails and text messages as a person meets them: the address confirmed by the mail's link, a new password by another,
// and a telephone that signs in by its code. What was sent lies in the server's outbox.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, outbox, secondContext, type Server, startServer } from './harness.ts';

const EMAIL = 'ana@example.com';
const PHONE = '+4915123456789';

let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  page = await device();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function device(): Promise<Page> {
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB', reducedMotion: 'reduce' });
  return context.newPage();
}

const button = (name: string | RegExp, on = page) => on.getByRole('button', { name });
const synced = (on = page) => on.getByText(/Up to date/).filter({ visible: true }).first().waitFor();

/** The link to a page in the newest mail that has one. */
async function link(to: string): Promise<string> {
  let found: string | undefined;
  await expect
    .poll(() => {
      const bodies = outbox(server, '.eml').flatMap((mail) => [...mail.matchAll(/\r\n\r\n([A-Za-z0-9+/=\r\n]+)/g)].map(([, text]) => Buffer.from(text!, 'base64').toString('utf8')));
      found = bodies.flatMap((text) => text.match(new RegExp(`http://\\S+/${to}#[\\w.-]+`)) ?? []).at(-1);
      return found;
    })
    .toBeTruthy();
  return found!;
}

async function code(count: number): Promise<string> {
  await expect.poll(() => outbox(server, '.sms.txt').length).toBe(count);
  return /\b\d{6}\b/.exec(outbox(server, '.sms.txt').at(-1)!)![0];
}

test('an address is confirmed by the link in its mail', async () => {
  await page.goto(`${server.url}/sign-up`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill('nine quiet otters');
  await button('Create account').click();
  await synced();
  await page.goto(`${server.url}/settings/account`);
  await page.getByText('not confirmed yet').waitFor();
  const first = await link('confirm');
  await button('Send the mail again').click();
  await expect.poll(() => outbox(server, '.eml').length).toBe(2);
  expect(await link('confirm')).not.toBe(first);
  await page.goto(await link('confirm'));
  await button('Confirm address').click();
  await page.getByText('Your address is confirmed').waitFor();
  expect(page.url()).not.toContain('#');
  await page.goto(`${server.url}/settings/account`);
  await button(`E-mail ${EMAIL}`).waitFor();
  await expect.poll(() => page.getByText('not confirmed yet').count()).toBe(0);
});

test('a telephone is added by its code, and signs in elsewhere', async () => {
  await button(/^Telephone/).click();
  await page.getByLabel('Telephone number').fill(PHONE);
  await button('Send the code').click();
  await page.getByLabel('Code').fill(await code(1));
  await button('Confirm').click();
  await button(`Telephone ${PHONE}`).waitFor();
  const other = await device();
  await other.goto(`${server.url}/sign-in`);
  await other.getByRole('link', { name: 'Sign in by telephone' }).click();
  await other.getByLabel('Telephone number').fill(PHONE);
  await button('Send the code', other).click();
  const right = await code(2);
  await other.getByLabel('Code').fill(right === '000000' ? '000001' : '000000');
  await button('Sign in', other).click();
  await other.getByText('This is not the code.').waitFor();
  await other.getByLabel('Code').fill(right);
  await button('Sign in', other).click();
  await synced(other);
  await other.context().close();
});

test('a forgotten password is chosen anew', async () => {
  const other = await device();
  await other.goto(`${server.url}/sign-in`);
  await other.getByRole('link', { name: 'Forgot your password?' }).click();
  await button('Send the link', other).waitFor(); // the page before it has a field of that name too
  await other.getByLabel('E-mail').fill(EMAIL);
  await button('Send the link', other).click();
  await other.getByText('a mail is on its way').waitFor();
  await other.goto(await link('reset'));
  await other.getByLabel('New password').fill('password1');
  await button('Keep the password', other).click();
  await other.getByRole('textbox', { name: 'New password' }).and(other.locator('[aria-invalid="true"]')).waitFor();
  await other.getByLabel('New password').fill('ten loud herons');
  await button('Keep the password', other).click();
  await other.getByLabel('E-mail').fill(EMAIL);
  await other.getByLabel('Password', { exact: true }).fill('ten loud herons');
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await synced(other);
});
