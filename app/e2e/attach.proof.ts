// A book that was begun without an account gets one in the settings: everything in it is uploaded, is on another device, and
// goes on where it was.
import { expect, test } from 'vitest';
import { go, secondContext, signIn } from './harness.ts';
import { DESKTOP, PHONE } from './newcomer.ts';
import { png } from './pictures.ts';
import { served } from './served.ts';
import { address, PASSWORD, Rest } from './tabs/tabs.ts';

const at = served();

/** A blank book without an account, on a phone. */
async function begun() {
  const context = await secondContext(at.browser, { viewport: PHONE, locale: 'en-IE' });
  const page = await context.newPage();
  const press = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' }).filter({ visible: true }).first().click();
  const says = (words: string | RegExp) => page.getByText(words).filter({ visible: true }).first().waitFor();
  const sheet = page.getByRole('dialog');
  await page.goto(`${at.server.url}/start`);
  await press(/A blank book/);
  await says('Your book is ready');
  return { context, page, press, says, sheet };
}

test('tried without an account, then attached: nothing is lost', async () => {
  const email = address();
  const { context, page, press, says, sheet } = await begun();
  await says('Only on this device');

  // an account of money, a budget, an entry with a photo, one that is deleted, and a draft
  await go(page, '/accounts');
  await press('Add account');
  await sheet.getByLabel('Name', { exact: true }).fill('Savings');
  await sheet.getByLabel('Opening balance').fill('250');
  await press('Save');
  await says('Savings added');
  await go(page, '/budgets');
  await press('New budget');
  await sheet.getByLabel('For', { exact: true }).selectOption({ label: 'Groceries' }).catch(() => sheet.getByLabel('For', { exact: true }).selectOption({ index: 2 }));
  await sheet.getByLabel('Amount', { exact: true }).fill('300');
  await press('Save');
  await says('€300.00 left');
  await go(page, '/transactions');
  const add = async (digits: string, note: string) => {
    await press('New transaction');
    for (const digit of digits) await sheet.getByRole('button', { name: digit, exact: true }).click();
    await sheet.getByLabel('Note').fill(note);
  };
  await add('12', 'With a photo');
  const strip = page.getByRole('region', { name: 'Receipts' });
  await strip.locator('input[type=file]:not([capture])').setInputFiles({ name: 'Market.png', mimeType: 'image/png', buffer: png(60, 90, 1) });
  await strip.locator('img').first().waitFor();
  await press('Save');
  await says('Expense of €12.00 added');
  await add('99', 'Wrong');
  await press('Save');
  await says('Expense of €99.00 added');
  await page.locator('main li button', { hasText: 'Wrong' }).click();
  await press('Delete');
  await says('Transaction deleted');
  await add('34', 'Not finished');
  await page.goBack();
  await says('Kept as a draft');

  await go(page, '/settings');
  await page.getByRole('link', { name: /No account|Only on this device|Attach an account/ }).first().click();
  await page.getByRole('link', { name: 'Attach an account' }).click();
  await page.getByLabel('Your name').fill('Ana');
  await page.getByLabel('E-mail').fill(email);
  await page.locator('input[type=password]').fill(PASSWORD);
  await press('Create account');
  await says(/Up to date/);

  const rest = await new Rest(at.server.url).signIn(email);
  await expect.poll(async () => (await rest.transactions()).map(({ note, amount_minor }) => [note, amount_minor])).toEqual([['With a photo', 1200]]);
  const items = async (path: string) => (await rest.ask<{ items: Record<string, unknown>[] }>('GET', path)).items;
  expect(await items('accounts')).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'Savings', opening_minor: 25_000 })]));
  expect(await items('budgets')).toHaveLength(1);
  // the way back of the deletion, and the draft, are still here
  await press('New transaction');
  await says('Your draft is back.');
  expect(await page.getByLabel('Note').inputValue()).toBe('Not finished');

  const other = await secondContext(at.browser, { viewport: PHONE, locale: 'en-IE' });
  const second = await other.newPage();
  await signIn(second, at.server.url, { email, password: PASSWORD });
  await go(second, '/transactions');
  await second.getByText('With a photo').waitFor();
  await second.locator('main li img').first().waitFor();
  await other.close();
  await context.close();
});

test('begun without an account where somebody signs in who has one: it is asked for, left, and taken along', async () => {
  const email = address();
  const rest = await new Rest(at.server.url).signUp(email);
  const { context, page, press, says, sheet } = await begun();
  await go(page, '/transactions');
  await press('New transaction');
  await sheet.getByRole('button', { name: '7', exact: true }).click();
  await sheet.getByLabel('Note').fill('Before the account');
  await press('Save');
  await says('Expense of €7.00 added');
  const signsIn = async () => {
    // the screen before it has the same fields
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
    await page.getByLabel('E-mail').fill(email);
    await page.locator('input[type=password]').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await says(/Up to date/);
  };

  // as who wants an account for the book, and has one already
  await go(page, '/settings/account');
  await page.getByRole('link', { name: 'Attach an account' }).click();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signsIn();
  await sheet.getByRole('heading', { name: 'Your book on this device' }).waitFor();
  await press('Not now');
  await sheet.waitFor({ state: 'detached' });
  await page.reload();
  await says(/Up to date/);
  await go(page, '/settings/account');
  await page.getByRole('button', { name: /^Your book on this device/ }).waitFor();
  expect(await sheet.count()).toBe(0);

  // logged out it is where it was begun
  await press('Log out');
  await page.getByRole('link', { name: 'Try without an account' }).click();
  await says('Before the account');
  await says('Only on this device');

  await page.goto(`${at.server.url}/sign-in`);
  await signsIn();
  await go(page, '/settings/account');
  await press(/^Your book on this device/);
  await says('The book is one of your account’s now');
  await expect.poll(async () => (await rest.get<{ items: unknown[] }>('books')).items.length).toBe(2);
  expect(await page.getByRole('button', { name: /^Your book on this device/ }).count()).toBe(0);
  // both have their names, also after the other was opened
  const named = page.locator('main button', { hasText: 'My book' }).filter({ visible: true });
  const current = () => named.evaluateAll((all) => all.findIndex((one) => one.hasAttribute('aria-current')));
  await expect.poll(() => named.count()).toBe(2);
  const taken_at = await current();
  await named.nth(1 - taken_at).click();
  await expect.poll(current).toBe(1 - taken_at);
  await expect.poll(() => named.count()).toBe(2);
  await named.nth(taken_at).click();
  await expect.poll(current).toBe(taken_at);
  await go(page, '/transactions');
  await says('Before the account');
  const { items } = await rest.get<{ items: { id: string }[] }>('books');
  const taken = items.find(({ id }) => rest.books.every((book) => book.id !== id))!;
  await expect.poll(async () => (await rest.transactions(taken.id)).map(({ note }) => note)).toEqual(['Before the account']);
  await context.close();
});

test('without an account every way of the palette leads somewhere, and what needs one says so', async () => {
  const context = await secondContext(at.browser, { viewport: PHONE, locale: 'en-IE' });
  const page = await context.newPage();
  await page.goto(`${at.server.url}/start`);
  await page.getByRole('button', { name: /A blank book/ }).click();
  await page.getByText('Your book is ready').waitFor();
  await go(page, '/settings');
  await expect.poll(() => page.title()).toBe('Settings · Outlay');
  await go(page, '/settings/privacy');
  await page.getByText(/^No server keeps anything about you/).waitFor();
  for (const path of ['/settings/privacy', '/settings/security', '/settings/ways']) {
    await go(page, path);
    await page.locator('main').getByRole('link', { name: 'Attach an account' }).filter({ visible: true }).waitFor();
    expect(await page.getByText(/connection/i).filter({ visible: true }).count()).toBe(0);
  }
  await page.setViewportSize(DESKTOP);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('Control+K');
  const asked = page.getByRole('combobox', { name: 'Commands and search' });
  for (const [name, count] of [['Household', 1], ['Language', 1], ['Privacy', 1], ['Ways to sign in', 0], ['Security', 0], ['Sync now', 0]] as const) {
    await asked.fill(name);
    await page.getByRole('option', { name: `Search transactions for “${name}”` }).waitFor();
    await expect.poll(() => page.getByRole('group', { name: 'Commands' }).getByRole('option', { name: new RegExp(`^${name}`) }).count(), { message: name }).toBe(count);
  }
  await context.close();
});

test('who begins with a file of their bank has the import before them once there is an account', async () => {
  const email = address();
  const context = await secondContext(at.browser, { viewport: PHONE, locale: 'en-IE' });
  const page = await context.newPage();
  const says = (words: string | RegExp) => page.getByText(words).filter({ visible: true }).first().waitFor();
  await page.goto(`${at.server.url}/start`);
  await page.getByRole('button', { name: /^A file from my bank/ }).click();
  await says('Importing needs an account');
  await page.getByRole('link', { name: 'Attach an account' }).click();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('link', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Create your account' }).waitFor();
  // the address is not asked for twice
  expect(await page.getByLabel('E-mail').inputValue()).toBe(email);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await says('Choose a file, or drop it here');
  await page.locator('input[type=file]').setInputFiles({ name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from('Date,Amount,Payee\n2026-11-01,-5.00,Corner Shop\n') });
  await says('Corner Shop');
  await context.close();
});
