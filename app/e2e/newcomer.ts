// Somebody with an account of money, signed in in a browser and at the REST API: what most proofs of a screen begin with.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { secondContext, type Server, signIn } from './harness.ts';
import { say, type Language } from './sheets.ts';
import { address, PASSWORD, Rest } from './tabs/tabs.ts';

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

export interface Newcomer {
  context: BrowserContext;
  page: Page;
  rest: Rest;
  email: string;
  /** The account `Bank`, in euros. */
  bank: string;
  /** What is visible of these words. */
  says(words: string | RegExp): Promise<void>;
  /** Presses the first visible button of this name, in the sheet on top if there is one. */
  press(name: string | RegExp): Promise<void>;
}

/** `fill` puts into the book what the device finds there when it signs in. */
export async function newcomer(
  { server, browser }: { server: Server; browser: Browser },
  { fill, ...options }: BrowserContextOptions & { fill?: (rest: Rest, bank: string) => Promise<unknown> } = {}
): Promise<Newcomer> {
  const email = address();
  const rest = await new Rest(server.url).signUp(email);
  const { id: bank } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Bank', kind: 'bank', currency: 'EUR', opening_minor: 100_000 });
  await fill?.(rest, bank);
  const context = await secondContext(browser, { viewport: PHONE, locale: 'en-GB', ...options });
  const page = await context.newPage();
  await signIn(page, server.url, { email, password: PASSWORD });
  return {
    context, page, rest, email, bank,
    says: (words) => page.getByText(words).filter({ visible: true }).first().waitFor(),
    async press(name) {
      const sheet = page.getByRole('dialog').last();
      const within = (await sheet.count()) > 0 ? sheet : page;
      await within.getByRole('button', { name, exact: typeof name === 'string' }).filter({ visible: true }).first().click();
    }
  };
}

/** With the sample data, in a language. */
export async function withSample(at: { server: Server; browser: Browser }, language: Language = 'en'): Promise<Newcomer> {
  const kim = await newcomer(at);
  if (language !== 'en') {
    await kim.page.evaluate((language) => localStorage.setItem('outlay.language', language), language);
    await kim.page.reload();
  }
  await kim.page.getByRole('button', { name: new RegExp(`^${say(language, 'first.sample')}`) }).click();
  await kim.page.getByText(say(language, 'home.last')).waitFor();
  return kim;
}
