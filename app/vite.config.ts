// The build of the app: SvelteKit as a static single-page app, and the two test projects.
import { fileURLToPath } from 'node:url';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { early } from './early.ts';
import { translated } from './manifests.ts';

// SvelteKit names a worker's assets in a way of its own. With the page's names the wasm that the
// service worker keeps is the wasm that the database's worker loads, also offline.
const workerAssets: Plugin = {
  name: 'outlay-worker-assets',
  enforce: 'post',
  config: () => ({
    worker: {
      rolldownOptions: {
        output: { assetFileNames: '_app/immutable/assets/[name].[hash][extname]' }
      }
    }
  })
};

// The package brings two more ways to the database, each with a worker of its own: one is the whole
// library once more (187 KB), the other needs headers that keep other origins' sign-in windows out.
const oneWorker: Plugin = {
  name: 'outlay-one-database-worker',
  enforce: 'pre',
  load: (id) => (id.endsWith('sqlite3-worker1-promiser.mjs') ? 'export {};' : undefined),
  transform(code, id) {
    if (!id.endsWith('sqlite3-bundler-friendly.mjs')) return undefined;
    const without = code.replace(/new Worker\(\s*new URL\('sqlite3-opfs-async-proxy\.js', import\.meta\.url\),?\s*\)/, 'null');
    if (without === code) this.error('@evolu/sqlite-wasm starts its second worker in another way now');
    return { code: without, map: null };
  }
};

// SvelteKit's modules are read before the page's version is told to them where they are one file (below): compared with
// none, every version is a new one, and a screen that says an error would start the app again without end.
const VERSION = "import { version } from '$app/env';";
const versionWhenAsked: Plugin = {
  name: 'outlay-version-when-asked',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('@sveltejs/kit/src/runtime/app/state/client.svelte.js')) return undefined;
    if (!code.includes(VERSION)) this.error('SvelteKit learns the version of the app in another way now');
    return { code: code.replace(VERSION, "import { payload } from '../../client/payload.js';").replaceAll('!== version', '!== payload.version'), map: null };
  }
};

// What is loaded together is one file: a slow line has six connections, a start opens every file through the service worker,
// which fetches and keeps each on its own, and gzip sees more of it at once. A group brings what it imports, unless one
// with a higher priority has it. First what everybody loads; then the first screens; then a book's frame with its home,
// the other screens' common parts, and the languages' words for what is opened later.
const FRAMEWORK =
  /node_modules\/(svelte\/src\/(internal|legacy|reactivity|utils|constants|index-client)|@sveltejs\/kit(?!\/src\/runtime\/client\/(entry|client-entry|payload)\.js)|devalue|clsx)|vite\/preload-helper/;
const PAGE =
  /\/src\/(outlay|shell|sync\/tabs|kernel\/(dates|ids|refusal)|messages\/(index|words|problem|languages|en\/first)|ui\/(status\.svelte|toast\.svelte|frame\/entry))\.ts$|\/routes\/\+error\.svelte$/;
const ENTRANCE = /\/src\/(ui\/(Button|TextField|frame\/Entrance)|routes\/welcome\/\+page)\.svelte$/;
const BOOK = /\/src\/routes\/\(book\)\/\+(layout|page)\.svelte$/;
const LATER = /\/src\/messages\/(?:(\w\w)\/(?!first|home|book|entry|list)\w+|people)\.ts$/;
const groups = [
  { name: 'framework', priority: 8, test: FRAMEWORK },
  { name: 'page', priority: 7, test: PAGE },
  { name: (id: string) => `words-${LATER.exec(id)?.[1] ?? 'en'}`, priority: 6, test: LATER },
  { name: 'entrance', priority: 5, test: ENTRANCE },
  { name: 'book', priority: 4, test: BOOK },
  { name: 'icons', priority: 3, test: /lucide/ },
  { name: 'parts', priority: 2, test: /\/src\/(ui|kernel)\/[^/]+$/, minShareCount: 3 },
  { name: 'plans', priority: 1, test: /node_modules\/rrule|\/src\/ui\/schedules\//, minShareCount: 2 },
  { name: 'charts', priority: 1, test: /node_modules\/d3-|\/src\/ui\/(charts|stats)\//, minShareCount: 2 },
  { name: 'editor', priority: 1, test: /\/src\/(ui\/editor|ledger\/entry)\//, minShareCount: 2 },
  { name: 'shared', priority: 0, test: /\/(src|spec)\//, minShareCount: 2 }
];

// What everybody needs of the styles stands in the page: a file would keep the first paint waiting for a round trip.
const STYLES = 100_000;

// Generous everywhere (see PATIENCE_MS in e2e/harness.ts): a slow machine is no fault of the app.
const patient = { testTimeout: 240_000, hookTimeout: 240_000, expect: { poll: { timeout: 60_000, interval: 50 } } };

export default defineConfig({
  // The service worker is registered when the page is calm (src/hooks.client.ts).
  plugins: [versionWhenAsked, tailwindcss(), sveltekit({ adapter: translated(early(adapter({ fallback: 'index.html' }))), serviceWorker: { register: false }, inlineStyleThreshold: STYLES }), workerAssets],
  // Not SvelteKit's own `alias`, which is deprecated; the other half stands in tsconfig.json.
  resolve: { alias: { $src: fileURLToPath(new URL('./src', import.meta.url)) } },
  // Vite would bundle the package ahead of time in development and lose the wasm beside it.
  optimizeDeps: { exclude: ['@evolu/sqlite-wasm'] },
  // What a screen needs besides its own module is named in the page (before.js) for the first one, and is on the device for the
  // others: a list of all screens' files would be the twentieth part of the first load. Styles have to be named.
  build: {
    rolldownOptions: { output: { codeSplitting: { groups } } },
    modulePreload: { resolveDependencies: (_, files) => files.filter((file) => file.endsWith('.css')) }
  },
  worker: { format: 'es', plugins: () => [oneWorker] },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/schema', '/readyz'].map((path) => [
        path,
        process.env['OUTLAY_URL'] ?? 'http://127.0.0.1:8000'
      ])
    )
  },
  test: {
    projects: [
      {
        extends: true,
        // Modules are read once: half of the time went into reading them anew for each file.
        test: { name: 'unit', environment: 'node', include: ['src/**/*.test.ts'], isolate: false, maxWorkers: 2 }
      },
      {
        extends: true,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['e2e/**/*.test.ts'],
          // Each file has a server and a browser of its own; they wait more than they compute.
          maxWorkers: 3,
          ...patient
        }
      },
      {
        extends: true,
        // What takes longer than it says new things about a change: `make proofs`.
        test: { name: 'proofs', environment: 'node', include: ['e2e/**/*.proof.ts'], maxWorkers: 2, ...patient }
      }
    ]
  }
});
