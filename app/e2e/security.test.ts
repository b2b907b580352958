// The second factor, API tokens and the sessions of other devices, as a person meets them.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, forgetProofs, launchBrowser, secondContext, type Server, startServer } from './harness.ts';

const WAIT_MS = 60_000;
const PERSON = { email: 'ana@example.com', password: 'nine quiet otters' };

let browser: Browser;
let server: Server;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function device(): Promise<Page> {
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, locale: 'en-IE' });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  return page;
}

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' }).filter({ visible: true }).first().click();
const ready = (page: Page) => page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();

async function signIn(page: Page, code: string): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail').fill(PERSON.email);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await press(page, 'Sign in');
  await page.getByLabel('Code').fill('000000');
  await press(page, 'Sign in');
  await page.getByText('This code is not right, or it was used.').waitFor();
  await page.getByLabel('Code').fill(code);
  await press(page, 'Sign in');
  await ready(page);
}

test('a second factor is set up and asked for, a lost device signed out, a token made and used', async () => {
  const page = await device();
  await page.goto(`${server.url}/sign-up`);
  await page.getByLabel('Your name').fill('Ana');
  await page.getByLabel('E-mail').fill(PERSON.email);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await press(page, 'Create account');
  await ready(page);

  await page.goto(`${server.url}/settings/security`);
  await press(page, 'Set up');
  const sheet = page.getByRole('dialog');
  await sheet.locator('img').waitFor();
  expect(await sheet.locator('img').evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth > 0))).toBe(true);
  const secret = (await sheet.locator('.select-all').textContent()) ?? '';
  await sheet.getByLabel('Code').fill(codeOf(secret));
  await press(page, 'Turn on');
  await sheet.getByRole('listitem').nth(9).waitFor();
  const recovery = await sheet.getByRole('listitem').allTextContents();
  expect(new Set(recovery).size).toBe(10);
  await press(page, 'I have kept them');
  await page.getByText('Left: 10').waitFor();
  await page.getByText('Second factor turned on').waitFor();

  // Two more devices: by the authenticator's next code, and by a recovery code.
  const laptop = await device();
  await signIn(laptop, codeOf(secret, 1));
  const lost = await device();
  await signIn(lost, recovery[0]!);

  await page.goto(`${server.url}/settings/devices`);
  await page.getByText('127.0.0.0/24').nth(2).waitFor();
  await press(page, 'Sign the others out');
  await page.getByText('127.0.0.0/24').nth(1).waitFor({ state: 'detached' });
  await lost.goto(`${server.url}/settings/security`);
  await lost.getByRole('heading', { name: 'Welcome back' }).or(lost.getByText('This needs a connection.')).first().waitFor();

  await page.goto(`${server.url}/settings/security`);
  await page.getByText('A recovery code was used').waitFor();
  await page.getByText('Left: 9').waitFor();
  await press(page, 'New token');
  await page.getByLabel('Name').fill('Backup script');
  await press(page, 'Make token');
  const token = (await page.getByRole('status').filter({ hasText: 'outlay_pat_' }).textContent()) ?? '';
  await press(page, 'Close');
  await page.locator('span', { hasText: /^Backup script$/ }).waitFor();
  const ask = (path: string, method = 'GET') => fetch(`${server.url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token.trim()}` } });
  expect((await ask('/accounts')).status).toBe(200);
  expect((await ask('/auth/sessions')).status).toBe(403);

  // Ten minutes later the server wants to know that it is still Ana.
  forgetProofs(server);
  await press(page, 'New codes');
  await page.getByRole('dialog').getByRole('button', { name: 'New codes' }).click();
  const proof = page.getByRole('dialog').filter({ hasText: 'Is it you?' });
  expect(await proof.getByRole('button', { name: 'Use the password instead' }).count()).toBe(0);
  await proof.getByLabel('Code').fill('000000');
  await proof.getByRole('button', { name: 'Confirm' }).click();
  await proof.getByText('This code is not right, or it was used.').waitFor();
  await proof.getByLabel('Code').fill(recovery[1]!);
  await proof.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('dialog').getByRole('listitem').nth(9).waitFor();
  await press(page, 'I have kept them');
  await page.getByText('You confirmed that it was you').waitFor();
  await page.getByText('Not confirmed: a wrong password or code').waitFor();

  await press(page, 'Turn off');
  await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
  await page.getByText('Second factor turned off').waitFor();
});

test('where mails leave the server, the address comes before a second factor', async () => {
  const sending = await startServer({ OUTLAY_SMTP_URL: 'smtp://127.0.0.1:9' });
  const page = await device();
  await page.goto(`${sending.url}/sign-up`);
  await page.getByLabel('E-mail').fill(PERSON.email);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await press(page, 'Create account');
  await ready(page);
  await page.goto(`${sending.url}/settings/security`);
  await press(page, 'Set up');
  const sheet = page.getByRole('dialog');
  await sheet.getByText(PERSON.email).waitFor();
  await sheet.getByRole('button', { name: 'Send the mail again' }).click();
  await page.getByText('The mail is on its way.').waitFor();
  await sheet.getByRole('button', { name: 'I have opened it' }).click();
  await sheet.getByRole('alert').waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await page.getByText('Confirm your e-mail address first').waitFor();
  await sending.stop();
});
