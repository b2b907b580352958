// Every sheet of a screen: axe in both themes, twice as large text, a narrow window, on a desktop, from right to left too.
import { expect, test } from 'vitest';
import { axe, lookAt } from './accessibility.ts';
import { go } from './harness.ts';
import { DESKTOP, PHONE, withSample } from './newcomer.ts';
import { served } from './served.ts';
import { say, sheetsOf } from './sheets.ts';

const at = served();

test.each(['en', 'ar'] as const)('every sheet of a screen, in %s', async (language) => {
  const { context, page, bank } = await withSample(at, language);
  const found: string[] = [];
  for (const { path, button, places } of sheetsOf(bank)) {
    await go(page, path);
    await page.getByRole('button', { name: say(language, button, places), exact: true }).filter({ visible: true }).first().click();
    await page.getByRole('dialog').waitFor();
    await lookAt(page, `${path} ${button}`, found, { focus: language === 'en' });
    await page.setViewportSize(DESKTOP);
    found.push(...(await axe(page)).map((what) => `${path} ${button} desktop: ${what}`));
    await page.setViewportSize(PHONE);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  expect(found).toEqual([]);
  await context.close();
});
