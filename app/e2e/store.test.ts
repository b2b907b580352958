// The encrypted database in a real browser: the promises of the port, a second start, and the bytes on the disk.
import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Device, openDevice } from './harness.ts';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

let folder: string;
let server: Server;
let device: Device;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outlay-store-'));
  const root = fileURLToPath(new URL('./store', import.meta.url));
  await build({ configFile: false, root, base: './', logLevel: 'error', worker: { format: 'es' }, build: { outDir: folder, emptyOutDir: true, target: 'esnext' } });
  server = createServer((request, response) => {
    const path = join(folder, normalize(new URL(request.url ?? '/', 'http://x').pathname.replace(/\/$/, '/index.html')));
    readFile(path).then(
      (body) => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body),
      () => response.writeHead(404).end()
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  device = await openDevice();
});

afterAll(async () => {
  await device?.close();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Page> {
  const page = await device.context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
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

it('is unreadable without its key', async () => {
  const page = await open();
  expect(await ask(page, 'wrong-key')).toMatch(/NOTADB|not a database/);
  await page.close();
});
