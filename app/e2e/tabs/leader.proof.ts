// Four tabs of one person on one device: the one that owns the database dies at the worst moment.
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Device } from '../harness.ts';
import type { Pages } from '../pages.ts';
import type { Front } from './front.ts';
import { agree, leads, notes, openPlace, openTab, type Place, type Rest, spend, spendMany, until } from './tabs.ts';

let place: Place;
let front: Front;
let pages: Pages;
let device: Device;
let rest: Rest;
let tabs: Page[];

beforeAll(async () => {
  place = await openPlace();
  ({ front, pages } = place);
});

afterAll(() => place?.close());

beforeEach(async () => {
  const newcomer = await place.newcomer();
  ({ device, rest } = newcomer);
  tabs = [newcomer.page];
  for (let n = 0; n < 3; n++) tabs.push(await openTab(device.context, pages.url));
  expect(await Promise.all(tabs.map(leads))).toEqual([true, false, false, false]);
});

afterEach(() => device?.close());

/** Ends the renderer of one tab, as the system does when memory runs out. */
async function crash(page: Page): Promise<void> {
  const line: CDPSession = await page.context().newCDPSession(page);
  const gone = new Promise((resolve) => page.once('crash', resolve));
  void line.send('Page.crash').catch(() => undefined);
  await gone;
}

const ENDS: [string, (page: Page) => Promise<void>][] = [['closed', (page) => page.close()], ['crashed', crash]];

it.each(ENDS)('the leader is %s after the server took its push and before it heard so', async (_, end) => {
  const [leader, second, third, fourth] = tabs as [Page, Page, Page, Page];
  const held = front.hold('/sync/push', 'answer');
  await spend(leader, 'from the leader');
  await held.arrived;
  const more = Promise.all([spend(second, 'from the second'), spend(third, 'from the third')]);
  const many = spendMany(fourth, ['a', 'b', 'c', 'd', 'e']);
  await end(leader);
  held.release();
  await Promise.all([more, many]);
  const living = [second, third, fourth];
  await expect.poll(async () => (await Promise.all(living.map(leads))).filter(Boolean)).toHaveLength(1);
  const all = ['from the leader', 'from the second', 'from the third', 'a', 'b', 'c', 'd', 'e'];
  for (const tab of living) await agree(tab, rest, all);
});

it('the leader is closed before the server has its push, and the next one too', async () => {
  const [leader, second, third, fourth] = tabs as [Page, Page, Page, Page];
  const held = front.hold('/sync/push', 'request');
  const again = front.hold('/sync/push', 'request');
  await spend(leader, 'one');
  await held.arrived;
  await leader.close();
  await again.arrived;
  const living = [second, third, fourth];
  const leading = async () => (await Promise.all(living.map(leads))).indexOf(true);
  await expect.poll(leading).not.toBe(-1);
  const at = await leading();
  await living[at]!.close();
  const rest_of_them = living.filter((_, index) => index !== at);
  // what the dead ones had sent reaches the server late, beside the third leader's own
  held.release();
  again.release();
  await spend(rest_of_them[0]!, 'two');
  for (const tab of rest_of_them) await agree(tab, rest, ['one', 'two']);
});

it('a save that was answered is there after a reload at once, in every tab', async () => {
  front.down = true;
  for (const tab of tabs) {
    const note = `in tab ${tabs.indexOf(tab)}`;
    await spend(tab, note);
    await tab.reload();
    await tab.evaluate(() => window.outlay.ready);
    expect(await notes(tab)).toContain(note);
  }
  front.down = false;
  await tabs[0]!.evaluate(() => window.outlay.sync.now());
  for (const tab of tabs) await agree(tab, rest, ['in tab 0', 'in tab 1', 'in tab 2', 'in tab 3']);
  expect(new Set(front.pushes.filter(({ person_id }) => person_id === rest.person_id).map(({ device: id }) => id)).size).toBe(1);
});

it('the whole browser is ended while four tabs write', async () => {
  const held = front.hold('/sync/push', 'answer');
  await Promise.all(tabs.map((tab, at) => spend(tab, `tab ${at}`)));
  await held.arrived;
  device = await device.reopen();
  held.release();
  const page = await openTab(device.context, pages.url);
  await until(page, 'window.appStatus().session === "signed_in"');
  await agree(page, rest, ['tab 0', 'tab 1', 'tab 2', 'tab 3']);
});
