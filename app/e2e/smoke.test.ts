// The built app, served by the real server, opens: its first screen before any module, all of it, and again without the server.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { secondContext } from './harness.ts';
import { served } from './served.ts';

const at = served();

/** All that is read and where it stands. */
const drawn = (page: Page) =>
  page.evaluate(() => ({
    direction: document.documentElement.dir || 'ltr',
    language: document.documentElement.lang,
    text: document.body.innerText,
    places: [...document.querySelectorAll('main, main *')].filter((element) => element.checkVisibility() && !element.closest('select > *')).map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [element.localName, x, y, width, height, getComputedStyle(element).color].join(' ');
    })
  }));

test.each([['en-GB', 'light'], ['de-DE', 'dark'], ['ar', 'light']] as const)('the first screen is there before any module, and nothing moves when they come (%s, %s)', async (locale, colorScheme) => {
  const context = await secondContext(at.browser, { locale, colorScheme });
  const page = await context.newPage();
  // never answered; the words of another language come
  await page.route(/\/_app\/immutable\/(entry|nodes)\//, () => undefined);
  await page.goto(at.server.url, { waitUntil: 'commit' });
  await page.locator('#early h1').waitFor();
  const early = await drawn(page);
  expect(early.text).not.toBe('');
  expect(await page.locator('main a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual(['/sign-up', '/sign-in', '/start']);
  await context.close();

  const other = await secondContext(at.browser, { locale, colorScheme });
  const later = await other.newPage();
  await later.goto(at.server.url);
  await later.locator('#early').waitFor({ state: 'detached' });
  await later.locator('main h1').waitFor();
  const real = await drawn(later);
  expect(early).toEqual(real);
  await other.close();
});

test('who wants less motion has another theme at once', async () => {
  const context = await secondContext(at.browser, { colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(at.server.url);
  await page.locator('main h1').waitFor();
  const [before, after, moving] = await page.evaluate(() => {
    const colour = () => getComputedStyle(document.querySelector('main h1')!).color;
    const light = colour();
    document.documentElement.dataset['theme'] = 'dark';
    return [light, colour(), document.getAnimations().length] as const;
  });
  expect(after).not.toBe(before);
  expect(moving).toBe(0);
  await context.close();
});

test('the app opens, also when the server is gone', async () => {
  const context = await secondContext(at.browser, { serviceWorkers: 'allow' });
  // closed before anything could be kept
  const closed = await context.newPage();
  await closed.goto(at.server.url);
  await closed.close();
  const page = await context.newPage();
  await page.goto(at.server.url);
  expect(await page.title()).toBe('Outlay');

  await page.evaluate(async () => navigator.serviceWorker.ready);
  await at.server.kill();
  await page.goto(`${at.server.url}/?again`);
  expect(await page.title()).toBe('Outlay');
  await page.locator('h1').first().waitFor();
  await context.close();
});
