// What most files of stories begin with: a server and a browser of their own, from the first test to the last.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser, type Server, startServer } from './harness.ts';

/** Filled before the first test of the file that calls it. */
export function served(): { readonly server: Server; readonly browser: Browser } {
  const at: { server?: Server; browser?: Browser } = {};
  beforeAll(async () => {
    at.server = await startServer();
    at.browser = await launchBrowser();
  });
  afterAll(async () => {
    await at.browser?.close();
    await at.server?.stop();
  });
  return at as { server: Server; browser: Browser };
}
