// What the phones' home screens and share sheets do with the app, and what a phone's own app asks first. The native
// side itself is checked by shells/tests.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, type Server, startServer } from './harness.ts';

const WAIT_MS = 60_000;
const BUILD = fileURLToPath(new URL('../build', import.meta.url));
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.html': 'text/html' };
const PERSON = { email: 'phone@example.com', password: 'nine quiet otters' };

let browser: Browser;
let server: Server;
/** The app's files at an address of their own, as a phone's own app has them. */
const inside = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://x');
  const send = (path: string, body: Buffer) => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
  readFile(join(BUILD, pathname)).then((body) => send(pathname, body), async () => send('index.html', await readFile(join(BUILD, 'index.html'))));
});
let origin = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(inside.address() as AddressInfo).port}`;
  server = await startServer({ OUTLAY_ALLOWED_ORIGINS: origin });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  inside.closeAllConnections();
  inside.close();
});

async function device(options: { shell?: boolean } = {}): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-IE', ...(options.shell ? { serviceWorkers: 'block' } : {}) });
  if (options.shell) await context.addInitScript("window.outlayShell = { platform: 'android', onOpen: (tell) => (window.openedByTest = tell) }");
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  return { context, page };
}

async function signUp(page: Page): Promise<void> {
  await page.getByLabel('Your name').fill('Ana');
  await page.getByLabel('E-mail').fill(PERSON.email);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
}

test('a phone’s own app asks for the server, shows who answers there, and keeps its book with it', async () => {
  const { context, page } = await device({ shell: true });
  await page.goto(`${origin}/sign-up`);
  await page.getByRole('heading', { name: 'Your server' }).waitFor();

  await page.getByLabel('Address').fill(origin);
  await page.getByRole('button', { name: 'Look for it' }).click();
  await page.getByText('No Outlay answers at this address.').waitFor();

  await page.getByLabel('Address').fill(`${server.url}/`);
  await page.getByRole('button', { name: 'Look for it' }).click();
  await page.getByText(/^Outlay \d+\.\d+/).waitFor();
  await page.getByRole('button', { name: 'Use this server' }).click();

  await signUp(page);
  const known = await fetch(`${server.url}/api/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(PERSON) });
  expect(known.status).toBe(200);

  // the shortcut, and after a new start the session goes on without a cookie
  await page.evaluate(() => (window as unknown as { openedByTest: (opened: object) => void }).openedByTest({ path: '/add' }));
  await page.getByRole('button', { name: /^Save/ }).filter({ visible: true }).first().waitFor();
  await page.goto(origin);
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
  expect(await context.cookies()).toEqual([]);
  await context.close();
});

test('the home screen’s shortcuts are screens, and a shared file waits on the import screen once', async () => {
  const manifest = (await (await fetch(`${server.url}/manifest.webmanifest`)).json()) as { shortcuts: { name: string; url: string }[]; share_target: { action: string; params: { files: { name: string }[] } } };
  expect(manifest.shortcuts.map(({ name, url }) => [name, url])).toEqual([['Add expense', '/add'], ['Transactions', '/transactions']]);

  const { context, page } = await device();
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail').fill(PERSON.email);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  });

  // what the system's share sheet does
  const { action, params } = manifest.share_target;
  await page.evaluate(({ action, name }) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', enctype: 'multipart/form-data', action });
    const field = Object.assign(document.createElement('input'), { type: 'file', name });
    const files = new DataTransfer();
    files.items.add(new File(['Date,Description,Amount\n2026-03-04,Corner Bakery,-12.40\n'], 'März.csv', { type: 'text/csv' }));
    field.files = files.files;
    form.append(field);
    document.body.append(form);
    form.submit();
  }, { action, name: params.files[0]!.name });
  await page.getByText('März.csv').first().waitFor();
  await page.getByText('Corner Bakery').first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/settings/import');

  await page.goto(`${server.url}/settings/import`);
  await page.getByText('Choose a file').first().waitFor();
  expect(await page.evaluate(async () => (await (await caches.open('outlay-shared')).keys()).length)).toBe(0);
  for (const { url } of manifest.shortcuts) {
    await page.goto(server.url + url);
    await (url === '/add' ? page.getByRole('button', { name: /^Save/ }).filter({ visible: true }).first() : page.getByRole('heading', { name: 'Transactions' })).waitFor();
  }
  await context.close();
});
