// Somebody new who has a telephone and no address: their account begins with the code, and their number opens it elsewhere.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { outbox, secondContext } from './harness.ts';
import { served } from './served.ts';

const PHONE = '+4915123456789';

const at = served();

/** On a device of its own: the number as people in Germany write it, and the code of the `count`-th message. */
async function enter(count: number): Promise<Page> {
  const context = await secondContext(at.browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-DE' });
  const page = await context.newPage();
  await page.goto(`${at.server.url}/sign-in/code`);
  await page.locator('input[name=phone]').fill('0151 23456789');
  await page.locator('button[type=submit]').click();
  await expect.poll(() => outbox(at.server, '.sms.txt').length).toBe(count);
  const message = outbox(at.server, '.sms.txt').at(-1)!;
  expect(message).toContain(PHONE);
  await page.locator('input[name=code]').fill(/\b\d{6}\b/.exec(message)![0]);
  await page.locator('button[type=submit]').click();
  return page;
}

test('a new account, an entry in it, and the same account on another device', async () => {
  const first = await enter(1);
  await first.waitForURL(`${at.server.url}/`);
  await first.getByRole('button', { name: 'New transaction' }).or(first.getByRole('link', { name: 'New transaction' })).first().click();
  const sheet = first.getByRole('dialog').last();
  await sheet.getByRole('button', { name: '7', exact: true }).click();
  await sheet.getByRole('button', { name: /^Save/ }).click();
  await sheet.waitFor({ state: 'detached' });
  const second = await enter(2);
  await second.waitForURL(`${at.server.url}/`);
  await second.getByText(/7[.,]00/).filter({ visible: true }).first().waitFor();
  await second.goto(`${at.server.url}/settings/account`);
  await second.getByRole('button', { name: `Telephone ${PHONE}` }).waitFor();
});
