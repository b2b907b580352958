// Typing in the editor on a phone: what the proofs of it have in common.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { holdHydration } from './breakage.ts';
import { secondContext, type Server } from './harness.ts';
import { PHONE } from './newcomer.ts';
import { PASSWORD } from './tabs/tabs.ts';

interface At {
  server: Server;
  browser: Browser;
}

export const amount = (page: Page) => page.getByLabel('Amount', { exact: true });
export const shows = (page: Page, digits: string) => expect.poll(() => amount(page).inputValue()).toBe(digits);
export const says = (page: Page, words: string | RegExp) => page.getByText(words).filter({ visible: true }).first().waitFor();
export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).filter({ visible: true }).first().click();
export const ready = (page: Page) => page.locator('[data-field=account] option').first().waitFor({ state: 'attached' });

export async function type(page: Page, digits: string): Promise<void> {
  for (const digit of digits) await page.getByRole('dialog').getByRole('button', { name: digit, exact: true }).click();
}
export async function add(page: Page): Promise<void> {
  await press(page, 'New transaction');
  await amount(page).waitFor();
}
export async function close(page: Page): Promise<void> {
  await press(page, 'Close');
  await amount(page).waitFor({ state: 'detached' });
}
export async function save(page: Page, digits: string): Promise<void> {
  await press(page, 'Save');
  await says(page, `Expense of €${digits}.00 added`);
  await amount(page).waitFor({ state: 'detached' });
}

/** A blank book without an account, on a phone. `before`: what is done to the page before it starts. */
export async function alone(at: At, before?: (page: Page) => Promise<unknown>): Promise<{ context: BrowserContext; page: Page }> {
  const context = await secondContext(at.browser, { viewport: PHONE, locale: 'en-IE' });
  const page = await context.newPage();
  await before?.(page);
  await page.goto(`${at.server.url}/start`);
  await page.getByRole('button', { name: /A blank book/ }).click();
  await says(page, 'Your book is ready');
  return { context, page };
}

/** Somebody signs in, whose book does not come until it is let go. `book`: only this one waits. */
export async function fetching(at: At, email: string, book = ''): Promise<{ context: BrowserContext; page: Page; release: () => Promise<void> }> {
  const context = await secondContext(at.browser, { viewport: PHONE, locale: 'en-IE' });
  const page = await context.newPage();
  const { release } = await holdHydration(context, 0, book);
  await page.goto(`${at.server.url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('progressbar', { name: 'Fetching your book …' }).filter({ visible: true }).waitFor();
  return { context, page, release };
}
