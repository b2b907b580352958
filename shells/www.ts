// Brings the built app into shells/www as the phones' apps have it: the same files, without the service worker (all
// is in the package already), with the script of the shell before the page's own, and with the policy that the server
// would send, which lets it speak to the server that the person names.
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const FIRST = '<script id="before">';
const LEFT_OUT = /^(service-worker\.js|manifest(\.\w+)?\.webmanifest)$/;

export async function bringApp(app: string, www: string, shell: string): Promise<void> {
  await rm(www, { recursive: true, force: true });
  await cp(app, www, { recursive: true });
  for (const name of await readdir(www)) if (LEFT_OUT.test(name)) await rm(join(www, name));
  await build({ entryPoints: [shell], bundle: true, minify: true, format: 'iife', target: ['chrome100', 'safari16'], outfile: join(www, 'shell.js'), logLevel: 'error' });
  const page = join(www, 'index.html');
  let html = await readFile(page, 'utf8');
  if (html.split(FIRST).length !== 2) throw new Error(`the app's page is expected to have one ${FIRST}`);
  html = html.replace(/\s*<link rel="manifest"[^>]*>/, '').replace(FIRST, `<script src="/shell.js"></script>\n    ${FIRST}`);
  const scripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, body]) => `'sha256-${createHash('sha256').update(body!).digest('base64')}'`);
  const policy = `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${scripts.join(' ')}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self' https: http://localhost:* http://127.0.0.1:*; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'`;
  html = html.replace('<meta charset="utf-8" />', `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`);
  await writeFile(page, html);
}
