// Signing out while changes have not been sent: what would be lost is said, with its number, and nothing goes before it is wanted.
import { expect, test } from 'vitest';
import { go, secondContext } from './harness.ts';
import { png } from './pictures.ts';
import { served } from './served.ts';
import { PASSWORD } from './sync/device.ts';
import { People } from './sync/people.ts';

const at = served();

test('an entry and its photo that only this device has are counted, kept, and given up only by saying so', async () => {
  const context = await secondContext(at.browser, { serviceWorkers: 'allow', viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const button = (name: string | RegExp) => page.getByRole('button', { name }).filter({ visible: true }).first();
  await page.goto(`${at.server.url}/sign-up`);
  await page.getByLabel('E-mail').fill(new People(at.server.url).address());
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button('Create account').click();
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);

  await context.setOffline(true);
  await page.getByRole('button', { name: 'New transaction' }).or(page.getByRole('link', { name: 'New transaction' })).first().click();
  const sheet = page.getByRole('dialog').last();
  await sheet.getByRole('button', { name: '7', exact: true }).click();
  await sheet.locator('input[type=file]:not([capture])').setInputFiles({ name: 'Lunch.PNG', mimeType: 'image/png', buffer: png(300, 200, 6) });
  await sheet.getByRole('button', { name: 'Open Lunch.jpg' }).locator('img').waitFor();
  await sheet.getByRole('button', { name: /^Save/ }).click();
  await sheet.waitFor({ state: 'detached' });

  await go(page, '/settings/account');
  await button('Log out').click();
  // the entry with its receipt in one change, and the photo
  await page.getByText(/^2 changes/).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await go(page, '/transactions');
  await page.locator('main li button').first().waitFor();

  await go(page, '/settings/account');
  await button('Log out').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Log out anyway' }).click();
  await page.waitForURL('**/welcome');
  await context.close();
});
