// The views of transactions, what is done with chosen ones, and the screens before a book: axe in both themes, twice as large
// text, a narrow window.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axe, lookAt } from './accessibility.ts';
import { insideShell } from './breakage.ts';
import { go, secondContext } from './harness.ts';
import { DESKTOP, newcomer, PHONE, withSample } from './newcomer.ts';
import { served } from './served.ts';
import { say } from './sheets.ts';

const at = served();
/** As the list of ways in calls it. */
const WORDS = { en: /^Password/, ar: /^كلمة المرور/ };

test('the views of transactions, and choosing', async () => {
  const { context, page } = await withSample(at);
  const found: string[] = [];
  for (const view of ['daily', 'monthly', 'annual', 'period', 'calendar']) {
    await go(page, `/transactions?view=${view}`);
    await page.getByRole('radio', { name: say('en', `view.${view}` as 'view.daily'), exact: true }).and(page.locator(':checked')).waitFor({ state: 'attached' });
    await lookAt(page, view, found);
  }
  await go(page, '/transactions?kind=expense');
  await page.getByRole('button', { name: say('en', 'select.begin') }).click();
  await page.locator('main li button').first().click();
  await lookAt(page, 'choosing', found);
  for (const [name, key] of [['account', 'select.account'], ['tags', 'select.tags'], ['delete', 'action.delete']] as const) {
    await page.getByRole('toolbar').getByRole('button', { name: say('en', key), exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await lookAt(page, `choosing ${name}`, found);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  expect(found).toEqual([]);
  await context.close();
});

test('what is wrong in a field is told to who does not look at it', async () => {
  const context = await secondContext(at.browser, { viewport: PHONE, locale: 'en-IE' });
  const page = await context.newPage();
  await page.goto(`${at.server.url}/sign-up`);
  await page.getByLabel('E-mail').fill('kim');
  await page.getByRole('button', { name: 'Create account', exact: true }).click();
  await page.getByRole('alert').getByText('address').waitFor();
  await page.getByLabel('E-mail').fill('kim@example.com');
  await page.getByRole('button', { name: 'Create account', exact: true }).click();
  await page.getByRole('alert').getByText(/^At least 8/).waitFor();
  expect(await page.getByRole('alert').count()).toBe(1);
  await context.close();
});

test.each(['en', 'ar'] as const)('a password can be seen wherever one is typed, also a new one: %s', async (language) => {
  const looks = async (page: Page) => {
    const eye = page.getByRole('button', { name: say(language, 'sign.show'), exact: true }).filter({ visible: true });
    const field = page.locator('input[type=password]').filter({ visible: true });
    await field.fill('nine quiet otters');
    const node = (await field.elementHandle())!;
    const now = async () => [await eye.getAttribute('aria-pressed'), await node.getAttribute('type')];
    expect(await now()).toEqual(['false', 'password']);
    await eye.click();
    await expect.poll(now).toEqual(['true', 'text']);
    // what is typed ends before the eye begins
    const { x, width } = (await eye.boundingBox())!;
    const [left, right] = await node.evaluate((one) => {
      const { left, right } = one.getBoundingClientRect();
      const { paddingLeft, paddingRight } = getComputedStyle(one);
      return [left + parseFloat(paddingLeft), right - parseFloat(paddingRight)] as const;
    });
    expect(language === 'ar' ? x + width <= left : x >= right).toBe(true);
    await eye.click();
    await expect.poll(now).toEqual(['false', 'password']);
  };
  const kim = await newcomer(at);
  const context = await secondContext(at.browser, { viewport: PHONE });
  const page = await context.newPage();
  await page.goto(`${at.server.url}/welcome`);
  for (const one of [page, kim.page]) await one.evaluate((language) => localStorage.setItem('outlay.language', language), language);
  for (const path of ['sign-up', 'sign-in', 'reset#token']) {
    await page.goto('about:blank');
    await page.goto(`${at.server.url}/${path}`);
    await looks(page);
  }
  await context.close();
  await kim.page.goto(`${at.server.url}/settings/ways`);
  await kim.page.locator('main').getByRole('button', { name: WORDS[language] }).first().click();
  await looks(kim.page);
  await kim.context.close();
});

test('in the system’s own colours what is chosen and what is on is still seen', async () => {
  const { context, page } = await withSample(at);
  const edge = (css: string) => page.locator(css).filter({ visible: true }).first().evaluate((one) => {
    const { outlineStyle, backgroundColor } = getComputedStyle(one);
    return `${outlineStyle} ${backgroundColor}`;
  });
  await page.emulateMedia({ forcedColors: 'active' });
  await go(page, '/stats');
  for (const [on, off] of [
    ['nav a[aria-current]', 'nav a:not([aria-current])'],
    ['label:has(> input:checked)', 'label:has(> input[type=radio]:not(:checked))'],
    ['main button[aria-pressed=true]', 'main button[aria-pressed=false]']
  ] as const) {
    await page.locator(on).filter({ visible: true }).first().waitFor();
    expect([on, await edge(on)]).not.toEqual([on, await edge(off)]);
  }
  await go(page, '/transactions');
  await page.getByRole('button', { name: say('en', 'filter.title') }).click();
  const receipt = 'dialog input[role=switch]';
  const off = await edge(receipt);
  await page.locator(receipt).check();
  await expect.poll(() => edge(receipt)).not.toBe(off);
  await context.close();
});

test('with letters, words and lines set wider apart no amount loses a digit', async () => {
  const { context, page } = await withSample(at);
  await page.addStyleTag({ content: '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }' });
  for (const path of ['/', '/transactions?view=daily', '/transactions?view=annual', '/accounts', '/stats']) {
    await go(page, path);
    await page.locator('main').getByText(/€\d/).filter({ visible: true }).first().waitFor();
    const lost = () => page.evaluate(() => [...document.querySelectorAll<HTMLElement>('main *')].filter((one) =>
      getComputedStyle(one).textOverflow === 'ellipsis' && one.scrollWidth > one.clientWidth + 1 && one.checkVisibility() && /^\D?.?\d[\d.,]*[.,]\d\d\D*$/.test(one.innerText.trim())).map((one) => one.innerText));
    expect([path, await lost()]).toEqual([path, []]);
  }
  await context.close();
});

test('tables beside charts', async () => {
  const { context, page } = await withSample(at);
  const found: string[] = [];
  await go(page, '/stats');
  const tables = page.getByRole('button', { name: / as a table$/ });
  await tables.first().waitFor();
  // a button that was pressed has another name
  while ((await tables.count()) > 0) await tables.first().click();
  await page.getByRole('table').first().waitFor();
  await lookAt(page, 'tables', found);
  expect(found).toEqual([]);
  await context.close();
});

test('the screens before a book', async () => {
  const found: string[] = [];
  for (const [path, shell] of [['/welcome'], ['/sign-up'], ['/sign-in'], ['/sign-in/code'], ['/reset'], ['/reset#token'], ['/confirm#token'], ['/join#token'], ['/start'], ['/signed-in#error=denied'], ['/server', true]] as const) {
    const context = await secondContext(at.browser, { viewport: PHONE, locale: 'en-IE' });
    if (shell) await insideShell(context);
    const page = await context.newPage();
    await page.goto(at.server.url + path);
    await page.locator('h1').filter({ visible: true }).first().waitFor();
    expect(new URL(page.url()).pathname).toBe(path.split('#')[0]);
    await lookAt(page, path, found, { focus: true });
    await page.setViewportSize(DESKTOP);
    found.push(...(await axe(page)).map((what) => `${path} desktop: ${what}`));
    await context.close();
  }
  expect(found).toEqual([]);
});
