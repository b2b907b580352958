// What the device refuses, or does not get, while an entry is made: it is said, nothing that was typed is lost, and what is
// pressed twice is done once.
import { expect, test } from 'vitest';
import { breakQueries, holdCalls } from './breakage.ts';
import { go, secondContext } from './harness.ts';
import { PHONE } from './newcomer.ts';
import { served } from './served.ts';
import { add, alone, amount, close, press, ready, save, says, shows, type } from './typing.ts';

const at = served();

/** What a broken command says. */
const REFUSED = 'This change can no longer be undone.';

test('a schedule that is refused is said, and what was chosen for it waits to be tried again', async () => {
  const { context, page } = await alone(at, breakQueries);
  const broken = (names: string) => page.evaluate((names) => sessionStorage.setItem('broken', names), names);
  const name = () => page.getByRole('dialog').last().getByLabel('Name', { exact: true });
  await broken('addSchedule');

  // of a new entry: that is saved, and can be taken back
  await add(page);
  await ready(page);
  await type(page, '41');
  await press(page, 'Repeat');
  await press(page, 'Repeat it');
  // a draft has it, too
  await close(page);
  await says(page, 'Kept as a draft');
  await page.goto(at.server.url);
  await add(page);
  await says(page, 'Your draft is back.');
  await page.getByRole('button', { name: /^Repeats: / }).waitFor();
  await press(page, 'Save');
  await says(page, REFUSED);
  await amount(page).waitFor({ state: 'detached' });
  await press(page, 'Undo');
  await says(page, 'Undone');
  await expect.poll(() => page.locator('main [data-swipes]').count()).toBe(0);

  // of one that is there: it is tried again with what else is changed
  await add(page);
  await ready(page);
  await type(page, '75');
  await save(page, '75');
  const row = page.locator('main [data-swipes] button').first();
  await row.click();
  await page.getByRole('button', { name: 'Save changes' }).waitFor();
  await press(page, 'Repeat');
  await name().fill('Rent');
  await press(page, 'Repeat it');
  await says(page, REFUSED);
  await page.getByRole('button', { name: 'Repeats: Rent' }).waitFor();
  await broken('');
  await press(page, 'Save changes');
  await says(page, 'Rent comes round from now on');

  // on its own screen
  await go(page, '/schedules');
  await says(page, 'Rent');
  await broken('addSchedule');
  await press(page, 'New recurring entry');
  const sheet = page.getByRole('dialog').last();
  await sheet.getByLabel('Amount', { exact: true }).fill('12');
  await name().fill('Paper');
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();
  await sheet.getByRole('alert').filter({ hasText: REFUSED }).waitFor();
  expect([await sheet.getByLabel('Amount', { exact: true }).inputValue(), await name().inputValue()]).toEqual(['12', 'Paper']);
  await broken('');
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();
  await sheet.waitFor({ state: 'detached' });
  await says(page, 'Paper');
  await context.close();
});

test('Delete that is pressed twice deletes once, and leaves one screen', async () => {
  let calls: Awaited<ReturnType<typeof holdCalls>>;
  const { context, page } = await alone(at, async (page) => (calls = await holdCalls(page, 'deleteTransaction')));
  await add(page);
  await ready(page);
  await type(page, '41');
  await save(page, '41');
  await go(page, '/transactions');
  const row = page.locator('main li button').first();
  await row.click();
  await page.getByRole('button', { name: 'Save changes' }).waitFor();
  await calls!.hold();
  await press(page, 'Delete');
  await press(page, 'Delete');
  await calls!.release();
  await says(page, 'Transaction deleted');
  await amount(page).waitFor({ state: 'detached' });
  await press(page, 'Undo');
  await says(page, 'Undone');
  await row.waitFor();
  expect(new URL(page.url()).pathname).toBe('/transactions');
  await context.close();
});

test('what a screen itself does not take is said in the language in use', async () => {
  const context = await secondContext(at.browser, { viewport: PHONE, locale: 'de-DE' });
  const page = await context.newPage();
  await page.goto(`${at.server.url}/start`);
  await page.getByRole('button', { name: /^Leeres Buch/ }).click();
  await says(page, 'Dein Buch ist bereit');
  await go(page, '/accounts');
  await press(page, 'Konto hinzufügen');
  await page.getByRole('dialog').getByRole('button', { name: 'Sichern' }).click();
  await says(page, 'Gib einen Namen ein.');
  await go(page, '/settings/devices');
  await page.locator('input[type=file]').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('no') });
  await says(page, 'Das ist keine Datei mit nicht gesendeten Änderungen.');
  await context.close();
});

test('a line is read once its words come, which did not come at first', async () => {
  const { context, page } = await alone(at);
  await add(page);
  await ready(page);
  const line = page.getByLabel('Add in one line');
  // what says a message has come
  await press(page, 'Save');
  await says(page, 'Enter an amount.');
  const files = /\.js$/;
  await context.route(files, (route) => route.abort());
  const lost = page.waitForEvent('requestfailed');
  await line.fill('Coffee 4');
  await lost;
  await says(page, 'That did not work. Nothing was changed.');
  await shows(page, '');
  await context.unroute(files);
  await line.fill('Coffee 41');
  await shows(page, '41');
  await save(page, '41');
  await context.close();
});
