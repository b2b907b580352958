// What only one device has, where it cannot be sent: kept as a file, taken in on another, there once, and no more when the
// first device can send after all.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { go, secondContext, signIn } from './harness.ts';
import { newcomer, PHONE } from './newcomer.ts';
import { served } from './served.ts';
import { PASSWORD } from './tabs/tabs.ts';

const at = served();

test('changes that one device cannot send go to another by a file, once', async () => {
  const { context, page, rest, email, press, says } = await newcomer(at, { serviceWorkers: 'allow', acceptDownloads: true });
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null || location.reload())).toBe(true);
  await says(/Up to date/);
  await context.setOffline(true);
  await go(page, '/transactions');
  await press('New transaction');
  await press('8');
  await page.getByRole('dialog').getByLabel('Note').fill('Only on the first');
  await press('Save');
  await says('Expense of €8.00 added');
  await go(page, '/settings/devices');
  const [given] = await Promise.all([page.waitForEvent('download'), press(/^Save 1 change/)]);
  const buffer = await readFile(await given.path());

  const other = await secondContext(at.browser, { viewport: PHONE, locale: 'en-GB' });
  const second = await other.newPage();
  await signIn(second, at.server.url, { email, password: PASSWORD });
  await go(second, '/settings/devices');
  const bring = async (name: string, content: Buffer) => {
    const [chooser] = await Promise.all([second.waitForEvent('filechooser'), second.getByRole('button', { name: /^Bring in a file of changes/ }).click()]);
    await chooser.setFiles({ name, mimeType: 'application/json', buffer: content });
  };
  await bring('holiday.json', Buffer.from('no changes'));
  await second.getByText('This is not a file of changes that were not sent.').waitFor();
  await bring('outlay-unsent.json', buffer);
  await second.getByText('1 change brought in').waitFor();
  await bring('outlay-unsent.json', buffer);
  await second.getByText('The change of this file is there already').waitFor();
  await go(second, '/transactions');
  await second.getByText('Only on the first').waitFor();
  await other.close();

  await context.setOffline(false);
  await says('Signed in');
  await go(page, '/');
  await says(/Up to date/);
  expect((await rest.transactions()).map(({ note, amount_minor }) => [note, amount_minor])).toEqual([['Only on the first', 800]]);
  await context.close();
});
