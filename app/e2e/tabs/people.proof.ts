// Who is signed in changes while a device works: tokens end, sessions end, somebody else takes the device, an
// account or a membership is gone. Nothing is lost and nothing leaves under another person's name.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Device, openDevice, type Server, share } from '../harness.ts';
import type { Pages } from '../pages.ts';
import type { Front } from './front.ts';
import { address, agree, notes, openPlace, openTab, PASSWORD, type Place, Rest, settled, signIn, spend, state, until } from './tabs.ts';

const TOKEN_S = 4;

let place: Place;
let server: Server;
let front: Front;
let pages: Pages;
let device: Device;
let email: string;
let page: Page;
let rest: Rest;

beforeAll(async () => {
  place = await openPlace({ OUTLAY_ACCESS_TOKEN_S: String(TOKEN_S) });
  ({ server, front, pages } = place);
});

afterAll(() => place?.close());

beforeEach(async () => {
  ({ device, email, page, rest } = await place.newcomer());
});

afterEach(() => device?.close());

const signOut = (on: Page) => on.evaluate(() => window.outlay.identity.signOut());
const needsSignIn = (on: Page) => until(on, `window.appStatus().session === 'needs_auth'`);

it('an access token ends in mid-push: one refresh, the same push again, and saving goes on', async () => {
  const other = await openTab(device.context, pages.url);
  const held = front.hold('/sync/push', 'request');
  await spend(page, 'before the end');
  await held.arrived;
  const { token } = front.pushes.at(-1)!;
  const before = front.counts.get('/auth/refresh') ?? 0;
  const begun = Date.now();
  const alive = async () => (await fetch(`${server.url}/api/v1/users/me`, { headers: { authorization: `Bearer ${token}` } })).status;
  await expect.poll(alive, { interval: 100 }).toBe(401);
  await Promise.all([spend(page, 'while it is over'), spend(other, 'in another tab')]);
  held.release();
  await agree(page, rest, ['before the end', 'while it is over', 'in another tab']);
  // a refresh token that is used twice would have ended the session
  const tokens = Math.ceil((Date.now() - begun) / (1000 * TOKEN_S));
  expect(front.counts.get('/auth/refresh')! - before).toBeLessThanOrEqual(4 + tokens);
  expect(await page.evaluate(() => window.appStatus().session)).toBe('signed_in');
});

it('a session that was ended elsewhere: saving goes on, and all is sent after signing in again', async () => {
  const other = await openTab(device.context, pages.url);
  await rest.endOthers();
  await spend(page, 'not sent yet');
  await needsSignIn(page);
  await spend(other, 'nor this');
  await expect.poll(() => state(page)).toMatchObject({ state: 'needs_sign_in', unsent: 2 });
  await page.reload();
  await page.evaluate(() => window.outlay.ready);
  expect(await notes(page)).toEqual(['nor this', 'not sent yet']);
  await signIn(page, email);
  for (const tab of [page, other]) await agree(tab, rest, ['nor this', 'not sent yet']);
});

it('somebody else signs in on the device: two books, two outboxes, two names', async () => {
  await rest.endOthers();
  await spend(page, 'of the first');
  await needsSignIn(page);
  const second = address();
  const kim = await new Rest(server.url).signUp(second);
  await signIn(page, second);
  await settled(page);
  expect(await notes(page)).toEqual([]);
  await spend(page, 'of the second');
  await agree(page, kim, ['of the second']);
  expect(await signOut(page)).toMatchObject({ signed_out: true });
  await signIn(page, email);
  await agree(page, rest, ['of the first']);
  expect(await kim.transactions()).toHaveLength(1);
  const names = new Map(front.pushes.flatMap(({ person_id, mids }) => mids.map((mid) => [mid, person_id] as const)));
  expect(front.pushes.flatMap(({ person_id, mids }) => mids.filter((mid) => names.get(mid) !== person_id))).toEqual([]);
});

it('a push of one person stands still while another signs in: it is not sent under the new name', async () => {
  const second = address();
  const kim = await new Rest(server.url).signUp(second);
  // both may write to the book: the server could not tell
  await share(rest.books[0]!.id, rest, kim);
  const held = front.hold('/sync/push', 'request');
  await spend(page, 'on its way');
  await held.arrived;
  await rest.endOthers();
  await signIn(page, second);
  held.release();
  await until(page, `window.appStatus().person?.email === '${second}' && window.appStatus().sync.state === 'up_to_date'`);
  expect(await rest.transactions()).toEqual([]);
  await signOut(page);
  await signIn(page, email);
  await agree(page, rest, ['on its way']);
  const mine = front.pushes.filter(({ mids }) => mids.length > 0 && front.pushes.at(-1)!.mids.includes(mids[0]!));
  expect(new Set(mine.map(({ person_id }) => person_id))).toEqual(new Set([rest.person_id]));
  expect(kim.person_id).not.toBe(rest.person_id);
});

it('the account is deleted elsewhere: what was not sent is saved as a file, and the book goes', async () => {
  front.down = true;
  await spend(page, 'too late');
  await rest.ask('DELETE', 'users/me', { password: PASSWORD });
  front.down = false;
  await page.evaluate(() => window.outlay.sync.now());
  await until(page, `['needs_auth'].includes(window.appStatus().session) || window.appStatus().sync.state === 'book_deleted'`);
  expect(await notes(page)).toEqual(['too late']);
  const file = await page.evaluate(() => window.outlay.sync.unsent());
  expect(file.mutations.map(({ name }) => name)).toEqual(['transaction.add']);
  await page.evaluate(() => window.outlay.sync.removeBook());
  expect(await page.evaluate(() => [window.appStatus().session, window.appStatus().book])).toEqual(['none', null]);
  expect(await fileKeys(page)).toEqual([]);
});

it('a membership is revoked: the edits are exported, the file goes, and after a new invitation they come in once', async () => {
  const owner = address();
  const kim = await new Rest(server.url).signUp(owner);
  const book = kim.books[0]!.id;
  await share(book, kim, rest);
  await signOut(page);
  await signIn(page, email);
  await page.evaluate((id) => window.outlay.identity.openBook(id), book);
  await settled(page);
  await spend(page, 'taken before');
  await agree(page, kim, ['taken before'], book);
  const held = front.hold('/sync/push', 'answer');
  await spend(page, 'taken, and not heard of');
  await held.arrived;
  front.down = true;
  await kim.ask('DELETE', `books/${book}/members/${rest.person_id}`);
  await spend(page, 'never sent');
  held.release();
  front.down = false;
  await page.evaluate(() => window.outlay.sync.now());
  await until(page, `window.appStatus().sync.state === 'revoked'`);
  await spend(page, 'after the end');
  const file = await page.evaluate(() => window.outlay.sync.unsent());
  expect(file.mutations.length).toBeGreaterThanOrEqual(2);
  await page.evaluate(() => window.outlay.sync.removeBook());
  await settled(page);
  expect(await page.evaluate(() => window.appStatus().book?.id)).toBe(rest.books[0]!.id);
  expect((await fileKeys(page)).filter((key) => key.includes(book))).toEqual([]);

  await expect(page.evaluate((given) => window.outlay.sync.takeUnsent(given), file)).rejects.toThrow(/no such book/i);
  await share(book, kim, rest);
  const tablet = await openDevice();
  const other = await openTab(tablet.context, pages.url);
  await signIn(other, email);
  await other.evaluate((id) => window.outlay.identity.openBook(id), book);
  await settled(other);
  expect(await other.evaluate((given) => window.outlay.sync.takeUnsent(given), file)).toEqual({ added: file.mutations.length, known: 0 });
  expect(await other.evaluate((given) => window.outlay.sync.takeUnsent(given), file)).toEqual({ added: 0, known: file.mutations.length });
  await agree(other, kim, ['taken before', 'taken, and not heard of', 'never sent', 'after the end'], book);
  await tablet.close();
});

/** The files this device still has a key for. */
const fileKeys = (on: Page) =>
  on.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open('outlay');
        opening.onerror = () => reject(opening.error!);
        opening.onsuccess = () => {
          const keys = opening.result.transaction('values').objectStore('values').getAllKeys();
          keys.onsuccess = () => resolve(keys.result.map(String).filter((key) => key.startsWith('file-key')));
        };
      })
  );
