// Receipts: the queue of files against the real server (the core under Node), and two devices with screens.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReceiptView } from '../src/api.ts';
import { digest } from '../src/sync/files.ts';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';
import { pdf, png } from './pictures.ts';
import { PASSWORD, TestDevice, type Options } from './sync/device.ts';
import { expense, People } from './sync/people.ts';

let server: Server;
let browser: Browser;
const devices: TestDevice[] = [];

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
});

afterAll(async () => {
  for (const device of devices) await device.close();
  await browser?.close();
  await server?.stop();
});

/** A line that can be cut, and that counts what goes over it. */
function line(): { fetch: typeof fetch; cut: boolean; files: string[]; wanted: (path: string) => void } {
  const made = { cut: false, files: [] as string[], wanted: (_: string) => undefined as void, fetch: fetch };
  made.fetch = async (input, init) => {
    const path = String(input);
    if (path.includes('/files/')) made.files.push(init?.method ?? 'GET');
    made.wanted(path);
    if (made.cut) throw new TypeError('cut');
    return fetch(input, init);
  };
  return made;
}

async function person(options: Options = {}): Promise<{ device: TestDevice; address: string; transaction_id: string }> {
  const address = new People(server.url).address();
  const device = new TestDevice(server.url, { live: true, ...options });
  devices.push(device);
  await device.core.start();
  await device.core.signUp({ email: address, password: PASSWORD, base_currency: 'EUR' });
  const { id } = device.command('addAccount', { name: 'Cash', kind: 'cash', currency: 'EUR' });
  return { device, address, transaction_id: device.command('addTransaction', expense(id!, 900, 'lunch')).id! };
}

async function add(device: TestDevice, transaction_id: string, bytes: Buffer, type = 'image/png'): Promise<string> {
  const file = await device.core.addFile(new Blob([new Uint8Array(bytes)], { type }), 'Lunch.png');
  return device.command('addReceipt', { transaction_id, ...file }) && file.sha256;
}

const states = (device: TestDevice, transaction_id: string) => device.query<ReceiptView[]>('receipts', { transaction_id }).map(({ state }) => state);
const bytesOf = async (device: TestDevice, sha256: string) => Buffer.from(await (await device.core.book.files.open(sha256)).arrayBuffer());

test('a file is kept without a network, survives a restart, is sent once, and comes to the other device as it was', async () => {
  const wire = line();
  const { device, address, transaction_id } = await person({ fetch: (...asked) => wire.fetch(...asked) });
  await expect.poll(() => device.core.status.sync.unsent).toBe(0);
  wire.cut = true;
  const picture = png(60, 80, 1);
  const sha256 = await add(device, transaction_id, picture);
  expect(states(device, transaction_id)).toEqual(['kept']);
  expect(await device.core.signOut()).toMatchObject({ signed_out: false });
  await device.restart();
  expect(states(device, transaction_id)).toEqual(['kept']);
  expect(await bytesOf(device, sha256)).toEqual(picture);
  expect(device.core.status.sync.files).toBe(1);

  wire.cut = false;
  await device.core.book.poke();
  await expect.poll(() => states(device, transaction_id)).toEqual(['sent']);
  expect(device.core.status.sync.files).toBe(0);
  expect(wire.files.filter((method) => method === 'PUT')).toHaveLength(1);

  const other = await new People(server.url).another(address, { live: true });
  devices.push(other);
  await expect.poll(() => states(other, transaction_id)).toEqual(['away']);
  expect(await bytesOf(other, sha256)).toEqual(picture);
  expect(await digest(new Uint8Array(await bytesOf(other, sha256)))).toBe(sha256);
  expect(states(other, transaction_id)).toEqual(['sent']);
});

test('what the server refuses does not hold up the next one, and is said', async () => {
  const { device, transaction_id } = await person();
  const liar = Buffer.concat([png(8, 8, 2), Buffer.from('and more behind the end')]);
  await add(device, transaction_id, liar);
  await add(device, transaction_id, pdf(), 'application/pdf');
  await expect.poll(() => states(device, transaction_id)).toEqual(['refused', 'sent']);
  const [refused] = device.query<ReceiptView[]>('receipts', { transaction_id });
  expect(refused?.problem).toBe('file_mixed');
  expect(await bytesOf(device, refused!.sha256)).toEqual(liar);
  expect(device.core.status.sync).toMatchObject({ unsent: 0, files: 1 });
  device.core.book.files.retry(refused!.sha256);
  expect(states(device, transaction_id)).toEqual(['kept', 'sent']);
  await expect.poll(() => states(device, transaction_id)).toEqual(['refused', 'sent']);
});

test('changes go first, and a file that cannot be had now is said so and comes later', async () => {
  const wire = line();
  const { device, address, transaction_id } = await person({ fetch: (...asked) => wire.fetch(...asked) });
  const order: string[] = [];
  wire.wanted = (path) => void order.push(path.includes('/files/') ? 'file' : path.includes('/push') ? 'push' : 'other');
  const sha256 = await add(device, transaction_id, png(40, 40, 3));
  await expect.poll(() => states(device, transaction_id)).toEqual(['sent']);
  expect(order.lastIndexOf('push')).toBeLessThan(order.indexOf('file'));

  const other = line();
  const second = await new People(server.url).another(address, { live: true, fetch: (...asked) => other.fetch(...asked) });
  devices.push(second);
  await expect.poll(() => states(second, transaction_id)).toEqual(['away']);
  other.cut = true;
  await expect(second.core.book.files.open(sha256)).rejects.toMatchObject({ code: 'offline' });
  expect(states(second, transaction_id)).toEqual(['away']);
  other.cut = false;
  expect((await bytesOf(second, sha256)).length).toBeGreaterThan(100);
});

test('a server that was put back is asked for every file, and gets those that it lost', async () => {
  const { device, transaction_id } = await person();
  await add(device, transaction_id, png(40, 40, 4));
  await add(device, transaction_id, png(40, 40, 5));
  await expect.poll(() => states(device, transaction_id)).toEqual(['sent', 'sent']);
  const folder = join(server.dataFolder, 'files', device.core.book.meta.book_id);
  const [lost] = await readdir(folder);
  await rm(join(folder, lost!));
  device.port.run(`UPDATE file SET state = 'check'`);
  await device.core.book.files.poke();
  expect(states(device, transaction_id)).toEqual(['sent', 'sent']);
  expect(await readdir(folder)).toHaveLength(2);
});

/* ---- with screens ---------------------------------------------------------------- */

test('without an account and on a desktop: dropped, pasted, filtered by, and a document', async () => {
  const context = await secondContext(browser, { serviceWorkers: 'allow', viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${server.url}/start`);
  await page.getByRole('button', { name: /sample/i }).click();
  await page.getByText('Last transactions').waitFor();
  await page.goto(`${server.url}/transactions`);
  await page.locator('main li button').first().click();
  const strip = page.getByRole('region', { name: 'Receipts' });
  await strip.waitFor();
  for (const [kind, name, bytes, type] of [
    ['drop', 'Dropped.png', png(30, 40, 7), 'image/png'], ['paste', 'Pasted.png', png(30, 40, 8), 'image/png'], ['drop', 'Bill.pdf', pdf(), 'application/pdf']
  ] as const) {
    await strip.evaluate((node, given) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(given.bytes)], given.name, { type: given.type }));
      const event = given.kind === 'drop' ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }) : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      node.dispatchEvent(event);
    }, { kind, name, bytes: [...bytes], type });
    await page.getByRole('button', { name: `Open ${name.replace('.png', '.jpg')}` }).waitFor();
  }
  await page.getByText('Kept on this device').waitFor();
  expect(new URL(page.url()).pathname).toBe('/transactions');
  await page.getByRole('button', { name: 'Open Bill.pdf' }).click();
  const link = page.getByRole('link', { name: 'Open the document' });
  expect(await link.getAttribute('href')).toMatch(/^blob:/);
  await page.keyboard.press('Escape');
  await link.waitFor({ state: 'detached' });
  await strip.waitFor();
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('switch', { name: 'With a receipt' }).check();
  await page.getByRole('button', { name: 'Show 1 transaction', exact: true }).click();
  await expect.poll(() => page.locator('main li button').count()).toBe(1);
  await page.locator('main li button img').waitFor();
  await context.close();
});
