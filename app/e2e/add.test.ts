// Adding on a phone: three taps beside the digits, one line, templates, what comes round, drafts, splits, transfers; and
// taking back from the history.
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';

const EMAIL = 'robin@example.com';
const PASSWORD = 'nine quiet otters';

let server: Server;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let token = '';

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
interface Items<T> {
  items: T[];
}

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  token = (await ask<{ access_token: string }>('POST', 'auth/sign-up', { email: EMAIL, password: PASSWORD, name: 'Robin', base_currency: 'EUR' })).access_token;
  await ask('POST', 'accounts', { name: 'Visa card', kind: 'card', currency: 'EUR' });
  await ask('POST', 'accounts', { name: 'Dollars', kind: 'bank', currency: 'USD' });
  context = await secondContext(browser, { serviceWorkers: 'allow', viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-IE', reducedMotion: 'reduce' });
  page = await context.newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const says = (words: string | RegExp) => page.getByText(words).filter({ visible: true }).first().waitFor();
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' }).filter({ visible: true }).first();
const line = () => page.getByLabel('Add in one line', { exact: true });
const understood = () => page.getByRole('list', { name: 'Understood' }).getByRole('button').allTextContents();
const amount = () => page.getByLabel('Amount', { exact: true });
const rows = () => page.locator('main [data-swipes] button');

async function openAdd(): Promise<void> {
  await button('New transaction').tap();
  await amount().waitFor();
}
/** The editor with nothing in it. */
async function addAnew(): Promise<void> {
  await page.goto(server.url);
  await openAdd();
  // the draft of the test before is asked for earlier than the accounts
  await page.getByLabel('Account', { exact: true }).locator('option').first().waitFor({ state: 'attached' });
  if (await button('Start over').isVisible()) await button('Start over').tap();
  await expect.poll(() => amount().inputValue()).toBe('');
}
async function keypad(digits: string): Promise<void> {
  const names: Record<string, string> = { '.': 'Decimal sign', '+': 'Plus' };
  for (const digit of digits) await page.getByRole('group', { name: 'Keypad' }).getByRole('button', { name: names[digit] ?? digit, exact: true }).tap();
}
/** Saves and waits until the editor is gone. */
async function save(): Promise<void> {
  await button('Save').tap();
  await amount().waitFor({ state: 'detached' });
}

test('an expense costs three taps beside its digits: open, a category, save', async () => {
  // What really arrives in the page is counted, not what this test says that it does.
  await page.evaluate(() => {
    const counted = { taps: 0, digits: 0 };
    Object.assign(window, { counted });
    addEventListener('click', (event) => {
      if (!event.isTrusted) return;
      if ((event.target as Element).closest('[aria-label="Keypad"]')) counted.digits += 1;
      else counted.taps += 1;
    }, true);
    for (const kind of ['keydown', 'input', 'change']) addEventListener(kind, (event) => { if (event.isTrusted) counted.taps += 1; }, true);
  });
  const tap = (target: Locator) => target.tap();
  await tap(button('New transaction'));
  await keypad('12.50');
  await tap(button('Groceries'));
  await tap(button('Save'));
  await says('Expense of €12.50 added');
  const counted = await page.evaluate(() => (window as unknown as { counted: { taps: number; digits: number } }).counted);
  // The promise is four at most (open, digits, category, save as APP.md counts them).
  expect(counted).toEqual({ taps: 3, digits: 5 });
  await expect.poll(() => rows().first().textContent()).toMatch(/Groceries.*Cash.*12\.50/);
});

test('one line is understood without a network, shown, mended and saved', async () => {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await openAdd();
  await line().fill('coffee 4.50 card yesterday');
  await expect.poll(understood).toEqual(['Expense', '€4.50', 'Visa card', 'Coffee', 'Yesterday']);
  await line().press('Enter');
  await says('Expense of €4.50 added');
  await expect.poll(() => rows().nth(1).textContent()).toMatch(/Coffee.*Visa card.*4\.50/);

  await openAdd();
  await line().fill('lunch 12+3.50 at Luigi #team');
  await expect.poll(understood).toEqual(['Expense', '€15.50', 'Cash', 'Restaurants', 'Luigi', 'Today', '#team', 'Note: lunch']);
  // a tap on what is not right puts the cursor where it is changed
  await page.getByRole('list', { name: 'Understood' }).getByRole('button', { name: 'Cash' }).tap();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
  await page.getByLabel('Account', { exact: true }).selectOption({ label: 'Visa card' });
  await save();
  await expect.poll(() => rows().first().textContent()).toMatch(/Luigi.*Visa card.*15\.50/);

  // an emptied line leaves the fields as they were; without an amount nothing is saved
  await openAdd();
  await line().fill('taxi tomorrow');
  await expect.poll(understood).toContain('How much?');
  await line().press('Enter');
  await says('Enter an amount');
  await page.getByRole('button', { name: 'Empty the line' }).tap();
  await expect.poll(understood).toEqual([]);
  expect(await page.locator('[data-field=day] span').textContent()).toBe('Today');
  await button('Close').tap();
  await context.setOffline(false);
});

test('a line leaves what it does not say as it was, and what was changed by hand', async () => {
  // of the test before there is a draft
  await page.goto(server.url);
  await openAdd();
  await button('Start over').tap();
  await says('Started over');
  await button('Close').tap();
  await page.goto(`${server.url}/transactions?view=calendar`);
  await page.getByText('Mon', { exact: true }).waitFor();
  await button('Earlier').tap();
  await page.getByRole('button', { name: /^Add/ }).filter({ visible: true }).last().tap();
  const day = () => page.locator('[data-field=day] span').textContent();
  const category = () => page.locator('[data-field=category] [aria-pressed=true]').innerText();
  await expect.poll(day).not.toBe('Today');
  const before = await day();
  await keypad('12');
  await page.getByLabel('Note', { exact: true }).fill('by hand');
  await line().fill('coffee');
  await expect.poll(understood).toContain('Coffee');
  expect([await day(), await amount().inputValue(), await page.getByLabel('Note', { exact: true }).inputValue()]).toEqual([before, '12', 'by hand']);
  // mended, and the line goes on
  await button('Groceries').tap();
  await line().pressSequentially(' 4.50');
  await expect.poll(() => amount().inputValue()).toBe('4.50');
  await expect.poll(category).toBe('Groceries');
  // until the line says something else of it
  await line().fill('lunch 4.50');
  await expect.poll(category).toBe('Restaurants');
  expect(await day()).toBe(before);
  await line().fill('lunch 4.50 yesterday');
  await expect.poll(day).toBe('Yesterday');
  await button('Close').tap();
});

test('a known payee brings its category and account', async () => {
  await addAnew();
  await keypad('9');
  await page.getByRole('combobox', { name: 'Payee' }).fill('lui');
  await page.getByRole('option', { name: 'Luigi' }).tap();
  await button('Restaurants').and(page.locator('[aria-pressed=true]')).waitFor();
  expect(await page.getByLabel('Account', { exact: true }).evaluate((node: HTMLSelectElement) => node.selectedOptions[0]?.text)).toBe('Visa card');
  await save();
  await says('Expense of €9.00 added');
});

test('a template is kept, used, renamed, moved and deleted', async () => {
  await addAnew();
  await keypad('2.80');
  await button('Coffee').tap();
  await button('Keep as template').tap();
  await page.getByLabel('Name', { exact: true }).fill('Morning coffee');
  await button('Save').and(page.locator('dialog.sheet button')).tap();
  await says('Morning coffee kept as a template');
  await page.getByRole('combobox', { name: 'Payee' }).fill('Kiosk');
  await button('Keep as template').tap();
  await page.locator('dialog.sheet').getByText('With the amount').tap();
  await button('Save').and(page.locator('dialog.sheet button')).tap();
  await says('Kiosk kept as a template');
  await save();

  await openAdd();
  await page.getByRole('group', { name: 'Templates' }).getByRole('button', { name: 'Morning coffee' }).tap();
  await expect.poll(() => amount().inputValue()).toBe('2.80');
  await button('Coffee').and(page.locator('[aria-pressed=true]')).waitFor();
  await save();
  await says('Expense of €2.80 added');

  await page.goto(`${server.url}/settings/templates`);
  const names = () => page.locator('main .group button span[dir=auto]').allTextContents();
  await expect.poll(names).toEqual(['Morning coffee', 'Kiosk']);
  await button('Order of templates').tap();
  await button('Move Kiosk up').tap();
  await page.keyboard.press('Escape');
  await expect.poll(names).toEqual(['Kiosk', 'Morning coffee']);
  await button(/^Morning coffee/).tap();
  await page.getByLabel('Name', { exact: true }).fill('Espresso');
  await button('Save').tap();
  await expect.poll(names).toEqual(['Kiosk', 'Espresso']);
  await button(/^Kiosk/).tap();
  await button('Delete').tap();
  await expect.poll(names).toEqual(['Espresso']);
  await button('Undo').tap();
  await expect.poll(names).toEqual(['Kiosk', 'Espresso']);
});

test('an expense comes round: saved with the schedule that repeats it', async () => {
  await addAnew();
  await keypad('900');
  await button('Rent').tap();
  await button('Repeat').tap();
  const sheet = page.locator('dialog.sheet');
  await sheet.getByText('Next: ').waitFor();
  await sheet.getByRole('button', { name: 'Less often' }).tap();
  await sheet.getByText('Every 2 months').waitFor();
  await sheet.getByLabel('Day of the month').selectOption({ label: 'On the last day' });
  await sheet.getByText('After a number').tap();
  await sheet.getByLabel('How many times in all').fill('6');
  await sheet.getByText('Ask me first').tap();
  await button('Repeat it').tap();
  await button('Repeats: Rent').waitFor();
  await save();
  await says(/€900.00 added. Rent comes round/);
  const schedules = async () => (await ask<Items<Record<string, unknown>>>('GET', 'schedules')).items;
  await expect.poll(async () => (await schedules()).map(({ name, rule, mode, amount_minor }) => ({ name, rule, mode, amount_minor }))).toEqual([
    { name: 'Rent', rule: 'FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1;COUNT=6', mode: 'ask', amount_minor: 90000 }
  ]);
  await button('Undo').tap();
  await expect.poll(async () => (await schedules()).length).toBe(0);
});

test('another day and time are chosen by hand, and the time is seen to its last letter', async () => {
  await addAnew();
  await keypad('6');
  await button('Coffee').waitFor();
  const [day, time] = [page.getByLabel('Date', { exact: true }), page.getByLabel('Time', { exact: true })];
  const before = await day.inputValue();
  // a clock of twelve hours says which half
  const width = () => time.evaluate((node) => node.clientWidth);
  const shown = await width();
  await time.evaluate((node) => (node.style.width = 'max-content'));
  expect(await width()).toBe(shown);
  await day.tap();
  // the calendar is the browser's own, over the page: what is tapped in it is out of a test's reach, and its keys are not
  const open = () => day.evaluate((node) => node.matches(':open'));
  await expect.poll(open).toBe(true);
  const pressed = async (key: string) => (await page.keyboard.press(key), day.inputValue());
  await expect.poll(() => pressed('ArrowLeft')).not.toBe(before);
  await expect.poll(async () => (await open()) && pressed('Enter')).toBe(false);
  const chosen = await day.inputValue();
  expect(chosen < before).toBe(true);
  await time.tap({ position: { x: 4, y: 10 } });
  await page.keyboard.type('0715a');
  await expect.poll(() => time.inputValue()).toBe('07:15');
  await button('Coffee').tap();
  await save();
  await expect.poll(async () => (await ask<Items<{ amount_minor: number; day: string; time: string }>>('GET', 'transactions')).items.find(({ amount_minor }) => amount_minor === 600)).toMatchObject({ day: chosen, time: '07:15' });
});

test('a draft outlives the page; starting over can be taken back', async () => {
  await addAnew();
  await keypad('77');
  await page.getByLabel('Note', { exact: true }).fill('half done');
  await page.locator('form[data-draft=kept]').waitFor();
  await page.goto(server.url);
  await openAdd();
  await says('Your draft is back.');
  expect([await amount().inputValue(), await page.getByLabel('Note', { exact: true }).inputValue()]).toEqual(['77', 'half done']);
  await button('Start over').tap();
  await expect.poll(() => amount().inputValue()).toBe('');
  await button('Undo').tap();
  await says('Your draft is back.');
  await expect.poll(() => amount().inputValue()).toBe('77');
  await button('Start over').tap();
  await expect.poll(() => amount().inputValue()).toBe('');
});

test('what is left of a split is given to any part', async () => {
  await addAnew();
  await keypad('30');
  await button('Groceries').tap();
  await button('Split over categories').tap();
  await page.getByLabel('Amount for Groceries').fill('12');
  await says('€18.00 left');
  await button('Give the rest to 2').tap();
  await says('Adds up');
  expect(await page.getByLabel('Amount for 2').inputValue()).toBe('18');
  await page.getByLabel('Amount for Groceries').fill('20');
  await says('€8.00 too much');
  await button('Give the rest to 2').tap();
  await says('Adds up');
  await save();
  await expect.poll(async () => (await ask<Items<{ lines: { amount_minor: number }[] }>>('GET', 'transactions?limit=1')).items[0]?.lines.map((one) => one.amount_minor)).toEqual([2000, 1000]);
});

test('of a transfer between currencies two are typed and the third follows', async () => {
  await addAnew();
  await page.getByRole('radio', { name: 'Transfer' }).check({ force: true });
  await page.getByLabel('To', { exact: true }).selectOption({ label: 'Dollars' });
  const arrives = page.getByLabel('Arrives', { exact: true });
  const rate = page.getByLabel(/1 EUR|EUR.*USD/).filter({ visible: true }).first();
  await amount().fill('100');
  await rate.fill('1.10');
  await expect.poll(() => arrives.inputValue()).toBe('110');
  await amount().fill('200');
  await expect.poll(() => arrives.inputValue()).toBe('220');
  await arrives.fill('230');
  await expect.poll(() => rate.inputValue()).toBe('1.15');
  expect(await amount().inputValue()).toBe('200');
  await save();
  await says('Transfer of €200.00 added');
  await expect.poll(async () => (await ask<Items<Record<string, unknown>>>('GET', 'transactions?kind=transfer&limit=1')).items.map(({ amount_minor, to_amount_minor }) => [amount_minor, to_amount_minor])).toEqual([[20000, 23000]]);
});

test('a rate that is none is said in its field, and nothing is saved with it', async () => {
  await addAnew();
  await page.getByRole('radio', { name: 'Transfer' }).check({ force: true });
  await page.getByLabel('To', { exact: true }).selectOption({ label: 'Dollars' });
  const rate = page.getByLabel('Rate of EUR in USD');
  await amount().fill('100');
  await rate.fill('1.10');
  await expect.poll(() => page.getByLabel('Arrives', { exact: true }).inputValue()).toBe('110');
  await rate.fill('0');
  await button('Save').tap();
  const said = 'This cannot be the exchange rate.';
  const fault = () => rate.evaluate((node) => `${node.getAttribute('aria-invalid')} ${document.getElementById(node.getAttribute('aria-describedby') ?? '')?.textContent}`);
  await expect.poll(fault).toBe(`true ${said}`);
  expect(await page.getByRole('status').allTextContents()).toContainEqual(expect.stringContaining(said));
  expect(await amount().isVisible()).toBe(true);
  // how a rate may begin is no fault yet
  await rate.fill('0.');
  await expect.poll(fault).toBe('null undefined');
  await rate.fill('0.9');
  await expect.poll(() => page.getByLabel('Arrives', { exact: true }).inputValue()).toBe('90');

  // of an expense in another currency too, which has no other amount to show for it
  await page.getByRole('radio', { name: 'Expense' }).check({ force: true });
  await page.locator('[data-field=account] select').selectOption({ label: 'Dollars' });
  const worth = page.getByLabel('Rate of USD in EUR');
  await worth.fill('0');
  await worth.blur();
  await says(said);
  await worth.fill('0.5');
  await says('≈ €50.00');
  await expect.poll(() => page.getByText(said).filter({ visible: true }).count()).toBe(0);
  await save();
  await says('Expense of $100.00 added');
});

test('an entry is doubled: the same again, of today', async () => {
  await page.goto(`${server.url}/transactions`);
  await page.locator('main [data-swipes] button', { hasText: '4.50' }).tap();
  await button('Duplicate').tap();
  await expect.poll(() => page.locator('[data-field=day] span').textContent()).toBe('Today');
  expect(await amount().inputValue()).toBe('4.50');
  await save();
  await says('Expense of €4.50 added');
});

test('from the history a deletion and a merge are taken back', async () => {
  await page.goto(`${server.url}/transactions?text=luigi`);
  await rows().first().tap();
  await button('History').tap();
  await says('Added');
  const history = page.url();
  await page.goto(`${server.url}/transactions?text=luigi`);
  await rows().first().tap();
  await button('Delete').tap();
  await expect.poll(() => rows().count()).toBe(1);
  await page.goto(history);
  await page.locator('main li', { hasText: 'Deleted' }).getByRole('button', { name: 'Take this back' }).tap();
  await says('Undone');
  await page.goto(`${server.url}/transactions?text=luigi`);
  await expect.poll(() => rows().count()).toBe(2);

  // a payee that is merged into another takes its entries along; taking the change back brings both back
  await page.goto(`${server.url}/settings/payees`);
  await button(/^Luigi/).tap();
  await page.getByLabel(/Merge/).selectOption({ label: 'Kiosk' });
  await button(/^Merge/).tap();
  await says(/merged/);
  await page.goto(history);
  await page.locator('main li', { hasText: 'Luigi → Kiosk' }).or(page.locator('main li', { hasText: '→ Kiosk' })).first().getByRole('button', { name: 'Take this back' }).tap();
  await says('Undone');
  await page.goto(`${server.url}/settings/payees`);
  await expect.poll(() => button(/^Luigi/).count()).toBe(1);
  await page.goto(`${server.url}/transactions?text=luigi`);
  await expect.poll(() => rows().count()).toBe(2);
});
