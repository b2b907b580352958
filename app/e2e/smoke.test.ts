// The built app, served by the real server, opens; and opens again without it.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test('the app opens, also when the server is gone', async () => {
  const context = await secondContext(browser, { serviceWorkers: 'allow' });
  // closed before anything could be kept
  const closed = await context.newPage();
  await closed.goto(server.url);
  await closed.close();
  const page = await context.newPage();
  await page.goto(server.url);
  expect(await page.title()).toBe('Outlay');

  await page.evaluate(async () => navigator.serviceWorker.ready);
  await server.kill();
  await page.goto(`${server.url}/?again`);
  expect(await page.title()).toBe('Outlay');
  await page.locator('h1').first().waitFor();
  await context.close();
});
