// A photo of a receipt, with screens: taken on one phone without a network, seen on another.
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { digest } from '../src/sync/files.ts';
import { secondContext } from './harness.ts';
import { png } from './pictures.ts';
import { served } from './served.ts';
import { PASSWORD } from './sync/device.ts';
import { People } from './sync/people.ts';

const at = served();

const WORDS = 'GPS 52.5 N 13.4 E, taken with a telephone';

async function phone(): Promise<BrowserContext> {
  const context = await secondContext(at.browser, { serviceWorkers: 'allow', viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB', reducedMotion: 'reduce' });
  await context.addInitScript(() => {
    const blobs: Record<string, Blob> = ((window as unknown as { blobs: object }).blobs = {});
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob: Blob) => {
      const address = make(blob);
      blobs[address] = blob;
      return address;
    };
  });
  return context;
}

/** What a person sees of a picture: every pixel that the browser has decoded. */
const decoded = (page: Page, selector: string) =>
  page.locator(selector).first().evaluate(async (image) => {
    await (image as HTMLImageElement).decode();
    return [(image as HTMLImageElement).naturalWidth, (image as HTMLImageElement).naturalHeight];
  });

/** The files of the browser's private folder as one text. */
const onDisk = (page: Page) =>
  page.evaluate(async () => {
    const found: string[] = [];
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values()) {
        if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle);
        else found.push(new TextDecoder('latin1').decode(await (await (handle as FileSystemFileHandle).getFile()).arrayBuffer()));
      }
    };
    await walk(await navigator.storage.getDirectory());
    const all = found.join('');
    return { bytes: all.length, found: ['JFIF', 'Lunch', 'GPS 52.5', 'SQLite format'].filter((text) => all.includes(text)) };
  });

test('a photo taken without a network is on the other device once there is one', async () => {
  const context = await phone();
  const page = await context.newPage();
  await page.goto(`${at.server.url}/sign-up`);
  const address = new People(at.server.url).address();
  await page.getByLabel('E-mail').fill(address);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: /^(Create account|Sign up)/ }).first().click();
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();

  // the app itself is kept on the device
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'New transaction' }).or(page.getByRole('link', { name: 'New transaction' })).first().click();
  const sheet = page.getByRole('dialog').last();
  await sheet.getByRole('button', { name: '7', exact: true }).click();
  const photo = png(3000, 400, 6, WORDS);
  await sheet.locator('input[type=file]:not([capture])').setInputFiles({ name: 'Lunch.PNG', mimeType: 'image/png', buffer: photo });
  await sheet.getByRole('button', { name: 'Open Lunch.jpg' }).locator('img').waitFor();
  await sheet.getByRole('button', { name: /^Save/ }).click();
  await sheet.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Transactions' }).first().click();
  const row = page.locator('main li button').first();
  await row.locator('img').waitFor();
  await row.click();
  await sheet.getByText('Kept here, will be uploaded').waitFor();
  const disk = await onDisk(page);
  expect(disk.bytes).toBeGreaterThan(100_000);
  expect(disk.found).toEqual([]);
  await context.setOffline(false);
  await expect.poll(() => sheet.getByText('Kept here, will be uploaded').count()).toBe(0);

  const second = await phone();
  const other = await second.newPage();
  await other.goto(`${at.server.url}/sign-in`);
  await other.getByLabel('E-mail').fill(address);
  await other.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await other.getByRole('button', { name: 'Sign in' }).first().click();
  await other.getByRole('link', { name: 'Transactions' }).first().click();
  await other.locator('main li button img').first().waitFor();
  await other.locator('main li button').first().click();
  await other.getByRole('button', { name: 'Open Lunch.jpg' }).click();
  const viewer = other.getByRole('dialog', { name: 'Lunch.jpg' });
  await viewer.locator('img').waitFor();
  // drawn anew and made smaller, and the same bytes on both devices and on the server
  expect(await decoded(other, 'dialog[aria-label="Lunch.jpg"] img')).toEqual([2200, 293]);
  const fetched = await bytesIn(other, 'dialog[aria-label="Lunch.jpg"] img');
  await page.getByRole('button', { name: 'Open Lunch.jpg' }).click();
  await page.getByRole('dialog', { name: 'Lunch.jpg' }).locator('img').waitFor();
  const own = await bytesIn(page, 'dialog[aria-label="Lunch.jpg"] img');
  expect(own.equals(fetched)).toBe(true);
  expect(own.includes(WORDS.slice(0, 8))).toBe(false);
  expect(await rest(address)).toEqual(await digest(new Uint8Array(own)));

  await viewer.getByRole('button', { name: 'Larger' }).click();
  await expect.poll(() => viewer.locator('img').evaluate((image) => image.getBoundingClientRect().width)).toBeGreaterThan(400);
  await viewer.getByRole('button', { name: 'Remove Lunch.jpg' }).click();
  await viewer.waitFor({ state: 'detached' });
  await other.getByRole('button', { name: 'Undo' }).click();
  await other.getByRole('button', { name: 'Open Lunch.jpg' }).waitFor();
  await context.close();
  await second.close();
});

/** The bytes of a picture that is shown; a page may not ask for the address of a Blob, so the Blob itself is kept (`phone`). */
async function bytesIn(page: Page, selector: string): Promise<Buffer> {
  const numbers = await page.locator(selector).first().evaluate(async (image) => {
    const { blobs } = window as unknown as { blobs: Record<string, Blob> };
    return [...new Uint8Array(await blobs[(image as HTMLImageElement).src]!.arrayBuffer())];
  });
  return Buffer.from(numbers);
}

/** What REST has of the person's one receipt: the SHA-256 of the bytes that it gives out. */
async function rest(email: string): Promise<string> {
  const signed = await fetch(`${at.server.url}/api/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: PASSWORD }) });
  const { access_token } = (await signed.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}` };
  const [receipt] = ((await (await fetch(`${at.server.url}/api/v1/receipts`, { headers })).json()) as { items: { sha256: string }[] }).items;
  const answer = await fetch(`${at.server.url}/api/v1/files/${receipt!.sha256}`, { headers });
  expect(answer.status).toBe(200);
  return digest(new Uint8Array(await answer.arrayBuffer()));
}
