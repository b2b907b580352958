// What only the server knows, asked for while it cannot be reached: it is said, nothing given is lost, and it comes by itself
// once the line is back.
import { expect, test } from 'vitest';
import { go } from './harness.ts';
import { newcomer } from './newcomer.ts';
import { served } from './served.ts';

const at = served();

test('ways to sign in, security and devices come once the line is back; a file for the import waits for it', async () => {
  const { context, page, says } = await newcomer(at, { serviceWorkers: 'allow' });
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null || location.reload())).toBe(true);
  await says(/Up to date/);
  for (const [path, without, then] of [
    ['/settings/ways', 'The list of ways to sign in needs a connection.', 'Password'],
    ['/settings/security', 'This needs a connection.', 'Second factor'],
    ['/settings/devices', 'The list of devices needs a connection.', 'Signed in']
  ] as const) {
    await context.setOffline(true);
    await go(page, path);
    await says(without);
    await context.setOffline(false);
    await says(then);
  }

  await context.setOffline(true);
  await go(page, '/settings/import');
  const file = { name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from('Date,Amount,Payee\n2026-11-01,-5.00,Corner Shop\n') };
  await page.locator('input[type=file]').setInputFiles(file);
  await says('bank.csv');
  await says('It waits here, and is read as soon as the server can be reached.');
  await context.setOffline(false);
  await says('Corner Shop');
  await context.close();
});
