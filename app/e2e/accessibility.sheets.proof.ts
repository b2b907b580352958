// Every sheet of a screen: axe in both themes, twice as large text, a narrow window, on a desktop, from right to left too.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axe, cramped, unseenFocus } from './accessibility.ts';
import { go } from './harness.ts';
import { DESKTOP, newcomer, PHONE } from './newcomer.ts';
import { served } from './served.ts';
import { say, sheetsOf, type Language } from './sheets.ts';

const at = served();
const THEMES = ['light', 'dark'] as const;

async function look(page: Page, where: string, found: string[], { focus = false } = {}): Promise<void> {
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    found.push(...(await axe(page)).map((what) => `${where} ${colorScheme}: ${what}`));
  }
  found.push(...(await cramped(page)).map((what) => `${where}: ${what}`));
  if (focus) found.push(...(await unseenFocus(page)).map((what) => `${where}: ${what}`));
}

/** A book with the sample data, in a language, in a window of a phone. */
async function book(language: Language) {
  const kim = await newcomer(at, { viewport: PHONE });
  if (language !== 'en') {
    await kim.page.evaluate((language) => localStorage.setItem('outlay.language', language), language);
    await kim.page.reload();
  }
  await kim.page.getByRole('button', { name: new RegExp(`^${say(language, 'first.sample')}`) }).click();
  await kim.page.getByText(say(language, 'home.last')).waitFor();
  return kim;
}

test.each(['en', 'ar'] as const)('every sheet of a screen, in %s', async (language) => {
  const { context, page, bank } = await book(language);
  const found: string[] = [];
  for (const { path, button, places } of sheetsOf(bank)) {
    await go(page, path);
    await page.getByRole('button', { name: say(language, button, places), exact: true }).filter({ visible: true }).first().click();
    await page.getByRole('dialog').waitFor();
    await look(page, `${path} ${button}`, found, { focus: language === 'en' });
    await page.setViewportSize(DESKTOP);
    found.push(...(await axe(page)).map((what) => `${path} ${button} desktop: ${what}`));
    await page.setViewportSize(PHONE);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  expect(found).toEqual([]);
  await context.close();
});
