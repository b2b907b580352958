// Breaks a page on purpose, for tests and pictures of what it says then.
import type { BrowserContext, Page, Route } from 'playwright-core';

/** From the next start on, the queries and commands named in the tab's `broken` reach the worker as ones that it refuses. */
export async function breakQueries(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage as (this: Worker, message: unknown, ...rest: unknown[]) => void;
    Worker.prototype.postMessage = function (this: Worker, message: { kind?: string; name?: string }, ...rest: unknown[]) {
      const broken = message.name !== undefined && (sessionStorage.getItem('broken') ?? '').split(',').includes(message.name);
      const refused = message.kind === 'query' ? { name: 'report', args: { name: 'broken', params: {} } } : { name: 'undo', args: { token: 'none' } };
      post.call(this, broken ? { ...message, ...refused } : message, ...rest);
    } as typeof Worker.prototype.postMessage;
  });
}

/** From the next start on, calls of this name wait in the page between `hold` and `release`. */
export async function holdCalls(page: Page, name: string): Promise<{ hold(): Promise<void>; release(): Promise<void> }> {
  await page.addInitScript((name) => {
    const post = Worker.prototype.postMessage as (this: Worker, message: unknown, ...rest: unknown[]) => void;
    const held: (() => void)[] = [];
    let holds = false;
    Worker.prototype.postMessage = function (this: Worker, message: { name?: string }, ...rest: unknown[]) {
      if (holds && message.name === name) held.push(() => post.call(this, message, ...rest));
      else post.call(this, message, ...rest);
    } as typeof Worker.prototype.postMessage;
    addEventListener('hold', () => (holds = true));
    addEventListener('release', () => {
      holds = false;
      for (const send of held.splice(0)) send();
    });
  }, name);
  const tell = (what: string) => page.evaluate((what) => void dispatchEvent(new Event(what)), what);
  return { hold: () => tell('hold'), release: () => tell('release') };
}

/** The database's own code does not come until it is let go. */
export async function holdDatabase(context: BrowserContext): Promise<() => Promise<void>> {
  const held: Route[] = [];
  await context.route(/\.wasm$/, (route) => void held.push(route));
  return async () => {
    // a page that was left asks no more
    await Promise.all(held.splice(0).map((route) => route.continue().catch(() => undefined)));
    await context.unroute(/\.wasm$/);
  };
}

/** The first page of a book that is fetched is of `rows` rows, and the next one waits until it is let go; with none, the first does. `book`: only of this one. */
export async function holdHydration(context: BrowserContext, rows: number, book = ''): Promise<{ release: () => Promise<void> }> {
  const held: Route[] = [];
  const url = /\/api\/v1\/sync\/snapshot\?/;
  await context.route(url, (route) => {
    const asked = new URL(route.request().url());
    if (!asked.search.includes(book)) return route.continue();
    if (rows === 0 || asked.searchParams.has('after')) return void held.push(route);
    asked.searchParams.set('limit', String(rows));
    return route.continue({ url: asked.href });
  });
  return {
    release: async () => {
      await Promise.all(held.splice(0).map((route) => route.continue().catch(() => undefined)));
      await context.unroute(url);
    }
  };
}

/** The page takes itself for a phone's own app; nothing stands behind it (phone.ts has what does). */
export async function insideShell(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const secret = { possible: () => Promise.resolve(false) };
    Object.assign(window, { outlayShell: { platform: 'android', onOpen: () => undefined, serve: () => undefined, secret, ready: () => undefined } });
  });
}
