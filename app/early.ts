// What `static/before.js` starts before the first module runs: the words of the language in use; on a first visit the
// files of the first screen; on a device that has a book the database's worker, and the files of the screen that is asked for. The build knows their names; it writes
// them in here.
// All of it is written into the page, with the first screen as markup: a first visit paints when the page is there.
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter } from '@sveltejs/kit';
import { minifySync } from 'vite';
import { welcomeMarkup, welcomeWords } from './welcome.ts';

/** Screens that a person opens the app on; every other one begins with its frame. */
const SCREENS = ['/', '/transactions', '/stats', '/accounts', '/add'];
const IMMUTABLE = '_app/immutable/';
const PLACE = 'var early = null;';
const TAG = '<script src="/before.js"></script>';
const SCREEN = '<!-- the first screen -->';
const NODES = '.svelte-kit/generated/build/client-optimized/nodes';
const MANIFEST = '.svelte-kit/output/client/.vite/manifest.json';

/** Of each language but English, whose words are in the modules that say them. */
const WORDS = /^src\/messages\/([a-z]{2})\/(first|book)\.ts$/;

interface Entry {
  file: string;
  css?: string[];
  imports?: string[];
}

/** `adapter`, and then before.js with the names, and the first screen, in the page. */
export function early(adapter: Adapter, folder = 'build'): Adapter {
  return {
    ...adapter,
    async adapt(builder) {
      await adapter.adapt(builder);
      const path = join(folder, 'before.js');
      const script = await readFile(path, 'utf8');
      if (!script.includes(PLACE)) throw new Error(`${path} has no "${PLACE}"`);
      const names = JSON.stringify(await namesOf(folder));
      // Everybody fetches it before anything else: without what is said to readers.
      const before = minifySync(path, script.replace(PLACE, () => `var early = ${names};`), { module: false }).code;
      await rm(path);
      const screen = await welcomeMarkup();
      const index = join(folder, 'index.html');
      const page = put(TAG, `<script id="before">${before}</script>`, await readFile(index, 'utf8'));
      await writeFile(index, put(SCREEN, `<div id="early" hidden>${screen}</div>\n    <script>welcome();</script>`, page));
    }
  };
}

function put(place: string, text: string, page: string): string {
  if (page.split(place).length !== 2) throw new Error(`the page is expected to have one ${place}`);
  return page.replace(place, () => text);
}

interface Names {
  worker: string;
  first: string[];
  frame: string[];
  screens: Record<string, string[]>;
  words: Record<string, Record<string, string>>;
  /** What the first screen says in English, and the key of each. */
  said: Record<string, string>;
}

/** Paths under /_app/immutable/: the worker, what the first screen of all needs, what all screens of a book need, what each needs besides, and the words. */
async function namesOf(folder: string): Promise<Names> {
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  const manifest = JSON.parse(await readFile(MANIFEST, 'utf8')) as Record<string, Entry>;
  const workers = (await readdir(join(folder, IMMUTABLE, 'workers'))).filter((name) => name.endsWith('.js'));
  if (workers.length !== 1) throw new Error(`one worker is expected: ${workers.join(' ')}`);
  const nodes = await nodesByRoute();
  const known = new Set<string>();
  const fresh = (route: string): string[] => {
    const node = nodes.get(route);
    if (node === undefined) throw new Error(`no screen ${route}`);
    return filesOf(manifest, `${NODES}/${node}`).filter((file) => !page.includes(file) && !known.has(file)).map((file) => file.slice(IMMUTABLE.length));
  };
  const first = fresh('welcome/+page.svelte');
  const frame = fresh('(book)/+layout.svelte');
  for (const file of frame) known.add(IMMUTABLE + file);
  const screens = Object.fromEntries(SCREENS.map((path) => [path, [...new Set(partsOf(path, nodes).flatMap(fresh))]]));
  return { worker: `workers/${workers[0]}`, first, frame, screens, words: wordsOf(manifest), said: welcomeWords() };
}

/** By language and part. */
function wordsOf(manifest: Record<string, Entry>): Names['words'] {
  const words: Names['words'] = {};
  for (const [source, { file }] of Object.entries(manifest)) {
    const [, language, part] = WORDS.exec(source) ?? [];
    if (!language || !part || language === 'en') continue;
    (words[language] ??= {})[part] = file.slice(IMMUTABLE.length);
  }
  return words;
}

/** A screen and the layout around it, if it has one. */
function partsOf(path: string, nodes: Map<string, string>): string[] {
  const place = `(book)${path === '/' ? '' : path}`;
  const layout = `${place}/+layout.svelte`;
  return [...(path !== '/' && nodes.has(layout) ? [layout] : []), `${place}/+page.svelte`];
}

/** SvelteKit numbers the screens; the file of each number says which one it is. */
async function nodesByRoute(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await readdir(NODES)) {
    const route = /src\/routes\/(.*\.svelte)"/.exec(await readFile(join(NODES, name), 'utf8'))?.[1];
    if (route) found.set(route, name);
  }
  return found;
}

/** The scripts and styles of an entry and of all that it imports. */
function filesOf(manifest: Record<string, Entry>, key: string, seen = new Set<string>()): string[] {
  const entry = manifest[key];
  if (!entry || seen.has(key)) return [];
  seen.add(key);
  return [entry.file, ...(entry.css ?? []), ...(entry.imports ?? []).flatMap((other) => filesOf(manifest, other, seen))];
}
