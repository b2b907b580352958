// By keyboard alone: signing up, an account, an expense, a transfer, one line; finding, changing, deleting, bringing back;
// an import and logging out. All is reached by Tab and the shortcuts, and what
// has the focus can be seen.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';

const EMAIL = 'keys@example.com';
const PASSWORD = 'nine quiet otters';
const TABS = 90;

let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  const context = await secondContext(browser, { viewport: { width: 1280, height: 800 }, locale: 'en-IE', reducedMotion: 'reduce' });
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

interface Focus {
  name: string;
  seen: boolean;
}

/** What has the focus by its name, and whether a person can see that it has. */
const focus = (): Promise<Focus> =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLElement;
    const label = (at as HTMLInputElement).labels?.[0]?.textContent;
    const value = at instanceof HTMLInputElement && at.type === 'radio' ? at.labels?.[0]?.textContent : null;
    const name = (value ?? at.getAttribute('aria-label') ?? label ?? at.getAttribute('placeholder') ?? at.innerText ?? '').replace(/\s+/g, ' ').trim();
    const marked = (one: HTMLElement | null) => {
      if (!one) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    };
    // a field inside a box that is marked for it
    return { name, seen: at === document.body || marked(at) || marked(at.parentElement) || marked(at.closest('label')) };
  });

/** Tabs until something of this name has the focus. Fails when it never has, or when what has it cannot be seen. */
async function reach(name: RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < TABS; step += 1) {
    const at = await focus();
    if (name.test(at.name)) return;
    passed.push(at.name);
    await page.keyboard.press(key);
    const now = await focus();
    expect(now.seen, `the focus on ${now.name} cannot be seen`).toBe(true);
  }
  throw new Error(`${name} is not reached by ${key}: ${passed.join(' | ')}`);
}

async function press(name: RegExp): Promise<void> {
  await reach(name);
  await page.keyboard.press('Enter');
}

async function fill(name: RegExp, text: string): Promise<void> {
  await reach(name);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

const says = (words: string | RegExp) => page.getByText(words).filter({ visible: true }).first().waitFor();
const leaveFields = () => page.evaluate(() => (document.activeElement as HTMLElement).blur());

/** A shortcut of the app works where nothing is typed. */
async function shortcut(key: string): Promise<void> {
  await leaveFields();
  await page.keyboard.press(key);
}

async function newEntry(amount: string): Promise<void> {
  await shortcut('n');
  await page.getByLabel('Amount', { exact: true }).waitFor();
  await fill(/^Amount/, amount);
}

test('a new person signs up and adds an account and an expense by keyboard', async () => {
  await page.goto(server.url);
  await says('Create account');
  await press(/^Create account/);
  await fill(/^Your name/, 'Robin');
  await fill(/^E-mail/, EMAIL);
  await fill(/^Password/, PASSWORD);
  await page.keyboard.press('Enter');
  await says('Your book is ready');

  // an account
  await shortcut('a');
  await page.getByRole('heading', { name: 'Accounts' }).first().waitFor();
  await press(/^Add account/);
  await fill(/^Name/, 'Savings');
  await fill(/^Opening balance/, '100');
  await press(/^Save$/);
  await says('Savings added');

  // an expense
  await newEntry('12.50');
  await press(/^Groceries/);
  await fill(/^Payee/, 'Corner shop');
  await page.keyboard.press('Escape');
  if (await page.getByText('Kept as a draft').isVisible()) await newEntry('12.50');
  await press(/^Save$/);
  await says('Expense of €12.50 added');
  await newEntry('30');
  await press(/^Split over categories/);
  await press(/^Close/);
});

/** The command of the palette that begins so. */
async function command(text: string, first = new RegExp(text, 'i')): Promise<void> {
  await leaveFields();
  await page.keyboard.press('Control+K');
  await page.getByRole('combobox', { name: 'Commands and search' }).waitFor();
  await page.keyboard.type(text);
  await page.getByRole('option', { selected: true, name: first }).waitFor();
  await page.keyboard.press('Enter');
}

test('a transfer, and one line from the palette', async () => {
  await page.goto(`${server.url}/transactions`);
  await says(/Groceries/);
  await shortcut('m');
  await page.getByLabel('Amount', { exact: true }).waitFor();
  if (await page.getByRole('button', { name: 'Start over' }).isVisible()) {
    await press(/^Start over/);
    await page.getByRole('button', { name: 'Start over' }).waitFor({ state: 'detached' });
  }
  await fill(/^Amount/, '25');
  await reach(/^To$/);
  await page.keyboard.type('Sav');
  await press(/^Save$/);
  await says('Transfer of €25.00 added');

  await command('coffee 4.50 yesterday', /^Add: Expense/);
  await page.getByRole('list', { name: 'Understood' }).waitFor();
  await page.keyboard.press('Enter');
  await says('Expense of €4.50 added');
});

test('an entry is found, changed, deleted and brought back', async () => {
  await page.goto(`${server.url}/transactions`);
  await says(/Groceries/);
  await shortcut('/');
  await expect.poll(async () => (await focus()).name).toMatch(/search/i);
  await page.keyboard.type('groceries');
  await expect.poll(() => page.locator('main [data-swipes]').count()).toBe(1);
  await reach(/Groceries/);
  await page.keyboard.press('Enter');
  await page.getByText('Save changes').waitFor();
  await fill(/^Note/, 'for the picnic');
  await page.keyboard.press('Enter');
  await says('Changed');
  await says(/for the picnic/);
  await reach(/Groceries/);
  await page.keyboard.press('Delete');
  await says('Transaction deleted');
  await press(/^Undo$/);
  await says(/Groceries/);
});

test('a file is brought in, and the person logs out', async () => {
  await page.goto(`${server.url}/transactions`);
  await says(/Groceries/);
  await command('Import');
  await page.getByRole('heading', { name: 'Import' }).first().waitFor();
  await reach(/^Choose a file/);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')]);
  await chooser.setFiles({ name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from('Date,Payee,Amount\n2026-11-02,Bakery,-3.20\n2026-11-03,Kiosk,-2.10\n') });
  await says('bank.csv');
  // what the file does not say is asked, a list for each question
  await expect.poll(async () => {
    const open = page.locator('select:not([disabled])').filter({ has: page.locator('option[value=""]:checked') }).first();
    if (await open.count()) {
      await open.focus();
      await page.keyboard.press('ArrowDown');
    }
    return page.getByRole('button', { name: /^Import \d+ transaction/ }).isEnabled();
  }).toBe(true);
  await press(/^Import \d+ transaction/);
  await says(/2 transactions imported/);

  await page.goto(`${server.url}/settings/account`);
  await page.getByText('Log out', { exact: true }).first().waitFor();
  await press(/^Log out/);
  await says('Create account');
});
