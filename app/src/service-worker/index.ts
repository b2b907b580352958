// Keeps the app itself on the device, so that it opens without a network. Owns one cache per build;
// must never answer for /api or /schema, and never stores what a person wrote.
import sqliteWasm from '@evolu/sqlite-wasm/sqlite3.wasm?url';
import { dev, version } from '$app/env';
import { assets, immutable } from '$app/manifest';
import { self } from '$app/service-worker';

const PREFIX = 'outlay-app-';
const CACHE = PREFIX + version;
const SHELL = '/';
/** Where another app's file waits until the import screen takes it (ui/importing/shared.ts). */
const SHARED = 'outlay-shared';
const SHARE = '/share';
const IMPORT = '/settings/import';
const SERVER_PATHS = /^\/(api|schema|healthz|readyz|metrics)(\/|$)/;

/** Stands in the page itself (early.ts). */
const WITHIN = '/before.js';

// SvelteKit's list leaves out the database's wasm.
const files = new Set(
  [SHELL, sqliteWasm, ...immutable.map(({ path }) => path), ...assets.map(({ path }) => path)]
    .map((path) => new URL(path, self.location.origin).pathname)
    .filter((path) => path !== WITHIN)
);

async function precache(): Promise<void> {
  const cache = await caches.open(CACHE);
  // what the first screens have just fetched is not fetched again: a name with a hash never means other bytes
  await cache.addAll([...files].map((path) => new Request(path, { cache: path.includes('/immutable/') ? 'default' : 'no-cache' })));
}

async function dropOtherBuilds(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

/** The system's share sheet posts a form with the file (Web Share Target); it never leaves the device here. */
async function takeIn(request: Request): Promise<Response> {
  const file = (await request.formData()).get('file');
  if (file instanceof File) {
    const headers = { 'content-type': file.type || 'application/octet-stream', 'x-name': encodeURIComponent(file.name) };
    await (await caches.open(SHARED)).put(SHARE, new Response(file, { headers }));
  }
  return Response.redirect(IMPORT, 303);
}

if (!dev) {
  self.addEventListener('install', (event) => event.waitUntil(precache()));
  self.addEventListener('activate', (event) => event.waitUntil(dropOtherBuilds()));

  // A new build waits until the app asks for it, so that no open screen mixes two builds.
  self.addEventListener('message', (event) => {
    if (event.data === 'activate') void self.skipWaiting();
  });

  self.addEventListener('fetch', (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method === 'POST' && url.origin === self.location.origin && url.pathname === SHARE) return event.respondWith(takeIn(request));
    if (request.method !== 'GET' || url.origin !== self.location.origin) return;
    if (SERVER_PATHS.test(url.pathname)) return;
    if (request.mode === 'navigate') event.respondWith(fromCache(SHELL, request));
    else if (files.has(url.pathname)) event.respondWith(fromCache(url.pathname, request));
  });
}
