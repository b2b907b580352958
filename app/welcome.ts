// The first screen as a piece of the page itself: drawn from its own component when the app is built, so that a first
// visit sees it before any script has come. Owns no look and no words: both are the component's and the messages'.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Component } from 'svelte';
import type { render } from 'svelte/server';
import { build, type Plugin } from 'vite';
import { first } from './src/messages/en/first.ts';

const SCREEN = 'src/routes/welcome/+page.svelte';
const FOLDER = fileURLToPath(new URL('.svelte-kit/welcome', import.meta.url));
/** Every text of the screen is one of these. */
const SAID = /^(welcome\.|language\.choose$)/;

const ENTRY = 'virtual:welcome';
const entry: Plugin = {
  name: 'outlay-welcome',
  resolveId: (id) => (id === ENTRY ? id : undefined),
  load: (id) => (id === ENTRY ? `export { render } from 'svelte/server'; export { default as screen } from '${fileURLToPath(new URL(SCREEN, import.meta.url))}';` : undefined)
};

/** In English. */
export async function welcomeMarkup(): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [entry, svelte({ configFile: false })],
    resolve: { alias: { $src: fileURLToPath(new URL('./src', import.meta.url)) } },
    // whatever the language of the machine that builds
    define: { 'globalThis.navigator': 'undefined', 'globalThis.localStorage': 'undefined' },
    ssr: { noExternal: true },
    build: { ssr: true, outDir: FOLDER, emptyOutDir: true, rolldownOptions: { input: ENTRY, output: { entryFileNames: 'screen.js' } } }
  });
  const made = (await import(pathToFileURL(join(FOLDER, 'screen.js')).href)) as { render: typeof render; screen: Component };
  const { body } = made.render(made.screen);
  await rm(FOLDER, { recursive: true });
  return body.replaceAll(/<!--.*?-->| xmlns="[^"]*"|lucide(-[a-z]+)* ?/gs, '').replaceAll(/ class="\s*"/g, '');
}

/** The key of each text. */
export function welcomeWords(): Record<string, string> {
  return Object.fromEntries(Object.entries(first).flatMap(([key, text]) => (SAID.test(key) && typeof text === 'string' ? [[text, key]] : [])));
}
