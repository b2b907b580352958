// The encrypted database in a real browser: the promises of the port, a second start, and the bytes on the disk.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Device, openDevice } from './harness.ts';
import { type Pages, servePages } from './pages.ts';

let pages: Pages;
let device: Device;

beforeAll(async () => {
  pages = await servePages('store');
  device = await openDevice();
});

afterAll(async () => {
  await device?.close();
  await pages?.close();
});

async function open(): Promise<Page> {
  const page = await device.context.newPage();
  await page.goto(pages.url);
  await page.waitForFunction(() => 'ask' in window);
  return page;
}

const ask = (page: Page, question: string) =>
  page.evaluate((asked) => (window as unknown as { ask(q: unknown): Promise<unknown> }).ask({ ask: asked }), question);

it('keeps every promise of the port, in memory and encrypted', async () => {
  const page = await open();
  expect(await ask(page, 'promises')).toEqual({});
  await page.close();
});

it('opens again after the browser was closed, and shows nothing on the disk', async () => {
  let page = await open();
  expect(await ask(page, 'write')).toBe('wal');
  await page.close();
  device = await device.reopen();
  page = await open();
  expect(await ask(page, 'read')).toBe('Müller Café 北京烤鸭 7');
  const { size, found } = (await ask(page, 'bytes')) as { size: number; found: string[] };
  expect(size).toBeGreaterThan(100_000);
  expect(found).toEqual([]);
  await page.close();
});

it('rolls back what a crash left half written while the file was filled', async () => {
  let page = await open();
  expect(await ask(page, 'fill')).toEqual(['truncate', ['/filled.db', '/filled.db-journal']]);
  await page.close();
  device = await device.reopen();
  page = await open();
  expect(await ask(page, 'filled')).toEqual(['wal', 'ok', 2000, 0]);
  await page.close();
});

it('keeps receipts beside the rows; what that costs is printed (docs/receipts.md)', async () => {
  const page = await open();
  const measured = (await ask(page, 'files')) as Record<string, number>;
  console.log(JSON.stringify(measured));
  expect(measured['stored']).toBe((20 + 41) * 600_000);
  await page.close();
});

it('is unreadable without its key', async () => {
  const page = await open();
  expect(await ask(page, 'wrong-key')).toMatch(/NOTADB|not a database/);
  await page.close();
});
