// The list of transactions on a desktop and under a thumb: filters, several at once, keys, commands, dropped files.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';

const WAIT_MS = 15_000;
let server: Server;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  context = await secondContext(browser, { viewport: { width: 1280, height: 800 }, locale: 'en-IE', reducedMotion: 'reduce' });
  page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(`${server.url}/start`);
  await page.getByRole('button', { name: /sample/i }).click();
  await page.getByText('Last transactions').waitFor();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const rows = (on = page) => on.locator('main li button');
const open = async (path = '') => {
  await page.goto(`${server.url}/transactions${path}`);
  await rows().first().waitFor();
};
const focused = () => page.evaluate(() => document.activeElement?.closest('li')?.textContent ?? document.activeElement?.tagName ?? '');
/** How many the list says it found. */
const found = async () => Number(/[\d,]+/.exec((await page.getByText(/^[\d,]+ transactions?$/).first().textContent()) ?? '')?.[0]?.replace(',', ''));

test('filters by several categories and an amount, says what they come to, and is saved', async () => {
  await open();
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('button', { name: /^Category/ }).click();
  for (const name of ['Groceries', 'Rent']) await page.getByRole('checkbox', { name }).check();
  await page.getByLabel('At least').fill('20');
  await page.getByRole('button', { name: /^Show \d+ transactions/ }).click();
  await page.getByRole('button', { name: 'Remove the filter Rent' }).waitFor();
  const both = await found();
  await page.getByRole('button', { name: 'Remove the filter Rent' }).click();
  await expect.poll(found).toBeLessThan(both);
  await page.getByRole('button', { name: 'Save this filter' }).click();
  await page.getByLabel('Name').fill('Big shopping');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Big shopping', pressed: true }).waitFor();
  await open();
  await page.getByRole('button', { name: 'Big shopping' }).click();
  await page.getByRole('button', { name: /Remove the filter From .20/ }).waitFor();
  await page.getByRole('button', { name: 'Remove the filter Groceries' }).waitFor();
});

test('several are chosen with Shift, recategorised as one change and taken back', async () => {
  await open('?text=corner+market');
  await expect.poll(found).toBeGreaterThan(8);
  await rows().nth(1).click({ modifiers: ['Control'] });
  await rows().nth(5).click({ modifiers: ['Shift'] });
  await page.getByText('5 selected').waitFor();
  const bar = page.getByRole('toolbar', { name: 'Selected transactions' });
  await bar.getByRole('button', { name: /^Select all/ }).click();
  const all = await found();
  await page.getByText(`${all} selected`).waitFor();
  await bar.getByRole('button', { name: 'Category' }).click();
  await page.locator('dialog').getByRole('button', { name: /Pharmacy/ }).click();
  await page.getByText(`${all} transactions changed`).waitFor();
  await open('?text=pharmacy');
  const after = await found();
  expect(after).toBeGreaterThanOrEqual(all);
  await open('?text=corner+market');
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  await rows().first().click();
  await bar.getByRole('button', { name: 'Tags' }).click();
  await page.getByRole('combobox', { name: 'Tags' }).fill('weekly');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('1 transaction changed').waitFor();
  await page.getByText('#weekly').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('#weekly').waitFor({ state: 'detached' });
});

test('rows stay chosen beside the editor: it opens, changes to another, saves once and closes, whichever came first', async () => {
  const editor = page.getByRole('complementary', { name: 'Transaction' });
  const editing = (on = true) => editor.waitFor({ state: on ? 'visible' : 'detached' });
  const one = page.getByText('1 selected');
  await page.goto(`${server.url}/settings`);
  await page.getByRole('link', { name: 'Transactions', exact: true }).first().click();
  await rows().first().waitFor();
  for (const first of ['editor', 'rows']) {
    if (first === 'editor') await rows().first().click();
    else await rows().nth(1).click({ modifiers: ['Control'] });
    if (first === 'editor') await rows().nth(1).click({ modifiers: ['Control'] });
    else await page.keyboard.press('n');
    await one.waitFor();
    await editing();
    // another one in its place
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Commands and search' }).fill('add inc');
    await page.getByRole('option', { selected: true, name: /Add income/ }).waitFor();
    await page.keyboard.press('Enter');
    await editor.getByLabel('Amount', { exact: true }).fill('31');
    await editor.getByLabel('Note').fill(`Found, ${first} first`);
    await editor.getByRole('button', { name: 'Save', exact: true }).click();
    await editing(false);
    await one.waitFor();
    await page.goBack();
    await one.waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/transactions');
  }
  await page.goBack();
  await expect.poll(() => new URL(page.url()).pathname).toBe('/settings');
  await open('?text=found+first');
  expect(await found()).toBe(2);
});

test('all that is shown is deleted after a question, and comes back', async () => {
  await open('?text=trattoria');
  const all = await found();
  await page.keyboard.press('A');
  await page.getByText(`${all} selected`).waitFor();
  await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Nothing found').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(found).toBe(all);
});

test('is worked by keys alone: rows, opening beside the list, closing, choosing', async () => {
  await open();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const row = await focused();
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Transaction' }).getByText('Save changes').waitFor();
  expect(await rows().count()).toBeGreaterThan(3);
  // A letter in a field is a letter.
  await page.getByLabel('Note').fill('');
  await page.getByLabel('Note').press('n');
  await page.getByLabel('Note').press('t');
  expect(await page.getByLabel('Note').inputValue()).toBe('nt');
  await page.keyboard.press('Escape');
  await page.getByRole('complementary', { name: 'Transaction' }).waitFor({ state: 'detached' });
  await expect.poll(focused).toBe(row);
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByText('2 selected').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('toolbar', { name: 'Selected transactions' }).waitFor({ state: 'detached' });
  await page.keyboard.press('5');
  await page.locator('[aria-current=date]').waitFor();
  const title = page.locator('button[aria-live]');
  const month = await title.textContent();
  await page.locator('h1').click();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => title.textContent()).not.toBe(month);
  await page.keyboard.press('s');
  await page.getByRole('heading', { name: 'Stats' }).waitFor();
});

test('the help sheet lists the keys, gives the focus back, and switches single keys off', async () => {
  await open();
  await page.keyboard.press('ArrowDown');
  const row = await focused();
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
  expect(await page.locator('dialog dt').count()).toBeGreaterThan(20);
  await page.getByRole('switch', { name: /Single keys/ }).uncheck();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  expect(await focused()).toBe(row);
  await page.keyboard.press('s');
  await page.keyboard.press('?');
  expect(new URL(page.url()).pathname).toBe('/transactions');
  expect(await page.locator('dialog').count()).toBe(0);
  await page.evaluate(() => localStorage.removeItem('outlay.keys'));
});

test('the palette adds, goes, finds and changes the theme', async () => {
  await open();
  const palette = page.getByRole('combobox', { name: 'Commands and search' });
  const ask = async (text: string, option: RegExp) => {
    await page.keyboard.press('Control+k');
    await palette.fill(text);
    await page.getByRole('option', { name: option, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await palette.waitFor({ state: 'detached' });
  };
  await ask('dark', /Dark theme/);
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
  await ask('add inc', /Add income/);
  await page.getByRole('complementary', { name: 'Transaction' }).getByRole('radio', { name: 'Income' }).waitFor();
  expect(await page.getByRole('radio', { name: 'Income' }).isChecked()).toBe(true);
  await page.keyboard.press('Escape');
  await ask('savings', /Savings/);
  await page.getByRole('heading', { name: 'Savings' }).first().waitFor();
  await ask('odeon', /Odeon Cinema/);
  await page.getByRole('button', { name: 'Remove the filter Odeon Cinema' }).waitFor();
  await ask('calendar', /Calendar of transactions/);
  await page.locator('[aria-current=date]').waitFor();
  await page.keyboard.press('Control+k');
  await palette.waitFor();
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'detached' });
});

test('a file may be dropped anywhere', async () => {
  const other = await secondContext(browser, { viewport: { width: 1280, height: 800 }, locale: 'en-IE' });
  const tab = await other.newPage();
  tab.setDefaultTimeout(WAIT_MS);
  await tab.goto(`${server.url}/sign-up`);
  await tab.getByLabel('Your name').fill('Robin');
  await tab.getByLabel('E-mail').fill('robin@example.com');
  await tab.locator('input[type=password]').fill('nine quiet otters');
  await tab.keyboard.press('Enter');
  await tab.getByRole('heading', { name: 'Your book is ready' }).waitFor();
  await tab.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['Date;Payee;Amount\n2026-04-03;Corner Bakery;-12.40\n2026-04-05;Metro;-3.20\n'], 'dropped.csv', { type: 'text/csv' }));
    for (const name of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data }));
  });
  await tab.getByText('dropped.csv').waitFor();
  await other.close();
});

test('under a thumb: a long press begins choosing, a tap goes on, a swipe is the neighbour', async () => {
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: 'en-IE', reducedMotion: 'reduce' });
  const tab = await phone.newPage();
  tab.setDefaultTimeout(WAIT_MS);
  await tab.goto(`${server.url}/start`);
  await tab.getByRole('button', { name: /sample/i }).click();
  await tab.getByText('Last transactions').waitFor();
  await tab.goto(`${server.url}/transactions`);
  await rows(tab).first().waitFor();
  const third = rows(tab).nth(2);
  const finger = { pointerType: 'touch', pointerId: 7, isPrimary: true, button: 0, clientX: 120, clientY: 300 };
  await third.dispatchEvent('pointerdown', finger);
  await tab.getByText('1 selected').waitFor();
  await third.dispatchEvent('pointerup', finger);
  await third.dispatchEvent('click');
  await tab.getByText('1 selected').waitFor();
  await rows(tab).nth(3).tap();
  await tab.getByText('2 selected').waitFor();
  await rows(tab).nth(2).tap();
  await tab.getByText('1 selected').waitFor();
  await tab.getByRole('button', { name: 'Done selecting' }).tap();
  const swipe = (node: Element) => {
    const at = (clientX: number) => [new Touch({ identifier: 1, target: node, clientX, clientY: 400 })];
    node.dispatchEvent(new TouchEvent('touchstart', { bubbles: true, touches: at(80), changedTouches: at(80) }));
    node.dispatchEvent(new TouchEvent('touchend', { bubbles: true, touches: [], changedTouches: at(320) }));
  };
  // A row that is pushed aside is not the way to the neighbour.
  const title = tab.locator('button[aria-live]');
  const now = await title.textContent();
  await rows(tab).nth(2).evaluate(swipe);
  expect(await title.textContent()).toBe(now);
  await tab.getByRole('radio', { name: 'Calendar' }).check({ force: true });
  await tab.locator('[aria-current=date]').waitFor();
  const month = await title.textContent();
  await tab.locator('.calendar').evaluate(swipe);
  await expect.poll(() => title.textContent()).not.toBe(month);
  await phone.close();
});
