// Every screen that is looked at, and what has to be done to see it.
import type { Page } from 'playwright-core';
import { png } from './pictures.ts';

export interface Screen {
  name: string;
  path: string;
  /** Words that are there when the screen is. */
  ready?: string | RegExp;
  act?: (page: Page, wide: boolean) => Promise<void>;
}

const SETTLE_MS = 400;

const press = (name: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name }).filter({ visible: true }).first().click();
};
const view = (name: string) => async (page: Page) => {
  await page.getByRole('radio', { name, exact: true }).check({ force: true });
};

async function add(page: Page, wide: boolean): Promise<void> {
  await press('New transaction')(page);
  const amount = page.getByLabel('Amount', { exact: true });
  await amount.waitFor();
  // The draft of the screen before, once it is back.
  await page.waitForTimeout(SETTLE_MS);
  const over = page.getByRole('button', { name: 'Start over' });
  if (await over.isVisible()) {
    await over.click();
    await over.waitFor({ state: 'detached' });
  }
  if (wide) await amount.fill('12.50+3*4');
  else for (const key of ['1', '2', 'Decimal sign', '5', 'Plus', '3', 'Times', '4']) await page.getByRole('button', { name: key, exact: true }).click();
  await page.getByRole('button', { name: 'Groceries', exact: true }).click();
}

/** The first transaction with a photo of its receipt; the first size adds it. */
async function receipt(page: Page): Promise<void> {
  await page.locator('main li button').first().click();
  const strip = page.getByRole('region', { name: 'Receipts' });
  await strip.waitFor();
  await page.waitForTimeout(SETTLE_MS);
  if ((await strip.locator('img').count()) === 0) {
    await strip.locator('input[type=file]:not([capture])').setInputFiles({ name: 'Market.png', mimeType: 'image/png', buffer: png(600, 900, 1) });
  }
  await strip.locator('img').first().waitFor();
  await strip.scrollIntoViewIfNeeded();
}

export const FIRST_RUN: Screen[] = [
  { name: 'welcome', path: '/welcome' },
  { name: 'sign-up', path: '/sign-up', ready: 'Your name' },
  { name: 'sign-in', path: '/sign-in', ready: 'Welcome back', act: press('Sign in') },
  { name: 'sign-in-code', path: '/sign-in/code', ready: 'Send the code' },
  { name: 'reset', path: '/reset', ready: 'Send the link' },
  { name: 'reset-choose', path: '/reset#token', ready: 'Keep the password' },
  { name: 'confirm', path: '/confirm#token', ready: 'Confirm address' },
  { name: 'join-over', path: '/join#token', ready: 'This invitation can no longer be taken' },
  { name: 'signed-in', path: '/signed-in#problem=provider_denied', ready: 'Back to sign-in' },
  { name: 'start', path: '/start', ready: 'A blank book' }
];

/** With an invitation that can be taken. */
export const joining = (token: string): Screen[] => [{ name: 'join', path: `/join#${token}`, ready: 'invites you to' }];

/** Inside a phone's own app. */
export const SHELL: Screen[] = [
  { name: 'server', path: '/server', ready: 'Look for it' },
  { name: 'server-found', path: '/server', ready: 'Look for it', act: async (page) => { await page.getByLabel('Address').fill(new URL(page.url()).origin); await press('Look for it')(page); await page.getByText('Use this server').waitFor(); } }
];

export const BLANK: Screen[] = [
  { name: 'home-empty', path: '/', ready: 'Your book is ready' },
  { name: 'transactions-empty', path: '/transactions', ready: 'No transactions yet' },
  { name: 'calendar-empty', path: '/transactions?view=calendar', act: async (page) => { await page.locator('[aria-current=date]').waitFor(); } },
  { name: 'stats-empty', path: '/stats', ready: 'No transactions yet' },
  { name: 'accounts-empty', path: '/accounts', ready: 'Net worth' },
  { name: 'attention-empty', path: '/attention', ready: 'Nothing needs you' },
  { name: 'add-empty', path: '/', ready: 'Your book is ready', act: async (page) => { await press('New transaction')(page); await page.getByLabel('Amount', { exact: true }).waitFor(); } },
  { name: 'budgets-empty', path: '/budgets', ready: 'No budgets yet' },
  { name: 'schedules-empty', path: '/schedules', ready: 'Nothing comes round yet' },
  { name: 'import-local', path: '/settings/import', ready: 'Importing needs an account' },
  { name: 'account-local', path: '/settings/account', ready: 'Delete this book' }
];

export const BOOK: Screen[] = [
  { name: 'home', path: '/', ready: 'Recent months', act: async (page) => { await page.locator('svg [data-mark]').first().waitFor(); } },
  { name: 'home-unusual', path: '/', ready: 'Recent months', act: async (page) => { await page.getByRole('heading', { name: 'Unusual' }).scrollIntoViewIfNeeded(); } },
  { name: 'home-other-amount', path: '/', ready: 'Upcoming', act: press('Other amount') },
  { name: 'home-cards', path: '/', ready: 'Last transactions', act: press('Arrange cards') },
  { name: 'transactions', path: '/transactions', ready: 'Yesterday' },
  { name: 'transactions-monthly', path: '/transactions', ready: 'Yesterday', act: async (page) => { await view('Monthly')(page); await press(/^October/)(page); } },
  { name: 'transactions-annual', path: '/transactions', ready: 'Yesterday', act: async (page) => { await view('Annual')(page); await page.getByRole('button', { name: /^2025/ }).waitFor(); } },
  { name: 'transactions-period', path: '/transactions', ready: 'Yesterday', act: async (page) => { await view('Period')(page); await page.getByText('Yesterday').first().waitFor(); } },
  { name: 'transactions-calendar', path: '/transactions', ready: 'Yesterday', act: async (page) => { await view('Calendar')(page); await page.getByRole('button', { name: /November/ }).nth(3).waitFor(); } },
  { name: 'transactions-search', path: '/transactions', ready: 'Yesterday', act: async (page) => { await page.getByRole('searchbox').fill('market'); await page.getByText(/^\d+ transactions$/).waitFor(); await page.locator('li button').first().waitFor(); } },
  { name: 'transactions-nothing', path: '/transactions?text=zzzz', ready: 'Nothing found' },
  { name: 'transactions-filter', path: '/transactions', ready: 'Yesterday', act: async (page) => { await press('Filter')(page); await press(/^Category/)(page); await page.getByRole('checkbox', { name: 'Groceries' }).check(); } },
  { name: 'transactions-found', path: '/transactions?kind=expense&min_minor=2000', ready: 'Save this filter' },
  {
    name: 'transactions-selected',
    path: '/transactions',
    ready: 'Yesterday',
    act: async (page) => {
      await press('Select')(page);
      for (const at of [0, 1, 3]) await page.locator('main li button').nth(at).click();
      await page.getByText('3 selected').waitFor();
    }
  },
  { name: 'palette', path: '/transactions', ready: 'Yesterday', act: async (page) => { await page.keyboard.press('Control+k'); await page.getByRole('combobox', { name: 'Commands and search' }).fill('mar'); await page.getByRole('option', { name: /Search transactions for/ }).waitFor(); } },
  { name: 'shortcuts', path: '/transactions', ready: 'Yesterday', act: async (page) => { await page.keyboard.press('?'); await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor(); } },
  { name: 'add', path: '/', ready: 'Last transactions', act: add },
  { name: 'receipt', path: '/transactions', ready: 'Yesterday', act: receipt },
  { name: 'receipt-shown', path: '/transactions', ready: 'Yesterday', act: async (page) => { await receipt(page); await press('Open Market.jpg')(page); await page.locator('dialog[aria-label="Market.jpg"] img').waitFor(); } },
  { name: 'transactions-receipt', path: '/transactions?with_receipt=true', ready: 'With a receipt' },
  {
    name: 'add-split',
    path: '/',
    ready: 'Last transactions',
    act: async (page, wide) => {
      await add(page, wide);
      await press('Split over categories')(page);
      const parts = page.locator('input[inputmode=decimal]').filter({ visible: true });
      await (wide ? parts.nth(1) : parts.nth(0)).fill('20');
    }
  },
  {
    name: 'add-transfer',
    path: '/',
    ready: 'Last transactions',
    act: async (page, wide) => {
      await add(page, wide);
      await view('Transfer')(page);
      await page.getByLabel('To', { exact: true }).selectOption({ label: 'Dollar account' });
      await page.getByLabel('Arrives', { exact: true }).evaluate((node: HTMLInputElement) => {
        node.value = '26.40';
        node.dispatchEvent(new Event('input', { bubbles: true }));
      });
    }
  },
  {
    name: 'add-line',
    path: '/',
    ready: 'Last transactions',
    act: async (page, wide) => {
      await add(page, wide);
      await page.getByLabel('Add in one line').fill('lunch 12+3.50 at Luigi #team yesterday');
      await page.getByRole('list', { name: 'Understood' }).waitFor();
    }
  },
  { name: 'add-repeat', path: '/', ready: 'Last transactions', act: async (page, wide) => { await add(page, wide); await press('Repeat')(page); await page.getByText('Next: ').waitFor(); } },
  { name: 'add-template', path: '/', ready: 'Last transactions', act: async (page, wide) => { await add(page, wide); await press('Keep as template')(page); await page.getByText('With the amount').waitFor(); } },
  { name: 'settings-templates', path: '/settings/templates', ready: 'No templates yet' },
  { name: 'edit', path: '/transactions', ready: 'Yesterday', act: async (page) => { await page.locator('li button').filter({ visible: true }).first().click(); await page.getByText('Save changes').waitFor(); } },
  { name: 'stats', path: '/stats', ready: 'Trend by category' },
  { name: 'stats-inside', path: '/stats', ready: 'Trend by category', act: async (page) => { await page.locator('[id^=part-]').filter({ hasText: 'Food & drink' }).click(); await page.getByRole('button', { name: 'All categories' }).waitFor(); } },
  { name: 'stats-table', path: '/stats', ready: 'Trend by category', act: press(/Trend by type as a table/) },
  { name: 'stats-year', path: '/stats', ready: 'Trend by category', act: view('Year') },
  { name: 'stats-flow', path: '/stats', ready: 'Money flow', act: async (page) => { await page.getByRole('heading', { name: 'Money flow' }).scrollIntoViewIfNeeded(); await page.mouse.wheel(0, 300); } },
  { name: 'stats-year-ago', path: '/stats', ready: 'Money flow', act: view('A year ago') },
  { name: 'stats-todays-rate', path: '/stats', ready: 'Money flow', act: async (page) => { await view('At today’s rate')(page); await page.getByText('at the newest rates').waitFor(); await page.evaluate(() => localStorage.removeItem('outlay.valuation')); } },
  { name: 'stats-save', path: '/stats', ready: 'Money flow', act: press('Save Money flow') },
  { name: 'accounts-overview', path: '/accounts/overview', ready: 'Income and expense by account' },
  { name: 'accounts-order', path: '/accounts', ready: 'Net worth', act: press('Order of accounts') },
  { name: 'reconcile', path: '/accounts', ready: 'Net worth', act: async (page) => { await page.getByRole('link', { name: /Wallet/ }).first().click(); await press('Reconcile')(page); await page.getByText(/open entr/).waitFor(); await page.getByLabel('Balance on the statement').fill('150.00'); await page.locator('dialog input[type=checkbox]').first().check(); } },
  { name: 'accounts', path: '/accounts', ready: 'Net worth' },
  { name: 'account', path: '/accounts', ready: 'Net worth', act: async (page) => { await page.getByRole('link', { name: /Everyday account/ }).first().click(); await page.getByRole('button', { name: 'Reconcile' }).waitFor(); } },
  { name: 'account-edit', path: '/accounts', ready: 'Net worth', act: press('Add account') },
  { name: 'budgets', path: '/budgets', ready: 'By category' },
  { name: 'budgets-table', path: '/budgets', ready: 'By category', act: press('By category as a table') },
  { name: 'budget-add', path: '/budgets', ready: 'By category', act: async (page) => { await press('New budget')(page); await page.getByLabel('For', { exact: true }).selectOption({ label: 'Pets' }).catch(() => undefined); await page.getByText('Spent in the periods before').waitFor({ timeout: 5000 }).catch(() => undefined); } },
  { name: 'budget-edit', path: '/budgets', ready: 'By category', act: press(/^Edit the budget for Food/) },
  { name: 'schedules', path: '/schedules', ready: 'In an average month' },
  { name: 'schedule-add', path: '/schedules?new', ready: 'First day' },
  { name: 'schedule-edit', path: '/schedules', ready: 'In an average month', act: async (page) => { await page.getByRole('button', { name: /^Washing machine/ }).last().click(); await page.getByText('Add by itself').waitFor(); } },
  { name: 'schedule-instance', path: '/schedules', ready: 'Waiting for you', act: press('Other amount') },
  { name: 'settings', path: '/settings', ready: 'Alex Demo' },
  { name: 'settings-account', path: '/settings/account', ready: 'Log out' },
  { name: 'settings-photo', path: '/settings/account', ready: 'Choose a picture', act: async (page) => { await page.locator('input[type=file]').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: png(900, 600, 1) }); await page.getByRole('slider').waitFor(); } },
  { name: 'settings-ways', path: '/settings/ways', ready: 'Any one of them lets you in' },
  { name: 'settings-password', path: '/settings/ways', ready: 'Any one of them lets you in', act: press(/^Password/) },
  { name: 'settings-categories', path: '/settings/categories', ready: 'Food & drink' },
  { name: 'settings-category', path: '/settings/categories', ready: 'Food & drink', act: press(/^Food/) },
  { name: 'settings-payees', path: '/settings/payees', ready: /entries/ },
  { name: 'settings-tags', path: '/settings/tags', ready: /entries/ },
  { name: 'settings-tag', path: '/settings/tags', ready: /entries/, act: async (page) => { await page.locator('main .group button').last().click(); await page.getByText('Delete tag').waitFor(); } },
  { name: 'settings-order', path: '/settings/categories', ready: 'Food & drink', act: press('Order of categories') },
  { name: 'settings-rates', path: '/settings/rates', ready: 'Add rate' },
  { name: 'settings-rate', path: '/settings/rates', ready: 'Add rate', act: async (page) => { await page.locator('main .group button').first().click(); await page.getByText('Delete the rate').waitFor(); } },
  { name: 'settings-rates-file', path: '/settings/rates', ready: 'Add rate', act: async (page) => { await page.locator('input[type=file]').setInputFiles({ name: 'eurofxref.csv', mimeType: 'text/csv', buffer: Buffer.from('Date, USD, JPY, GBP, CHF, \n13 April 2026, 1.1684, 186.75, 0.87058, 0.9242, \n') }); await page.getByText(/Bring in/).waitFor(); } },
  { name: 'settings-defaults', path: '/settings/defaults', ready: 'First day of the week' },
  { name: 'settings-security', path: '/settings/security', ready: 'Second factor' },
  { name: 'settings-lock', path: '/settings/lock', ready: 'Switch the lock on' },
  { name: 'settings-lock-pin', path: '/settings/lock', ready: 'Switch the lock on', act: press('Switch the lock on') },
  { name: 'settings-look', path: '/settings/look', ready: 'Kept on this device.' },
  { name: 'settings-language', path: '/settings/language', ready: 'As the browser' },
  { name: 'settings-devices', path: '/settings/devices', ready: 'Signed in' },
  { name: 'settings-import', path: '/settings/import', ready: 'Choose a file' },
  { name: 'settings-import-preview', path: '/settings/import', ready: 'Choose a file', act: preview },
  { name: 'settings-household', path: '/settings/household', ready: 'Invite somebody' },
  { name: 'settings-privacy', path: '/settings/privacy', ready: 'Make a copy' },
  { name: 'settings-address', path: '/settings/privacy', ready: 'Make a copy', act: async (page) => { await page.route('**/users/me/exports', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{"code":"email_unconfirmed"}' }) : route.fallback())); await press('Make a copy')(page); await page.getByRole('dialog').getByRole('button', { name: 'I have opened it' }).waitFor(); await page.unroute('**/users/me/exports'); } },
  { name: 'settings-step-up', path: '/settings/privacy', ready: 'Make a copy', act: async (page) => { await page.route('**/users/me/exports', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{"code":"step_up_required"}' }) : route.fallback())); await press('Make a copy')(page); await page.getByRole('dialog').getByLabel('Password', { exact: true }).waitFor(); } },
  { name: 'settings-delete', path: '/settings/privacy', ready: 'Make a copy', act: press('Delete account') },
  { name: 'settings-export', path: '/settings/export', ready: 'Save a backup' },
  { name: 'attention', path: '/attention', ready: 'Nothing needs you' },
  { name: 'lost', path: '/nowhere', ready: 'There is nothing here' }
];

/** While the first page of the book is on its way. */
/** Of a book that has come from no device. */
export const BARE: Screen[] = [
  { name: 'home-bare', path: '/', ready: 'Nothing has come of this book yet' },
  { name: 'add-bare', path: '/', ready: 'Nothing has come of this book yet', act: async (page, wide) => { await press('New transaction')(page); await page.locator('form').getByText('Nothing has come of this book yet').waitFor({ state: wide ? 'attached' : 'visible' }); } },
  { name: 'accounts-bare', path: '/accounts', ready: 'Nothing has come of this book yet' }
];

export const OPENING: Screen[] = [
  { name: 'home-opening', path: '/', ready: 'Fetching your book …' },
  {
    name: 'add-opening',
    path: '/',
    ready: 'Fetching your book …',
    act: async (page, wide) => {
      await press('New transaction')(page);
      await page.getByText('You can type already.').waitFor();
      if (wide) await page.getByLabel('Amount', { exact: true }).fill('12.50');
      else for (const key of ['1', '2']) await page.getByRole('button', { name: key, exact: true }).click();
    }
  }
];

/** With the newest of the book, while the rest is on its way. */
export const HYDRATING: Screen[] = [
  { name: 'home-hydrating', path: '/', ready: /Fetching your book: \d+/, act: async (page) => { await page.getByText('Recent months').waitFor(); } },
  { name: 'transactions-hydrating', path: '/transactions', ready: 'Yesterday' }
];

/** Queries that cannot be read, by the tab's `broken` (breakage.ts). */
export const FAILING: Screen[] = [
  { name: 'home-failing', path: '/', ready: 'This could not be read just now.' },
  { name: 'transactions-failing', path: '/transactions', ready: 'This could not be read just now.' },
  { name: 'stats-failing', path: '/stats', ready: 'This could not be read just now.' }
];
/** Their counts are there, the rows are not. */
export const ROWLESS: Screen[] = [{ name: 'transactions-rowless', path: '/transactions', ready: 'This could not be read just now.' }];

export const LOCKED: Screen[] = [{ name: 'locked', path: '/', ready: 'Outlay is locked' }];

const rows = async (page: Page) => { await page.locator('main li button').filter({ visible: true }).first().waitFor(); };
const marks = async (page: Page) => { await page.locator('main svg [data-mark]').first().waitFor(); };
const edit = async (page: Page) => { await rows(page); await page.locator('main li button').filter({ visible: true }).first().click(); await page.locator('[data-field=amount] input').waitFor(); };
const filter = async (page: Page) => { await rows(page); await page.locator('main button[aria-haspopup=dialog]').filter({ visible: true }).first().click(); await page.getByRole('dialog').waitFor(); };

const content = async (page: Page) => { await page.locator('main :is(.group, form, dl, svg)').filter({ visible: true }).last().waitFor(); await page.waitForTimeout(SETTLE_MS); };

/** In another language: nothing is found by its words. */
const foreign = (language: string): Screen[] => [
  { name: `${language}-home`, path: '/', act: marks },
  { name: `${language}-transactions`, path: '/transactions', act: rows },
  { name: `${language}-calendar`, path: '/transactions?view=calendar', act: async (page) => { await page.locator('[aria-current=date]').waitFor(); } },
  { name: `${language}-edit`, path: '/transactions', act: edit },
  { name: `${language}-filter`, path: '/transactions', act: filter },
  { name: `${language}-stats`, path: '/stats', act: marks },
  { name: `${language}-accounts`, path: '/accounts', act: content },
  { name: `${language}-budgets`, path: '/budgets', act: content },
  { name: `${language}-schedules`, path: '/schedules', act: content },
  { name: `${language}-settings`, path: '/settings' },
  { name: `${language}-defaults`, path: '/settings/defaults', act: content },
  { name: `${language}-ways`, path: '/settings/ways', act: content },
  { name: `${language}-security`, path: '/settings/security', act: content },
  { name: `${language}-privacy`, path: '/settings/privacy', act: content }
];
export const FOREIGN = ['ar', 'de', 'es', 'hi', 'zh'].map((language) => [language, foreign(language)] as const);

export const OFFLINE: Screen[] = [
  { name: 'home-offline', path: '/', ready: /^Offline/, act: async (page) => { await page.getByText('Recent months').waitFor(); } },
  { name: 'stats-offline', path: '/stats', ready: 'Trend by category' },
  { name: 'import-offline', path: '/settings/import', ready: 'Importing needs a connection' },
  { name: 'privacy-offline', path: '/settings/privacy', ready: 'What the server keeps' },
  { name: 'devices-offline', path: '/settings/devices', ready: /needs a connection/ }
];

export const IMPORTED: Screen[] = [
  { name: 'settings-import-done', path: '/settings/import', ready: 'Choose a file', act: bringIn }
];

export const ATTENTION: Screen[] = [
  { name: 'home-attention', path: '/', ready: /need(s)? your attention/ },
  { name: 'attention-two', path: '/attention', ready: 'Changed on two devices' },
  { name: 'transactions-attention', path: '/transactions', ready: 'Yesterday' },
  { name: 'history', path: '/attention', ready: 'History', act: async (page) => { await page.getByRole('link', { name: 'History' }).first().click(); await page.getByText('Take this back').first().waitFor(); } }
];

/** The first size settles the conflict, the second sees it settled. */
export const TAKEN: Screen[] = [
  { name: 'attention-taken', path: '/attention', act: async (page) => { const take = page.getByRole('button', { name: 'Take the other' }).first(); await page.locator('article').first().waitFor(); if (await take.isVisible()) { await take.click(); await take.waitFor({ state: 'detached' }); } } }
];

/** While the page has no network something else changes what the page changes, and deletes the account that it writes to. */
export async function disagree(page: Page, server: { url: string; email: string; password: string }): Promise<void> {
  let token = '';
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
  token = (await ask<{ access_token: string }>('POST', 'auth/sign-in', { email: server.email, password: server.password })).access_token;
  const spare = await ask<{ id: string }>('POST', 'accounts', { name: 'Holiday cash', kind: 'cash', currency: 'EUR' });
  await page.context().setOffline(false);
  await page.goto(`${server.url}/accounts`);
  await page.getByText('Holiday cash').first().waitFor();
  const [target] = (await ask<{ items: { id: string; amount_minor: number }[] }>('GET', 'transactions?kind=expense&limit=1')).items;
  await page.context().setOffline(true);

  await add(page, true);
  await page.getByLabel('Account', { exact: true }).selectOption({ label: 'Holiday cash' });
  await page.getByRole('button', { name: 'Save', exact: true }).filter({ visible: true }).first().click();
  await page.getByRole('button', { name: 'Save', exact: true }).first().waitFor({ state: 'detached' });
  await page.goto(`${server.url}/transactions?kind=expense`);
  await page.locator('li button', { hasText: ((target?.amount_minor ?? 0) / 100).toFixed(2) }).first().click();
  await page.getByLabel('Note').fill('Shared with Anna');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.waitForTimeout(SETTLE_MS);

  await ask('PATCH', `transactions/${target?.id}`, { note: 'Paid back in cash' });
  await ask('DELETE', `accounts/${spare.id}`);
  await page.context().setOffline(false);
  await page.goto(server.url);
  await page.getByText(/need(s)? your attention/).filter({ visible: true }).first().waitFor();
}

/** A bank's file as banks write them: a day that does not say its order, a faulty row, no account named. */
async function preview(page: Page): Promise<void> {
  const rows = ['Date;Payee;Purpose;Amount', '03/04/2026;Corner Bakery;Breakfast;-12,40', '04/05/2026;Brightwater;Salary;2.500,00', '31/02/2026;Nobody;;-1,00', '06/06/2026;Metro;Ticket;-3,20'];
  await page.locator('input[type=file]').setInputFiles({ name: 'statement.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) });
  await page.getByText('statement.csv').first().waitFor();
}

async function bringIn(page: Page): Promise<void> {
  await preview(page);
  const open = page.locator('select').filter({ has: page.locator('option[value=""]:checked') });
  const commit = page.getByRole('button', { name: /^Import \d+ transaction/ });
  for (let tries = 0; tries < 6 && !(await commit.isEnabled()); tries += 1) {
    if (await open.count()) await open.first().selectOption({ index: 1 });
    await page.waitForTimeout(500);
  }
  await commit.click();
  await page.getByText(/\d+ transactions? imported/).first().waitFor();
}
