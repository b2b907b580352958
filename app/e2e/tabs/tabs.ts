// Tabs of one person, the same person at the REST API, and what must hold between them in the end.
import type { BrowserContext, Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { type Device, openDevice, PATIENCE_MS, type Server, startServer } from '../harness.ts';
import { type Pages, servePages } from '../pages.ts';
import { type Front, startFront } from './front.ts';

export const PASSWORD = 'a long enough passphrase';
export const TODAY = '2026-11-22';

let people = 0;
export const address = (): string => `tabs-${process.pid}-${(people += 1)}@example.com`;

/** A server, what stands before it, and the page without screens. */
export interface Place {
  server: Server;
  front: Front;
  pages: Pages;
  /** Somebody who has just signed up, in one tab of a device and at the REST API. */
  newcomer(): Promise<{ device: Device; email: string; page: Page; rest: Rest }>;
  close(): Promise<void>;
}

export async function openPlace(environment: Record<string, string> = {}): Promise<Place> {
  const server = await startServer(environment);
  const front = await startFront(server.url);
  const pages = await servePages('core', front.url);
  return {
    server, front, pages,
    async newcomer() {
      front.down = false;
      const device = await openDevice();
      const email = address();
      const page = await openTab(device.context, pages.url);
      await signUp(page, email);
      await settled(page);
      return { device, email, page, rest: await new Rest(server.url).signIn(email) };
    },
    async close() {
      await pages.close();
      await front.close();
      await server.stop();
    }
  };
}

/** Opens the page without screens, where `window.outlay` is the app. */
export async function openTab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error('page:', error));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load|ERR_/.test(message.text())) console.error('console:', message.text());
  });
  await page.goto(url);
  await page.evaluate(() => window.outlay.ready);
  return page;
}

export const leads = (page: Page) => page.evaluate(() => window.appStatus().leader);
export const state = (page: Page) => page.evaluate(() => window.appStatus().sync);

export async function until(page: Page, test: string): Promise<void> {
  await page.waitForFunction(test, undefined, { polling: 50 }).catch(async (error: unknown) => {
    throw new Error(`${test} never came: ${JSON.stringify(await page.evaluate(() => window.appStatus()).catch(() => null))}`, { cause: error });
  });
}

export const settled = (page: Page) => until(page, `window.appStatus().sync.state === 'up_to_date' && window.appStatus().sync.unsent === 0`);

export const signUp = (page: Page, email: string) =>
  page.evaluate((input) => window.outlay.identity.signUp(input), { email, password: PASSWORD, name: 'Robin', base_currency: 'EUR' });

export const signIn = (page: Page, email: string) =>
  page.evaluate((input) => window.outlay.identity.signIn(input), { email, password: PASSWORD });

/** An expense in the book's first account. */
export const spend = (page: Page, note: string, amount_minor = 1250) =>
  page.evaluate(
    async ([note, amount_minor, day]) => {
      const [account] = await window.outlay.query('accounts', {});
      return window.outlay.command('addTransaction', { kind: 'expense', account_id: account!.id, amount_minor, day, note });
    },
    [note, amount_minor, TODAY] as const
  );

/** Several at once: all of them are on their way together. */
export const spendMany = (page: Page, notes: string[]) =>
  page.evaluate(
    async ([notes, day]) => {
      const [account] = await window.outlay.query('accounts', {});
      await Promise.all(
        notes.map((note, at) => window.outlay.command('addTransaction', { kind: 'expense', account_id: account!.id, amount_minor: 100 + at, day, note }))
      );
    },
    [notes, TODAY] as const
  );

export const notes = (page: Page) =>
  page.evaluate(async () => (await window.outlay.query('transactions', { limit: 500 })).items.map(({ note }) => note ?? '').sort());

interface Entered {
  access_token: string;
  session_id: string;
  person: { id: string };
  books: { id: string; role: string }[];
}

/** A person at the REST API, with a session of their own, and another when that one is over. */
export class Rest {
  readonly #server: string;
  #email = '';
  #token = '';
  #session = '';
  person_id = '';
  books: { id: string; role: string }[] = [];

  constructor(server: string) {
    this.#server = server;
  }

  async signIn(email: string): Promise<this> {
    return this.#keep(email, await this.#enter('auth/sign-in', { email, password: PASSWORD }));
  }

  async signUp(email: string): Promise<this> {
    return this.#keep(email, await this.#enter('auth/sign-up', { email, password: PASSWORD, name: 'Kim', base_currency: 'EUR' }));
  }

  async #enter(path: string, body: unknown): Promise<Entered> {
    const answer = await this.#send('POST', path, body);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Entered;
  }

  #keep(email: string, { access_token, session_id, person, books }: Entered): this {
    Object.assign(this, { person_id: person.id, books });
    this.#email = email;
    this.#token = access_token;
    this.#session = session_id;
    return this;
  }

  #send(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = this.#token ? { authorization: `Bearer ${this.#token}` } : {};
    return fetch(`${this.#server}/api/v1/${path}`, {
      method, headers: { 'content-type': 'application/json', ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) })
    });
  }

  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    let answer = await this.#send(method, path, body);
    if (answer.status === 401) {
      this.#token = '';
      await this.signIn(this.#email);
      answer = await this.#send(method, path, body);
    }
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  get<T>(path: string): Promise<T> {
    return this.ask<T>('GET', path);
  }

  /** Ends every other session of this person, as somebody does who lost a phone. */
  async endOthers(): Promise<void> {
    const { items } = await this.get<{ items: { id: string }[] }>('auth/sessions');
    for (const { id } of items) if (id !== this.#session) await this.ask('DELETE', `auth/sessions/${id}`);
  }

  async transactions(book = this.books[0]!.id): Promise<{ id: string; note: string | null; amount_minor: number }[]> {
    const { items, next } = await this.get<{ items: { id: string; note: string | null; amount_minor: number }[]; next: string | null }>(`transactions?book=${book}&limit=500`);
    expect(next).toBeNull();
    return items;
  }

  async balances(book = this.books[0]!.id): Promise<Record<string, number>> {
    const { items } = await this.get<{ items: { id: string; balance_minor: number }[] }>(`accounts?book=${book}`);
    return Object.fromEntries(items.map(({ id, balance_minor }) => [id, balance_minor]));
  }
}

/** In the end: nothing waits, the app and REST have the same rows and balances, and these notes once each. */
export async function agree(page: Page, rest: Rest, expected: string[], book?: string): Promise<void> {
  // A page hears a little later than its database that there is something to send.
  await vi.waitFor(() => agreeNow(page, rest, expected, book), { timeout: PATIENCE_MS, interval: 50 });
}

async function agreeNow(page: Page, rest: Rest, expected: string[], book?: string): Promise<void> {
  await settled(page);
  const mine = await page.evaluate(async () => {
    const { items } = await window.outlay.query('transactions', { limit: 500 });
    const accounts = await window.outlay.query('accounts', { archived: true });
    return {
      rows: items.map(({ id, note, amount_minor }) => ({ id, note, amount_minor })),
      balances: Object.fromEntries(accounts.map(({ id, balance_minor }) => [id, balance_minor]))
    };
  });
  const by = <T extends { id: string }>(rows: T[]) => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  const theirs = (await rest.transactions(book)).map(({ id, note, amount_minor }) => ({ id, note, amount_minor }));
  expect(by(mine.rows)).toEqual(by(theirs));
  expect(mine.balances).toEqual(await rest.balances(book));
  expect(theirs.map(({ note }) => note ?? '').sort()).toEqual([...expected].sort());
}
