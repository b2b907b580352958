// The app in other languages: German from the first screen to the first expense; Arabic from right to left, with its
// digits and its swipes; another language chosen, which also opens without a network.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { secondContext } from './harness.ts';
import { newcomer } from './newcomer.ts';
import { served } from './served.ts';

const PHONE = { width: 390, height: 844 };

const at = served();

async function open(locale: string, more: BrowserContextOptions = {}): Promise<Page> {
  const context = await secondContext(at.browser, { serviceWorkers: 'allow', viewport: PHONE, locale, reducedMotion: 'reduce', ...more });
  return context.newPage();
}

const says = (page: Page, words: string | RegExp) => page.getByText(words).filter({ visible: true }).first().waitFor();
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).filter({ visible: true }).first().click();
const root = (page: Page) => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);

/** Nothing stands wider than the window of a phone. */
const wider = (page: Page) =>
  page.evaluate(() => [...document.querySelectorAll('main *')].filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return width > 1 && (right > innerWidth + 1 || left < -1) && !one.closest('[class*="overflow-x-auto"], [class*="sr-only"]');
  }).map((one) => one.outerHTML.slice(0, 120)));

test('in German, from signing up to the first expense', async () => {
  const page = await open('de-AT');
  await page.goto(at.server.url);
  await says(page, 'Wissen, wohin dein Geld geht.');
  expect(await root(page)).toEqual(['de', 'ltr']);
  await page.getByRole('link', { name: 'Registrieren' }).click();
  await page.getByLabel('E-Mail').fill('anna@example.com');
  await page.getByLabel('Passwort', { exact: true }).fill('1234');
  await press(page, 'Registrieren');
  await says(page, /Mindestens 8 Zeichen/);
  await page.getByLabel('Passwort', { exact: true }).fill('12345678');
  await press(page, 'Registrieren');
  // refused by the at.server, said by the app
  await says(page, 'Dieses Passwort kennt jeder.');
  await page.getByLabel('Passwort', { exact: true }).fill('neun stille otter');
  await press(page, 'Registrieren');
  await says(page, 'Dein Buch ist bereit');
  await press(page, /^Trag ein/);
  for (const key of ['4', 'Komma', '5']) await page.getByRole('button', { name: key, exact: true }).click();
  await page.getByRole('button', { name: 'Lebensmittel', exact: true }).click();
  await page.getByRole('button', { name: 'Sichern', exact: true }).click();
  await says(page, /Ausgabe von €\s4,50 hinzugefügt/);
  await page.goto(`${at.server.url}/settings/categories`);
  // what is usual in the country
  await says(page, 'Krankenversicherung');
  for (const path of ['', 'transactions', 'stats', 'accounts', 'settings']) {
    await page.goto(`${at.server.url}/${path}`);
    await page.locator('main h1').filter({ visible: true }).first().waitFor();
    await expect.poll(() => wider(page)).toEqual([]);
  }
  await page.context().close();
});

test('in Arabic, from right to left, with its digits and its swipes', async () => {
  const page = await open('ar-EG', { hasTouch: true });
  await page.goto(`${at.server.url}/start`);
  await press(page, /^بيانات تجريبية/);
  await says(page, 'هذه بيانات تجريبية');
  expect(await root(page)).toEqual(['ar', 'rtl']);

  // from an account to another: as it is read
  await says(page, /المصرف ← المدخرات/);
  await page.goto(`${at.server.url}/transactions?view=calendar`);
  await page.locator('.day span', { hasText: /^١٥$/ }).first().waitFor();
  await page.goto(`${at.server.url}/transactions`);
  // a hint that helps once, and is put away
  await press(page, 'فهمت');
  const row = page.locator('[data-swipes]').first();
  const name = await row.innerText();
  let box = (await row.boundingBox())!;
  await expect.poll(async () => {
    const before = box.y;
    box = (await row.boundingBox())!;
    return box.y - before;
  }).toBe(0);
  const y = box.y + box.height / 2;
  // to the left is to the end: that edits
  await drag(page, box.x + 250, y, box.x + 100);
  await page.getByRole('form', { name: 'تعديل المعاملة' }).waitFor();
  // the keys are in the digits of the region, and any digits are understood
  const amount = page.getByLabel('المبلغ', { exact: true });
  await amount.fill('12.5');
  await expect.poll(() => amount.inputValue()).toBe('١٢٫٥');
  await amount.fill('٢٠٫٧٥');
  await press(page, 'حفظ التغييرات');
  await says(page, 'تم التغيير');
  await says(page, /٢٠٫٧٥/);
  // to the right is to the start: that deletes
  await expect.poll(() => page.locator('[data-swipes]').first().innerText()).not.toBe(name);
  await drag(page, box.x + 100, y, box.x + 250);
  await says(page, 'حُذفت المعاملة');
  await press(page, 'تراجع');
  await says(page, /٢٠٫٧٥/);

  // the sample goes with one tap, and comes back with one
  await page.goto(at.server.url);
  await press(page, 'إزالة البيانات التجريبية');
  await says(page, 'دفترك جاهز');
  await press(page, 'تراجع');
  await says(page, 'هذه بيانات تجريبية');
  await page.context().close();
});

test('what waits has its three answers in one row of a phone, in every language', async () => {
  const { context, page } = await newcomer(at, {
    fill: (rest, account_id) => rest.ask('POST', 'schedules', {
      kind: 'expense', account_id, amount_minor: 900, currency: 'EUR', name: 'Rent', rule: 'FREQ=MONTHLY', mode: 'ask', start_day: '2026-11-01'
    })
  });
  await page.goto(`${at.server.url}/schedules`);
  const row = page.locator('main button', { hasText: 'Rent' }).first().locator('xpath=following-sibling::div');
  for (const language of ['en', 'de', 'es', 'hi', 'ar', 'zh']) {
    await page.evaluate((language) => localStorage.setItem('outlay.language', language), language);
    await page.reload();
    await row.waitFor();
    const tops = await row.getByRole('button').evaluateAll((buttons) => buttons.map((one) => one.getBoundingClientRect().top));
    expect([language, tops.length, new Set(tops).size]).toEqual([language, 3, 1]);
  }
  await context.close();
});

test('a browser that names itself is called so in the language in use', async () => {
  const { context, page } = await newcomer(at, { locale: 'en-GB' });
  const name = async () => (await page.getByText(/ (on|auf) Linux$|^Linux 上的 /).filter({ visible: true }).first().textContent())!;
  await page.goto(`${at.server.url}/settings/devices`);
  const [browser] = (await name()).split(' on ');
  for (const [language, said] of [['de', `${browser} auf Linux`], ['zh', `Linux 上的 ${browser}`]] as const) {
    await page.evaluate((language) => localStorage.setItem('outlay.language', language), language);
    await page.reload();
    await says(page, said);
    await page.goto(`${at.server.url}/settings/security`);
    await says(page, new RegExp(`${said}$|· ${said} ·`));
    await page.goto(`${at.server.url}/settings/devices`);
  }
  await context.close();
});

/** Words of which the end is seen and the beginning is not: what is cut ends too early, and does not begin too late. */
const beheaded = (page: Page) =>
  page.evaluate(() => {
    const found = new Set<string>();
    const texts = document.createTreeWalker(document.querySelector('dialog:modal') ?? document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode as Text;
      const box = [...(function* up(at: Element | null) { for (; at; at = at.parentElement) yield at; })(node.parentElement)].find((one) => getComputedStyle(one).textOverflow === 'ellipsis');
      if (!box || !node.parentElement!.checkVisibility() || box.scrollWidth <= box.clientWidth) continue;
      const edge = box.getBoundingClientRect();
      const seen = (from: number, to: number) => {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, to);
        const { left, right, width } = range.getBoundingClientRect();
        return width > 0 && right > edge.left + 1 && left < edge.right - 1;
      };
      for (const { index, 0: word } of node.data.matchAll(/\S+/g)) if (!seen(index, index + 1) && seen(index + word.length - 1, index + word.length)) found.add(`${word} of “${node.data.trim()}”`);
    }
    return [...found];
  });

test('in Arabic a long Latin name is cut at its end, also beside Arabic ones', async () => {
  let giro = '';
  const { context, page } = await newcomer(at, {
    fill: async (rest, account_id) => {
      const make = (path: string, body: object) => rest.ask<{ id: string }>('POST', path, body);
      ({ id: giro } = await make('accounts', { name: 'Deutsche Kreditbank Girokonto der Hausgemeinschaft Berlin', kind: 'bank', currency: 'EUR' }));
      const { id: category_id } = await make('categories', { kind: 'expense', name: 'مشتريات البيت', parent_id: null });
      const day = new Intl.DateTimeFormat('sv').format(new Date());
      const entry = { kind: 'expense', account_id: giro, category_id, currency: 'EUR' };
      await make('transactions', { ...entry, amount_minor: 1200, day, payee: 'International Supermarket Corporation of Berlin', note: 'مع الضيوف' });
      await make('transactions', { kind: 'transfer', account_id: giro, to_account_id: account_id, amount_minor: 700, day, note: 'ادخار الشهر' });
      await make('transactions', { ...entry, amount_minor: 800, day, payee: 'مطعم الشرق Restaurant International Corporation' });
      await make('templates', { ...entry, amount_minor: 500, name: 'International Supermarket, every week again' });
      await make('filters', { name: 'Everything of the International Supermarket', query: { text: 'super' } });
    }
  });
  await page.evaluate(() => localStorage.setItem('outlay.language', 'ar'));
  const found: string[] = [];
  const look = async (where: string) => found.push(...(await beheaded(page)).map((what) => `${where}: ${what}`));
  const open = async (path: string) => {
    await page.goto(`${at.server.url}/${path}`);
    await page.locator('main h1').filter({ visible: true }).first().waitFor();
    await page.getByText(/Deutsche|International/).filter({ visible: true }).first().waitFor();
    await look(path);
  };
  for (const path of ['', 'transactions', 'accounts', 'accounts/overview', 'settings/templates', 'settings/payees', `transactions?account_id=${giro}`]) await open(path);
  await page.goto(`${at.server.url}/transactions`);
  await page.getByText('International').filter({ visible: true }).first().waitFor();
  // the last is cut first
  expect(await page.locator('main bdi', { hasText: 'مشتريات البيت' }).first().evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
  await page.keyboard.press('Control+k');
  for (const words of ['International', 'Deutsche']) {
    await page.getByRole('combobox').last().fill(words);
    await page.getByRole('option', { name: words === 'Deutsche' ? /Girokonto/ : /مشتريات/ }).first().waitFor();
    await look(`the palette of ${words}`);
  }
  expect(found).toEqual([]);
  await context.close();
});

async function drag(page: Page, from: number, y: number, to: number): Promise<void> {
  await page.mouse.move(from, y);
  await page.mouse.down();
  await page.mouse.move(from + (to - from) / 3, y);
  await page.mouse.move(to, y, { steps: 4 });
  await page.mouse.up();
}

test('in a language that is chosen, also without a network', async () => {
  const page = await open('en-US');
  await page.goto(`${at.server.url}/start`);
  await press(page, /^A blank book/);
  await says(page, 'Your book is ready');
  await page.goto(`${at.server.url}/settings/language`);
  await press(page, 'Español');
  await page.getByRole('heading', { name: 'Idioma' }).waitFor();
  await page.evaluate(async () => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null || location.reload())).toBe(true);

  await page.context().setOffline(true);
  await page.goto(at.server.url);
  await says(page, 'Tu libro está listo');
  expect(await root(page)).toEqual(['es', 'ltr']);
  // every language is kept on the device
  await page.goto(`${at.server.url}/settings/language`);
  await press(page, 'हिन्दी');
  await page.getByRole('heading', { name: 'भाषा' }).waitFor();
  await press(page, 'ब्राउज़र जैसी');
  await page.getByRole('heading', { name: 'Language' }).waitFor();
  expect(await root(page)).toEqual(['en', 'ltr']);
  await page.context().close();
});

test('what a file does not say is asked in the language in use, and every question can be answered', async () => {
  const { context, page, says } = await newcomer(at);
  await page.evaluate(() => localStorage.setItem('outlay.language', 'de'));
  await page.goto(`${at.server.url}/settings/import`);
  const give = (name: string, text: string) => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await give('faulty.csv', 'Date,Amount,Payee\n2026-11-33,-5.00,Shop\n2026-11-03,-3.00,Shop\n');
  await page.getByLabel('In welcher Währung sind die Beträge?').waitFor();
  await page.getByRole('radio', { name: /fehlerhaft/ }).check({ force: true });
  await says(/Der Tag fehlt oder ist keiner/);
  await press(page, 'Abbrechen');
  await give('date.csv', 'Date,Amount,Payee\n01/02/2026,"1,000",Shop\n');
  await page.getByLabel('Welcher Tag ist mit 01/02/2026 gemeint?').selectOption({ label: 'Sonntag, 1. Februar 2026' });
  await page.getByLabel('Wie viel ist 1,000?').selectOption({ label: 'Vor den Nachkommastellen steht ein Punkt' });
  await says('1. Feb. 2026');
  await press(page, 'Abbrechen');

  // no name of a column tells which one holds the amounts
  await give('unnamed.csv', 'Foo;Bar;Baz;Qux\n2026-11-01;Corner Shop;12.50;99.10\n2026-11-02;Kiosk;13.50;17.20\n');
  await page.getByLabel('In welcher Spalte stehen die Beträge?').selectOption({ label: 'Baz' });
  await page.getByLabel('Alle Beträge sind positiv. Sind es Eingänge oder Ausgänge?').selectOption({ label: 'Ausgänge' });
  await page.getByLabel('In welcher Währung sind die Beträge?').selectOption('EUR');
  await page.getByLabel('Welches Konto des Buchs ist das dieser Datei?').selectOption({ label: 'Bank' });
  await press(page, '2 Buchungen importieren');
  await says('2 Buchungen importiert');
  await page.goto(`${at.server.url}/transactions`);
  await says('Corner Shop');
  await says(/−12,50/);
  await context.close();
});
