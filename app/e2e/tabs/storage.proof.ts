// The device's storage fails: no room, or cleared under the app's feet or before it starts.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Device } from '../harness.ts';
import type { Pages } from '../pages.ts';
import type { Front } from './front.ts';
import { agree, notes, openPlace, openTab, type Place, type Rest, settled, signIn, spend, state, until } from './tabs.ts';

let place: Place;
let front: Front;
let pages: Pages;
let device: Device;
let email: string;
let page: Page;
let rest: Rest;

beforeAll(async () => {
  place = await openPlace();
  ({ front, pages } = place);
});

afterAll(() => place?.close());

beforeEach(async () => {
  ({ device, email, page, rest } = await place.newcomer());
});

afterEach(() => device?.close());

const origin = () => new URL(pages.url).origin;

async function setQuota(bytes?: number): Promise<void> {
  const line = await page.context().newCDPSession(page);
  await line.send('Storage.overrideQuotaForOrigin', { origin: origin(), ...(bytes === undefined ? {} : { quotaSize: bytes }) });
}

const trySpend = (note: string) => spend(page, note).then(() => null, (error: Error) => error.message);
const storage = () => page.evaluate(() => window.appStatus().storage);

/** What a browser removes when room runs short, or a person clears the site's data: all but the cookies. */
const DATA = 'file_systems,indexeddb,local_storage,cache_storage,service_workers';

async function clear(what = DATA): Promise<void> {
  const line = await page.context().newCDPSession(page);
  await line.send('Storage.clearDataForOrigin', { origin: origin(), storageTypes: what });
}

it('no room: said in words, nothing half written, and it works again when there is some', async () => {
  front.down = true;
  await spend(page, 'before');
  await setQuota(1);
  const saved = ['before'];
  let problem: string | null = null;
  for (let n = 0; n < 2000 && problem === null; n++) {
    const note = `${n} ${'x'.repeat(1500)}`;
    problem = await trySpend(note);
    if (problem === null) saved.push(note);
  }
  expect(problem).toMatch(/no room left/);
  await expect.poll(storage).toMatchObject({ error: { code: 'storage_full' } });
  expect(await notes(page)).toEqual([...saved].sort());
  await expect.poll(async () => (await state(page)).unsent).toBe(saved.length);
  // what comes from elsewhere cannot be kept either: it waits
  await rest.ask('POST', `payees?book=${rest.books[0]!.id}`, { name: 'From elsewhere' });
  front.down = false;
  await page.evaluate(() => window.outlay.sync.now());
  await setQuota();
  await spend(page, 'after');
  await expect.poll(storage).not.toHaveProperty('error');
  await page.evaluate(() => window.outlay.sync.now());
  await agree(page, rest, [...saved, 'after']);
  const payees = () => page.evaluate(async () => (await window.outlay.query('payees', {})).map(({ name }) => name));
  await expect.poll(payees).toEqual(['From elsewhere']);
});

it('cleared while it is open: it says what is only in this window, sends it from there, and the next start is a new device', async () => {
  const other = await openTab(device.context, pages.url);
  await spend(page, 'sent');
  await settled(page);
  front.down = true;
  await spend(page, 'not sent');
  const before = front.pushes.at(-1)!.device;
  await clear();
  await until(page, `window.appStatus().storage.error?.code === 'storage_cleared'`);
  await expect.poll(storage).toMatchObject({ error: { message: expect.stringMatching(/only in this window/), params: { count: 1 } } });
  await spend(other, 'and more');
  expect((await page.evaluate(() => window.outlay.sync.unsent())).mutations).toHaveLength(2);
  front.down = false;
  await page.evaluate(() => window.outlay.sync.now());
  await agree(page, rest, ['and more', 'not sent', 'sent']);
  await expect.poll(storage).toMatchObject({ error: { message: expect.stringMatching(/Everything is on the server/) } });
  await page.close();
  page = other;
  await until(page, `window.appStatus().leader && !window.appStatus().storage.error`);
  await agree(page, rest, ['and more', 'not sent', 'sent']);
  await spend(page, 'on the new device');
  await agree(page, rest, ['and more', 'not sent', 'on the new device', 'sent']);
  expect(front.pushes.at(-1)!.device).not.toBe(before);
});

it('cleared before it starts: a new device, which fetches all again', async () => {
  await spend(page, 'sent');
  await settled(page);
  const before = front.pushes.at(-1)!.device;
  await page.goto('about:blank');
  await clear();
  await page.goto(pages.url);
  await page.evaluate(() => window.outlay.ready);
  expect(await page.evaluate(() => window.appStatus().session)).toBe('none');
  await signIn(page, email);
  await settled(page);
  await spend(page, 'and on');
  await agree(page, rest, ['and on', 'sent']);
  expect(front.pushes.at(-1)!.device).not.toBe(before);
});
