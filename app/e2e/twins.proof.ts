// Every chart by keyboard: its table, its picture and its file, each checked against the others and against the server.
import { readFile } from 'node:fs/promises';
import type { Download, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { go, secondContext } from './harness.ts';
import { Keys } from './keys.ts';
import { DESKTOP } from './newcomer.ts';
import { served } from './served.ts';

const at = served();
let page: Page;
let keys: Keys;

beforeAll(async () => {
  const context = await secondContext(at.browser, { viewport: DESKTOP, locale: 'en-IE', acceptDownloads: true });
  page = await context.newPage();
  keys = new Keys(page);
  await page.goto(`${at.server.url}/start`);
  await page.getByRole('button', { name: /sample/i }).first().click();
  await page.getByText('Last transactions').waitFor();
});

/** A file by the second row of a chart's sheet, or the first. */
async function saved(title: string, what: RegExp): Promise<{ name: string; bytes: Buffer }> {
  // the stop before the switch to the table
  await keys.reach(new RegExp(`^Save ${title}$`), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: title }).waitFor();
  await keys.reach(what);
  const [file] = await Promise.all<[Promise<Download>, Promise<void>]>([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await keys.back(new RegExp(`^Save ${title}$`));
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** Rows of RFC 4180 without line breaks in them. */
const parsed = (text: string): string[][] =>
  text.trimEnd().split('\r\n').map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => (quoted ?? plain ?? '').replaceAll('""', '"')));

const number = (text: string) => Number(text.replaceAll('−', '-').replace(/[^\d.-]/g, ''));

/** Not one colour: something is drawn. */
const drawn = (bytes: Buffer) =>
  page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
    return { width: image.width, height: image.height, colours: new Set(pixels).size };
  }, bytes.toString('base64'));

async function twins(title: string): Promise<void> {
  const card = page.getByRole('region', { name: title, exact: true });
  await card.locator('svg[data-chart]').waitFor();
  await keys.leaveFields();
  await keys.press(new RegExp(`^${title} as a table$`));
  await keys.back(new RegExp(`^${title} as a chart$`));
  const rows = await card.locator('table tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.trim())));
  expect(rows.length).toBeGreaterThan(1);

  const file = await saved(title, /CSV/);
  expect(file.name).toMatch(/^outlay-.*\.csv$/);
  const [head, ...lines] = parsed(file.bytes.toString('utf8'));
  expect(lines).toHaveLength(rows.length - 1);
  const currency = (at: number) => head![at]!.endsWith(' currency');
  const shown = head!.map((_, at) => at).filter((at) => !currency(at));
  expect(shown.map((at) => head![at])).toEqual(rows[0]);
  lines.forEach((line, place) =>
    shown.forEach((at, column) => {
      const [exported, seen] = [line[at]!, rows[place + 1]![column]!];
      if (column === 0) expect(exported).toBe(seen);
      else if (exported === '' || seen === '') expect([exported, seen]).toEqual(['', '']);
      // a share is rounded on the screen
      else expect(Math.abs(number(exported) - number(seen)), `${title}: ${exported} is ${seen}`).toBeLessThanOrEqual(seen.includes('%') ? 0.5 : 0);
      if (head![at + 1] !== undefined && currency(at + 1) && exported !== '') expect(line[at + 1]).toBe('EUR');
    })
  );

  // a picture is of the chart, also while its table is shown
  const picture = await saved(title, /PNG/);
  expect(picture.name).toMatch(/^outlay-.*\.png$/);
  const { width, height, colours } = await drawn(picture.bytes);
  expect(Math.min(width, height)).toBeGreaterThan(300);
  expect(colours).toBeGreaterThan(20);
  await keys.press(new RegExp(`^${title} as a chart$`));
  await card.locator('svg[data-chart]').waitFor();
}

test('the chart of home', async () => {
  await twins('Recent months');
});

test('the charts of Stats', async () => {
  await go(page, '/stats');
  for (const title of ['Where money goes', 'Trend by type', 'Trend by category', 'Money flow', 'Net worth over time']) await twins(title);
  await page.getByRole('radio', { name: 'Income', exact: true }).first().check({ force: true });
  await twins('Where money comes from');
});

test('the charts of accounts, and the table that is one', async () => {
  await go(page, '/accounts/overview');
  await twins('Net worth');
  await keys.leaveFields();
  await keys.reach(/^Save Income and expense by account$/);
  const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  const lines = parsed((await readFile(await file.path())).toString('utf8'));
  expect(lines[0]).toEqual(['Account', 'Income', 'Income currency', 'Expense', 'Expense currency', 'Balance', 'Balance currency']);
  expect(lines.length).toBeGreaterThan(2);
  await page.getByRole('link', { name: /Current|Bank|Checking/ }).first().click();
  await page.getByRole('button', { name: 'Edit account' }).waitFor();
  await twins('Balance');
});
