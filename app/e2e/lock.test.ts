// The app lock in a real browser: locked after a reload and in every tab, wrong PINs, a passkey of the device's own
// authenticator, a forgotten PIN, and what somebody has who copies all that the browser keeps.
import { pbkdf2Sync } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';
import { PASSWORD } from './sync/device.ts';

const PIN = '482017';
const EMAIL = 'locked@example.com';

let server: Server;
/** By name: no passkey belongs to an address of numbers. */
let url: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  server = await startServer();
  url = server.url.replace('127.0.0.1', 'localhost');
  browser = await launchBrowser();
  context = await secondContext(browser, { viewport: { width: 390, height: 844 }, locale: 'en-GB', reducedMotion: 'reduce' });
  page = await context.newPage();
  const body = { email: EMAIL, password: PASSWORD, name: 'Robin', base_currency: 'EUR' };
  const made = await fetch(`${server.url}/api/v1/auth/sign-up`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  expect(made.ok).toBe(true);
  await signIn();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function signIn(): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
}

const locked = (of = page) => of.getByRole('heading', { name: 'Outlay is locked' }).waitFor();
/** A screen of the book. */
const opened = (of: Page) => of.getByRole('navigation').first().waitFor({ state: 'attached' });

async function enter(pin: string): Promise<void> {
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}

async function switchOn(): Promise<void> {
  await page.goto(`${url}/settings/lock`);
  await page.getByRole('button', { name: 'Switch the lock on' }).click();
  await page.getByLabel('New PIN or passphrase').fill(PIN);
  const again = page.getByLabel('The same once more');
  const differs = page.getByText('The two are not the same.');
  // not said while it may still become the same, but once it cannot, or is left
  await again.fill(PIN.slice(0, 3));
  await page.getByRole('button', { name: 'Switch on' }).and(page.locator(':disabled')).waitFor();
  expect(await differs.count()).toBe(0);
  await again.blur();
  await differs.waitFor();
  await again.fill(PIN);
  await page.locator('dialog').getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
}

/** All that a script finds in the profile: each value of IndexedDB, its bytes in hex, and what keys give of themselves. */
const dump = () =>
  page.evaluate(async () => {
    const hex = (bytes: ArrayBuffer | Uint8Array) => [...new Uint8Array(bytes instanceof ArrayBuffer ? bytes : bytes.slice().buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const opening = indexedDB.open('outlay');
    const database = await new Promise<IDBDatabase>((resolve) => (opening.onsuccess = () => resolve(opening.result)));
    const store = database.transaction('values').objectStore('values');
    const all = <T>(asked: IDBRequest<T>) => new Promise<T>((resolve) => (asked.onsuccess = () => resolve(asked.result)));
    const [keys, values] = await Promise.all([all(store.getAllKeys()), all(store.getAll())]);
    database.close();
    const plain = async (value: unknown): Promise<unknown> => {
      if (value instanceof CryptoKey) return crypto.subtle.exportKey('raw', value).then(hex, () => 'a key that gives nothing');
      if (value instanceof ArrayBuffer || value instanceof Uint8Array) return hex(value);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([name, part]) => [name, await plain(part)])));
    };
    const found: Record<string, unknown> = {};
    for (const [at, key] of keys.entries()) found[String(key)] = await plain(values[at]);
    return found;
  });

/** Every byte that lies in the browser's private files, as Latin-1. */
const files = () =>
  page.evaluate(async () => {
    const texts: string[] = [];
    const read = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const entry of (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle | FileSystemDirectoryHandle> }).values()) {
        if (entry instanceof FileSystemDirectoryHandle) await read(entry);
        else texts.push(new TextDecoder('latin1').decode(await (await entry.getFile()).arrayBuffer()));
      }
    };
    await read(await navigator.storage.getDirectory());
    return texts.join('');
  });

/** The tab goes out of sight, or comes back. */
const show = (of: Page, state: 'visible' | 'hidden') =>
  of.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

test('a reload locks, a wrong PIN says so, and the right one opens the book', async () => {
  await switchOn();
  await page.reload();
  await locked();
  expect(await page.getByRole('navigation').count()).toBe(0);
  await enter('482018');
  await page.getByText('That was not right.').waitFor();
  await page.keyboard.type(PIN);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
});

test('what the browser keeps opens nothing without the key that it gives nobody', async () => {
  await page.getByRole('button', { name: 'Lock now' }).click();
  await locked();
  const bytes = await files();
  expect(bytes.length).toBeGreaterThan(100_000);
  for (const known of ['SQLite format 3', 'CREATE TABLE', 'Groceries']) expect(bytes.includes(known), known).toBe(false);
  const kept = await dump();
  expect(kept['lock-device-key']).toBe('a key that gives nothing');
  expect(kept).not.toHaveProperty('wrapping-key');
  const keys = Object.entries(kept).filter(([name]) => name.startsWith('file-key '));
  expect(keys.length).toBeGreaterThan(0);
  for (const [, value] of keys) expect(value).toMatchObject({ locked: true });
  const { pin } = kept['lock'] as { pin: { salt: string; rounds: number; iv: string; bytes: string } };
  expect(pin.rounds).toBe(600_000);
  const material = [Buffer.alloc(32), pbkdf2Sync(PIN, Buffer.from(pin.salt, 'hex'), pin.rounds, 32, 'sha256')];
  for (const key of material) {
    const opened = await page.evaluate(
      async ([raw, iv, bytes]) => {
        const of = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
        const found = [];
        const direct = await crypto.subtle.importKey('raw', of(raw), 'AES-GCM', false, ['decrypt']);
        const base = await crypto.subtle.importKey('raw', of(raw), 'HKDF', false, ['deriveKey']);
        const derived = await crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new TextEncoder().encode('outlay lock pin') }, base, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
        for (const key of [direct, derived]) found.push(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: of(iv), additionalData: new TextEncoder().encode('lock pin') }, key, of(bytes)).then(() => true, () => false));
        return found;
      },
      [key.toString('hex'), pin.iv, pin.bytes] as const
    );
    expect(opened).toEqual([false, false]);
  }
});

test('the device’s own authenticator opens it, and every tab locks and opens with it', async () => {
  const line = await context.newCDPSession(page);
  await line.send('WebAuthn.enable');
  await line.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, hasPrf: true, isUserVerified: true, automaticPresenceSimulation: true }
  });
  await enter(PIN);
  // whether there is an authenticator was asked before there was one
  await page.getByRole('link', { name: 'Home' }).first().click();
  await page.waitForURL(`${url}/`);
  await page.getByRole('button', { name: 'Set up' }).waitFor({ state: 'detached' });
  await page.evaluate(() => history.back());
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByLabel('Current PIN or passphrase').fill(PIN);
  await page.locator('dialog').getByRole('button', { name: 'Set up' }).click();
  await page.getByText('Your device can open Outlay now.').waitFor();
  await page.getByRole('button', { name: 'Remove' }).waitFor();
  const other = await context.newPage();
  await other.goto(url);
  await opened(other);
  await page.bringToFront();
  await page.getByRole('button', { name: 'Lock now' }).click();
  await locked();
  await page.getByText('Your device can open Outlay now.').waitFor({ state: 'detached' });
  await locked(other);
  await page.getByRole('button', { name: 'Face or fingerprint' }).click();
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
  await opened(other);
  await page.getByLabel('Lock', { exact: true }).selectOption({ label: 'At once' });
  await show(other, 'hidden');
  expect(await other.locator('[popover][aria-hidden]').isVisible()).toBe(true);
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
  await show(page, 'hidden');
  await locked();
  await locked(other);
  await show(page, 'visible');
  await page.locator('[popover][aria-hidden]').waitFor({ state: 'hidden' });
  await other.close();
});

test('after five wrong tries it waits, over a reload too; who forgot the PIN begins anew and has what was synced', async () => {
  await page.reload();
  await locked();
  for (let n = 0; n < 5; n++) {
    await enter('482018');
    await page.getByText(n < 4 ? 'That was not right.' : /^Try again in/).first().waitFor();
  }
  await page.reload();
  await locked();
  await page.getByText(/^Try again in/).first().waitFor();
  expect(await page.getByRole('button', { name: '4', exact: true }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Forgot the PIN?' }).click();
  await page.getByText('Nothing is waiting to be sent.').waitFor();
  await page.locator('dialog input').fill('delete');
  await page.locator('dialog').getByRole('button', { name: 'Remove everything' }).click();
  await page.waitForURL('**/welcome');
  expect(Object.keys(await dump()).filter((name) => /^(lock|file-key)/.test(name))).toEqual([]);
  await signIn();
});
