// The editor and everything that opens above it, on a phone and on a desktop: axe in both themes, twice as large text, a
// narrow window, from right to left too.
import { expect, test } from 'vitest';
import { lookAt } from './accessibility.ts';
import { go } from './harness.ts';
import { DESKTOP, PHONE, withSample } from './newcomer.ts';
import { png } from './pictures.ts';
import { served } from './served.ts';
import { say, type Language } from './sheets.ts';
import { TODAY } from './tabs/tabs.ts';

/** Some thirty looks at a screen: longer than other tests are given. */
const PATIENT_MS = 600_000;

const at = served();

const DEVICES: [Language, 'phone' | 'desktop'][] = [['en', 'phone'], ['ar', 'phone'], ['en', 'desktop'], ['ar', 'desktop']];

test.each(DEVICES)('in %s, on a %s', { timeout: PATIENT_MS }, async (language, device) => {
  const { context, page, rest } = await withSample(at, language);
  const wide = device === 'desktop';
  const found: string[] = [];
  const look = (where: string, options = {}) => lookAt(page, where, found, options);
  const words = (key: Parameters<typeof say>[1]) => say(language, key);
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' }).filter({ visible: true });
  const press = (name: string | RegExp) => button(name).last().click();
  const amount = page.getByLabel(words('field.amount'), { exact: true });
  const kind = (key: 'kind.expense' | 'kind.transfer') => page.getByRole('radio', { name: words(key), exact: true }).check({ force: true });
  const sheets = page.locator('dialog.sheet, dialog[aria-label="Market.jpg"]');
  const over = async (where: string, open: () => Promise<void>) => {
    await open();
    await sheets.waitFor();
    await look(where);
    await page.keyboard.press('Escape');
    await sheets.waitFor({ state: 'detached' });
  };

  await rest.ask('POST', 'accounts', { name: 'Dollars', kind: 'cash', currency: 'USD' });
  await go(page, '/accounts');
  await page.getByText('Dollars').filter({ visible: true }).first().waitFor();
  await page.setViewportSize(wide ? DESKTOP : PHONE);
  await go(page, '/transactions');
  await press(words('nav.add'));
  const line = page.getByLabel(words('quick.label'));
  await line.waitFor();
  await look('editor', { focus: language === 'en' });

  await amount.fill('12÷0');
  await page.getByText(words('keypad.impossible')).waitFor();
  await look('impossible sum');
  await amount.fill('40');

  await line.fill('4.50 coffee #team');
  await page.getByRole('list', { name: words('quick.understood') }).waitFor();
  await look('one line');
  await press(words('quick.clear'));
  await amount.fill('40');

  await page.getByRole('combobox', { name: words('field.payee') }).click();
  await page.getByRole('listbox').getByRole('option').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await look('payees');
  await page.keyboard.press('Enter');
  await page.getByRole('listbox').waitFor({ state: 'hidden' });
  const tags = page.getByLabel(words('field.tags'));
  for (const name of ['holiday', 'everything that was bought for the new flat']) {
    await tags.fill(name);
    await page.keyboard.press('Enter');
  }

  await over('categories', () => press(words('category.all')));
  for (const key of ['repeat.begin', 'template.save'] as const) await over(key, () => press(words(key)));
  await page.locator('form input[type=file]:not([capture])').setInputFiles({ name: 'Market.png', mimeType: 'image/png', buffer: png(60, 90, 5) });
  await over('receipt', () => button(/Market\.jpg/).first().click());

  await press(words('split.begin'));
  const parts = page.locator('form input[inputmode=decimal]').filter({ visible: true });
  await parts.last().fill('60');
  await look('split over', { focus: language === 'en' });
  await over('categories of a part', () => page.locator('form button[aria-haspopup=dialog]').filter({ has: page.locator('.line-clamp-2') }).first().click());

  await page.getByLabel(words('field.account'), { exact: true }).selectOption({ label: 'Dollars' });
  // a name within a line from right to left is set apart by characters that nobody sees
  await page.getByText(/1 .?USD.? =/).waitFor();
  await look('another currency');
  await kind('kind.transfer');
  await look('transfer', { focus: language === 'en' });

  // closed, it waits; opened again it is back; thrown away it can be had
  await amount.focus();
  await page.keyboard.press('Escape');
  await page.getByText(words('editor.kept')).waitFor();
  await press(words('nav.add'));
  await page.getByText(words('editor.restored')).waitFor();
  await look('restored');
  await press(words('editor.discard'));
  await page.getByText(words('editor.discarded')).waitFor();
  await look('discarded');
  await amount.focus();
  await page.keyboard.press('Escape');
  await line.waitFor({ state: 'detached' });

  await page.locator('main li button').first().click();
  await button(words('action.save_changes')).waitFor();
  await look('edit', { focus: language === 'en' });
  await press(words('history.title'));
  await page.locator('main ol > li').first().waitFor();
  await look('history');
  await go(page, '/transactions');
  await page.locator('main li button').first().click();
  await press(words('action.delete'));
  await page.getByText(words('toast.deleted')).waitFor();
  if (wide) {
    await page.keyboard.press('Control+K');
    await page.getByRole('combobox', { name: words('palette.title') }).fill('2');
    await look('palette');
    await page.keyboard.press('Escape');
  }
  expect(found).toEqual([]);
  await context.close();
});

test.each(['en', 'ar'] as const)('the question before an entry that agrees with a statement is changed, in %s', async (language) => {
  const { context, page, bank, rest } = await withSample(at, language);
  const found: string[] = [];
  const words = (key: Parameters<typeof say>[1]) => say(language, key);
  const press = (key: Parameters<typeof say>[1]) => page.getByRole('button', { name: words(key), exact: true }).filter({ visible: true }).last().click();
  await rest.ask('POST', 'transactions', { kind: 'expense', account_id: bank, day: TODAY, amount_minor: 2_000, currency: 'EUR' });
  await go(page, `/accounts/${bank}`);
  await page.locator('main li button').first().waitFor();
  await press('reconcile.begin');
  await page.getByLabel(words('reconcile.statement_balance')).fill('980');
  await page.locator('dialog input[type=checkbox]').first().check();
  await lookAt(page, 'reconcile', found);
  await press('reconcile.finish');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    await go(page, '/transactions');
    await go(page, `/accounts/${bank}`);
    await page.locator('main li button').first().click();
    await press('action.delete');
    await page.getByText(words('reconcile.locked')).waitFor();
    await lookAt(page, `locked ${size.width}`, found);
    await press('action.cancel');
    await page.keyboard.press('Escape');
    await page.getByRole('form').waitFor({ state: 'detached' });
  }
  expect(found).toEqual([]);
  await context.close();
});
