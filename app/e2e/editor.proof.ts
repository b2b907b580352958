// The editor in every order of typing, saving, closing, starting over and leaving, also when the device, the book or
// another tab is in the way: nothing that was typed is lost, and nothing is said that is not so.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { breakQueries, holdCalls, holdDatabase } from './breakage.ts';
import { go, share } from './harness.ts';
import { newcomer } from './newcomer.ts';
import { png } from './pictures.ts';
import { served } from './served.ts';
import { address, Rest, TODAY } from './tabs/tabs.ts';
import { add, alone, amount, close, fetching, press, ready, save, says, shows, type } from './typing.ts';

const at = served();

/** Somebody who types before the book is open, where a draft of before waits. */
async function early(page: Page, digits: string): Promise<void> {
  const release = await holdDatabase(page.context());
  await page.goto(`${at.server.url}/add`);
  await says(page, 'Your book is being opened. You can type already.');
  await type(page, digits);
  await release();
  await ready(page);
}

test('what is typed before the book is open leaves the draft of before alone, in every order of what comes then', async () => {
  const { context, page } = await alone(at);
  await add(page);
  await type(page, '41');
  await close(page);
  await says(page, 'Kept as a draft');

  // closed, and the page left: both are there, the newer one first
  await early(page, '75');
  await close(page);
  await says(page, 'Kept as a draft');
  await page.goto(at.server.url);
  await add(page);
  await says(page, 'Your draft is back.');
  await shows(page, '75');
  await press(page, 'Start over');
  await shows(page, '');
  await close(page);
  await page.goto(at.server.url);
  await add(page);
  await shows(page, '41');
  await close(page);

  // the one of before is wanted after all: what was typed since is a draft by then
  await early(page, '86');
  await press(page, 'Undo');
  await says(page, 'Your draft is back.');
  await shows(page, '41');
  await save(page, '41');
  await add(page);
  await shows(page, '86');
  await close(page);

  // saved, and left at once: the draft of before comes back
  await early(page, '97');
  await save(page, '97');
  await page.goto(at.server.url);
  await add(page);
  await shows(page, '86');
  await save(page, '86');
  await add(page);
  await shows(page, '');

  // started over with two things typed: either is had back
  await type(page, '12');
  await close(page);
  await add(page);
  await press(page, 'Start over');
  await shows(page, '');
  await type(page, '34');
  await press(page, 'Undo');
  await shows(page, '12');
  await save(page, '12');
  await add(page);
  await shows(page, '34');
  await context.close();
});

test('what another tab is typing stays there', async () => {
  const { context, page } = await alone(at);
  await add(page);
  await type(page, '41');
  await page.locator('form[data-draft=kept]').waitFor();
  const other = await context.newPage();
  await other.goto(at.server.url);
  await add(other);
  await ready(other);
  await type(other, '75');
  await close(other);
  await shows(page, '41');
  await save(page, '41');
  await add(page);
  await shows(page, '75');
  await context.close();
});

test('closed while it is saved: it says so with Undo, brings no draft back, and closes no other editor', async () => {
  let calls: Awaited<ReturnType<typeof holdCalls>>;
  const { context, page } = await alone(at, async (page) => (calls = await holdCalls(page, 'addTransaction')));
  await add(page);
  await ready(page);
  await type(page, '41');
  await calls!.hold();
  await press(page, 'Save');
  await close(page);
  await add(page);
  await ready(page);
  await shows(page, '');
  await type(page, '75');
  await calls!.release();
  await says(page, 'Expense of €41.00 added');
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await page.locator('form[data-draft=kept]').waitFor();
  await shows(page, '75');
  await save(page, '75');
  await add(page);
  await ready(page);
  await shows(page, '');
  await context.close();
});

test('a photo that is still being prepared is waited for, by Save and by a draft', async () => {
  let calls: Awaited<ReturnType<typeof holdCalls>>;
  const { context, page } = await alone(at, async (page) => (calls = await holdCalls(page, 'add')));
  const photo = (seed: number) => ({ name: `Lunch ${seed}.png`, mimeType: 'image/png', buffer: png(30, 40, seed) });
  const choose = (seed: number) => page.locator('input[type=file]:not([capture])').setInputFiles(photo(seed));
  const preparing = () => page.getByRole('status', { name: 'Being made ready …' }).waitFor();
  const photos = (count: number) => expect.poll(() => page.getByRole('button', { name: /^Open Lunch/ }).count()).toBe(count);
  const open = async () => {
    await add(page);
    await ready(page);
  };

  await open();
  await calls!.hold();
  await type(page, '41');
  await choose(1);
  await preparing();
  await press(page, 'Save');
  await calls!.release();
  await says(page, 'Expense of €41.00 added');
  await amount(page).waitFor({ state: 'detached' });
  await page.locator('main [data-swipes] img').first().waitFor();

  // closed: the draft has it, whether it is opened again before or after it has come
  await open();
  await shows(page, '');
  await calls!.hold();
  await type(page, '75');
  await choose(2);
  await choose(3);
  await preparing();
  await close(page);
  await open();
  await says(page, 'Your draft is back.');
  await shows(page, '75');
  await preparing();
  await type(page, '3');
  await calls!.release();
  await photos(2);
  await calls!.hold();
  await choose(4);
  await preparing();
  await close(page);
  await calls!.release();
  await says(page, 'Kept as a draft');
  await open();
  await shows(page, '753');
  await photos(3);
  // nothing but a photo
  await press(page, 'Start over');
  await photos(0);
  // that of before is not what is waited for below
  await page.getByText('Kept as a draft').waitFor({ state: 'detached' });
  await calls!.hold();
  await choose(5);
  await preparing();
  await close(page);
  await calls!.release();
  await says(page, 'Kept as a draft');
  await page.goto(at.server.url);
  await open();
  await photos(1);

  // a line that is gone on with leaves alone what was chosen since it was begun
  const line = page.getByLabel('Add in one line');
  await line.fill('Coffee 4');
  await shows(page, '4');
  await choose(6);
  await photos(2);
  await line.fill('Coffee 45');
  await shows(page, '45');
  await photos(2);
  await press(page, 'Empty the line');
  await shows(page, '');
  await photos(2);
  await context.close();
});

test('a book that cannot be read is asked for again, by the editor of a new one and of an old one', async () => {
  const { context, page } = await alone(at, breakQueries);
  const broken = (names: string) => page.evaluate((names) => sessionStorage.setItem('broken', names), names);
  const alert = page.getByRole('alert').filter({ hasText: 'This could not be read just now.', visible: true });
  for (const name of ['accounts', 'settings']) {
    await broken(name);
    await page.goto(`${at.server.url}/add`);
    await amount(page).waitFor();
    await page.getByRole('dialog').filter({ has: alert }).waitFor();
    await type(page, '41');
    // asked again, in vain: it can be pressed once more
    await press(page, 'Save');
    await expect.poll(() => page.getByRole('button', { name: 'Save', exact: true }).isEnabled()).toBe(true);
    await broken('');
    await save(page, '41');
  }
  await broken('transaction');
  await page.locator('main [data-swipes] button').first().click();
  await page.getByRole('dialog').filter({ has: alert }).waitFor();
  await broken('');
  await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('button', { name: 'Save changes' }).waitFor();
  await shows(page, '41');
  await context.close();
});

test('what cannot be kept is not said to be, and waits in the page', async () => {
  const { context, page } = await alone(at, breakQueries);
  await add(page);
  await ready(page);
  await page.evaluate(() => sessionStorage.setItem('broken', 'saveDraft'));
  await type(page, '41');
  await close(page);
  await says(page, 'This change can no longer be undone.');
  expect(await page.getByText('Kept as a draft').count()).toBe(0);
  await add(page);
  await says(page, 'Your draft is back.');
  await shows(page, '41');
  await page.evaluate(() => sessionStorage.removeItem('broken'));
  await type(page, '2');
  await close(page);
  await says(page, 'Kept as a draft');
  await page.goto(at.server.url);
  await add(page);
  await shows(page, '412');

  // saved, and the page gone before its draft was dropped
  await page.evaluate(() => sessionStorage.setItem('broken', 'dropDraft'));
  await save(page, '412');
  await page.goto(at.server.url);
  await add(page);
  await ready(page);
  expect(await page.getByText('Your draft is back.').count()).toBe(0);
  await shows(page, '');
  await context.close();
});

test('a draft of an entry that others have changed since is what was typed, over what is there today', async () => {
  const { context, page, rest } = await newcomer(at, {
    locale: 'en-IE', fill: (rest, bank) => rest.ask('POST', 'transactions', { kind: 'expense', account_id: bank, amount_minor: 1250, day: TODAY, payee: 'Lidl', note: 'Lunch' })
  });
  const { id } = (await rest.transactions())[0]!;
  const note = page.getByRole('textbox', { name: 'Note' });
  const open = async () => {
    await page.locator('main [data-swipes] button').first().click();
    await page.getByRole('button', { name: 'Save changes' }).waitFor();
  };
  await open();
  await note.fill('Dinner');
  await close(page);
  await says(page, 'Kept as a draft');
  await rest.ask('PATCH', `transactions/${id}`, { amount_minor: 990 });
  await says(page, '€9.90');
  await open();
  await says(page, 'Your draft is back.');
  await shows(page, '9.90');
  expect(await note.inputValue()).toBe('Dinner');
  await press(page, 'Save changes');
  await expect.poll(() => rest.transactions()).toMatchObject([{ amount_minor: 990, note: 'Dinner' }]);

  // what is there already is no draft
  await open();
  await note.fill('Brunch');
  await close(page);
  await rest.ask('PATCH', `transactions/${id}`, { note: 'Brunch', amount_minor: 770 });
  await says(page, '€7.70');
  await open();
  await shows(page, '7.70');
  expect(await page.getByText('Your draft is back.').count()).toBe(0);
  await context.close();
});

/** Somebody with a book of their own and one that is shared with them. */
async function twoBooks() {
  let theirs = '';
  const robin = await newcomer(at, {
    locale: 'en-IE',
    fill: async (rest) => {
      const kim = await new Rest(at.server.url).signUp(address());
      theirs = kim.books[0]!.id;
      await share(theirs, kim, rest);
    }
  });
  return { ...robin, theirs };
}
async function openBook(page: Page, role: 'Yours' | 'You can edit'): Promise<void> {
  await go(page, '/settings/account');
  const row = page.getByRole('button', { name: role });
  await row.click();
  await page.locator('button[aria-current]', { hasText: role }).waitFor();
}

test('another tab opens another book: the editor closes, and its draft stays in its own', async () => {
  const { context, page, rest, theirs } = await twoBooks();
  const other = await context.newPage();
  await other.goto(at.server.url);
  await says(other, /Up to date/);
  await add(page);
  await ready(page);
  await type(page, '41');
  await page.locator('form[data-draft=kept]').waitFor();
  await openBook(other, 'You can edit');
  await amount(page).waitFor({ state: 'detached' });
  await says(page, 'Kept as a draft');
  await add(page);
  await ready(page);
  await shows(page, '');
  await close(page);
  await openBook(other, 'Yours');
  await add(page);
  await says(page, 'Your draft is back.');
  await shows(page, '41');
  await save(page, '41');
  await expect.poll(async () => (await rest.transactions()).length).toBe(1);
  expect(await rest.transactions(theirs)).toEqual([]);
  await context.close();
});

test('a Save that waits for its book is not made in another', async () => {
  const { context: first, email, rest, theirs } = await twoBooks();
  await first.close();
  const { context, page, release } = await fetching(at, email, rest.books[0]!.id);
  const other = await context.newPage();
  await other.goto(`${at.server.url}/settings/account`);
  await add(page);
  await type(page, '41');
  await press(page, 'Save');
  await openBook(other, 'You can edit');
  await amount(page).waitFor({ state: 'detached' });
  await go(other, '/');
  await says(other, /Up to date/);
  await release();
  await openBook(other, 'Yours');
  await add(page);
  await says(page, 'Your draft is back.');
  await ready(page);
  await shows(page, '41');
  await save(page, '41');
  await expect.poll(async () => (await rest.transactions()).length).toBe(1);
  expect(await rest.transactions(theirs)).toEqual([]);
  await context.close();
});

test('the rate of an expense in another currency is typed letter by letter, and is of its currency only', async () => {
  const { context, page, rest, press: tap, says: told } = await newcomer(at, {
    fill: async (rest) => {
      for (const [name, currency] of [['Dollars', 'USD'], ['Yen', 'JPY']]) await rest.ask('POST', 'accounts', { name, kind: 'cash', currency });
    }
  });
  await tap('New transaction');
  await ready(page);
  await type(page, '100');
  const account = page.getByLabel('Account', { exact: true });
  await account.selectOption({ label: 'Dollars' });
  const rate = page.getByLabel(/^Rate of/);
  for (const [letter, worth] of [['0', ''], ['.', ''], ['9', '≈ €90.00'], ['0', '≈ €90.00'], ['5', '≈ €90.50']] as const) {
    await rate.press(letter);
    if (worth) await told(worth);
    else expect(await page.getByText('≈').count()).toBe(0);
  }
  await account.selectOption({ label: 'Yen' });
  await told('No rate known: counted in no total yet');
  expect(await rate.inputValue()).toBe('');
  await account.selectOption({ label: 'Dollars' });
  await rate.pressSequentially('1.');
  await tap('Save');
  await told(/^Expense of .*100.00 added/);
  await expect.poll(() => rest.ask<{ items: object[] }>('GET', 'transactions?limit=1')).toMatchObject({ items: [{ currency: 'USD', rate: '1', base_minor: 10_000 }] });
  await context.close();
});

test('a copy is worth what its day says, and what was written under another base stays in it', async () => {
  const { context, page, rest, says: told } = await newcomer(at, {
    fill: async (rest) => {
      const { id } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Dollars', kind: 'cash', currency: 'USD' });
      await rest.ask('POST', 'rates', { day: '2021-01-01', from_currency: 'USD', to_currency: 'EUR', rate: '0.8' });
      await rest.ask('POST', 'transactions', { kind: 'expense', account_id: id, amount_minor: 10_000, day: '2020-05-05', rate: '0.5', note: 'Hostel' });
    }
  });
  const hostel = page.locator('main [data-swipes] button', { hasText: 'Hostel' }).first();
  await go(page, '/transactions?text=hostel');
  await hostel.click();
  await told('≈ €50.00');
  await press(page, 'Duplicate');
  await told('≈ €80.00');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await told(/^Expense of .*100.00 added/);
  const items = async () => (await rest.ask<{ items: { base_minor: number; base_currency: string; rate: string }[] }>('GET', 'transactions')).items.map(({ base_minor, base_currency, rate }) => [base_minor, base_currency, rate]);
  await expect.poll(items).toEqual([[8_000, 'EUR', '0.8'], [5_000, 'EUR', '0.5']]);

  await rest.ask('PATCH', 'settings', { base_currency: 'GBP' });
  await page.waitForFunction(() => document.querySelector('dl')?.textContent?.includes('£'));
  await page.locator('main [data-swipes] button', { hasText: 'Hostel' }).last().click();
  await told('≈ €50.00');
  await page.getByLabel('Rate of USD in EUR').fill('0.6');
  await told('≈ €60.00');
  await press(page, 'Save changes');
  await expect.poll(items).toEqual([[8_000, 'EUR', '0.8'], [6_000, 'EUR', '0.6']]);
  await context.close();
});
