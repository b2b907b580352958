// Breaks a page on purpose, for tests and pictures of what it says then.
import type { BrowserContext, Page, Route } from 'playwright-core';

/** From the next start on, the queries named in the tab's `broken` reach the worker as ones that it refuses. */
export async function breakQueries(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage as (this: Worker, message: unknown, ...rest: unknown[]) => void;
    Worker.prototype.postMessage = function (this: Worker, message: { kind?: string; name?: string }, ...rest: unknown[]) {
      const broken = message.kind === 'query' && (sessionStorage.getItem('broken') ?? '').split(',').includes(message.name ?? '');
      post.call(this, broken ? { ...message, name: 'report', args: { name: 'broken', params: {} } } : message, ...rest);
    } as typeof Worker.prototype.postMessage;
  });
}

/** The first page of a book that is fetched is of `rows` rows, and the next one waits until it is let go; with none, the first does. */
export async function holdHydration(context: BrowserContext, rows: number): Promise<{ release: () => Promise<void> }> {
  const held: Route[] = [];
  const url = /\/api\/v1\/sync\/snapshot\?/;
  await context.route(url, (route) => {
    const asked = new URL(route.request().url());
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
