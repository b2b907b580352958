// The first steps by keyboard alone: signing up, an account, an expense. All is reached by Tab and the shortcuts, and what
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
  page.setDefaultTimeout(10_000);
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
});
