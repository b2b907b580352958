// The web manifest in every language: `static/manifest.webmanifest` is the English one, the build makes the others of it and
// the page names the one of its language (src/hooks.client.ts).
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter } from '@sveltejs/kit';
import { LANGUAGES, tagOf } from './src/messages/languages.ts';
import { SHELL, type ShellKey } from './src/messages/shell.ts';

interface Manifest {
  description: string;
  shortcuts: { name: string; url: string }[];
}

const SHORTCUTS: Record<string, ShellKey> = { '/add': 'shell.add', '/transactions': 'shell.transactions' };

/** `adapter`, and then a manifest for each language. */
export function translated(adapter: Adapter, folder = 'build'): Adapter {
  return {
    ...adapter,
    async adapt(builder) {
      await adapter.adapt(builder);
      const english = JSON.parse(await readFile(join(folder, 'manifest.webmanifest'), 'utf8')) as Manifest;
      for (const language of LANGUAGES) {
        const words = SHELL[language];
        const shortcuts = english.shortcuts.map((shortcut) => {
          const key = SHORTCUTS[shortcut.url];
          if (key === undefined) throw new Error(`the shortcut to ${shortcut.url} has no words`);
          return { ...shortcut, name: words[key] };
        });
        const own = { ...english, lang: tagOf(language), dir: language === 'ar' ? 'rtl' : 'ltr', description: words['shell.about'], shortcuts };
        await writeFile(join(folder, language === 'en' ? 'manifest.webmanifest' : `manifest.${language}.webmanifest`), JSON.stringify(own));
      }
    }
  };
}
