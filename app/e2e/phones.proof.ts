// What the phones' home screens and share sheets do with the app, and what a phone's own app asks first. The native
// side itself is checked by shells/tests.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, type Server, startServer } from './harness.ts';
import { Phone, serveInside } from './phone.ts';

const WAIT_MS = 60_000;
const PERSON = { email: 'phone@example.com', password: 'nine quiet otters' };
const PIN = '482017';
/** Where the plugin keeps what we call `session`. */
const SESSION = 'capacitor-storage_session';

let browser: Browser;
let server: Server;
let inside: Awaited<ReturnType<typeof serveInside>>;
const phone = new Phone();
/** The phone's own app, as one test after the other finds it. */
let app: BrowserContext;
let page: Page;

beforeAll(async () => {
  inside = await serveInside();
  server = await startServer({ OUTLAY_ALLOWED_ORIGINS: inside.origin });
  browser = await launchBrowser();
  app = await phone.context(browser);
  page = await start('/sign-up');
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await inside?.stop();
});

/** The app is ended and started again. */
async function start(path = '/'): Promise<Page> {
  await page?.close();
  page = await app.newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(inside.origin + path);
  return page;
}

const upToDate = () => page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();

/** All text of the browser's own storage, bytes in hex. */
const kept = () =>
  page.evaluate(async () => {
    const opening = indexedDB.open('outlay');
    const database = await new Promise<IDBDatabase>((resolve) => (opening.onsuccess = () => resolve(opening.result)));
    const asked = database.transaction('values').objectStore('values').getAll() as IDBRequest<unknown[]>;
    const values = await new Promise<unknown[]>((resolve) => (asked.onsuccess = () => resolve(asked.result)));
    database.close();
    const bytes = (value: unknown) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value);
    const plain = (_: string, value: unknown) => {
      const found = bytes(value);
      return found instanceof Uint8Array ? [...found].map((byte) => byte.toString(16).padStart(2, '0')).join('') : value;
    };
    return JSON.stringify([values, { ...localStorage }], plain);
  });

const token = () => (JSON.parse(phone.stored.get(SESSION)!) as { token: string }).token;

test('a phone’s own app asks for the server, shows who answers there, and keeps its book with it', async () => {
  await page.getByRole('heading', { name: 'Your server' }).waitFor();
  await page.getByLabel('Address').fill(inside.origin);
  await page.getByRole('button', { name: 'Look for it' }).click();
  await page.getByText('No Outlay answers at this address.').waitFor();

  await page.getByLabel('Address').fill(`${server.url}/`);
  await page.getByRole('button', { name: 'Look for it' }).click();
  await page.getByText(/^Outlay \d+\.\d+/).waitFor();
  await page.getByRole('button', { name: 'Use this server' }).click();

  await page.getByLabel('Your name').fill('Ana');
  await page.getByLabel('E-mail').fill(PERSON.email);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await upToDate();
  const known = await fetch(`${server.url}/api/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(PERSON) });
  expect(known.status).toBe(200);

  // the shortcut
  phone.open('outlay://add');
  await page.getByRole('button', { name: /^Save/ }).filter({ visible: true }).first().waitFor();
});

test('the session goes on from what the phone keeps, and no script finds it in the browser’s storage', async () => {
  const first = token();
  await start();
  await upToDate();
  await expect.poll(token).not.toBe(first);
  expect(await app.cookies()).toEqual([]);
  for (const secret of [first, token()]) expect(await kept()).not.toContain(secret.split('.')[2]);
});

test('an app that ends between the server’s answer and the phone’s store is still signed in', async () => {
  const before = token();
  phone.ends_at = /"attempt":null/;
  await start();
  await expect.poll(() => phone.ended).toBe(1);
  expect(JSON.parse(phone.stored.get(SESSION)!)).toEqual({ token: before, attempt: expect.any(String) as string });
  phone.ends_at = null;
  await start();
  await upToDate();
  await expect.poll(token).not.toBe(before);
  await start();
  await upToDate();
});

test('what an older version left in the browser’s storage moves to the phone’s, once', async () => {
  await page.close();
  page = await app.newPage();
  // a file of the app, and no app
  await page.goto(`${inside.origin}/icon.svg`);
  const old = token();
  await page.evaluate(async (old) => {
    const opening = indexedDB.open('outlay');
    const database = await new Promise<IDBDatabase>((resolve) => (opening.onsuccess = () => resolve(opening.result)));
    const transaction = database.transaction('values', 'readwrite');
    const store = transaction.objectStore('values');
    const asked = store.get('profile') as IDBRequest<object>;
    asked.onsuccess = () => store.put({ ...asked.result, refresh_token: old }, 'profile');
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
  }, old);
  phone.stored.clear();
  expect(await kept()).toContain(old);
  await start();
  await upToDate();
  await expect.poll(() => phone.stored.size).toBe(1);
  await expect.poll(kept).not.toContain('refresh_token');
  await expect.poll(token).not.toBe(old);
});

test('a face or finger opens the app lock by a secret that the phone gives to nobody else', async () => {
  const openByFinger = () => page.getByRole('button', { name: 'Face or fingerprint' }).click();
  const lockNow = async () => {
    await page.getByRole('button', { name: 'Lock now' }).click();
    await page.getByRole('heading', { name: 'Outlay is locked' }).waitFor();
  };
  const setUp = async () => {
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByLabel('Current PIN or passphrase').fill(PIN);
    await page.locator('dialog').getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('button', { name: 'Remove' }).waitFor();
  };
  await start('/settings/lock');
  await page.getByRole('button', { name: 'Switch the lock on' }).click();
  await page.getByLabel('New PIN or passphrase').fill(PIN);
  await page.getByLabel('The same once more').fill(PIN);
  await page.locator('dialog').getByRole('button', { name: 'Switch on' }).click();
  await setUp();
  expect(phone.asked).toBe(1);
  const [secret] = phone.secrets.values();
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(await kept()).not.toContain(secret);

  await lockNow();
  phone.finger = 'refused';
  await openByFinger();
  await page.getByText('That did not work. Try again, or enter your PIN.').waitFor();
  phone.finger = 'right';
  await openByFinger();
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
  expect(phone.asked).toBe(3);

  // over a new start, and then with a finger more
  await start('/settings/lock');
  await openByFinger();
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
  await lockNow();
  phone.enrol();
  await openByFinger();
  await page.getByText('That did not work. Try again, or enter your PIN.').waitFor();
  expect(phone.asked).toBe(4);
  for (const digit of PIN) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
  await setUp();
  expect([...phone.secrets.values()]).not.toEqual([secret]);

  // on a phone that knows no finger there is only the PIN
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Set up' }).waitFor();
  expect(phone.secrets.size).toBe(0);
  phone.finger = null;
  await start('/settings/lock');
  for (const digit of PIN) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByText('This device or browser cannot open the lock this way.').waitFor();
  await page.getByRole('button', { name: 'Switch the lock off' }).click();
  await page.getByLabel('Current PIN or passphrase').fill(PIN);
  await page.locator('dialog').getByRole('button', { name: 'Switch the lock off' }).click();
  await page.getByRole('button', { name: 'Switch the lock on' }).waitFor();
});

test('the home screen’s shortcuts are screens, and a shared file waits on the import screen once', async () => {
  const manifest = (await (await fetch(`${server.url}/manifest.webmanifest`)).json()) as { shortcuts: { name: string; url: string }[]; share_target: { action: string; params: { files: { name: string }[] } } };
  expect(manifest.shortcuts.map(({ name, url }) => [name, url])).toEqual([['Add expense', '/add'], ['Transactions', '/transactions']]);

  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-IE' });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
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
