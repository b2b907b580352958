// Builds a folder of test pages with Vite and serves it at an address of its own; /api goes on to the real server.
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

export interface Pages {
  readonly url: string;
  /** Bytes of the built files by name. */
  close(): Promise<void>;
}

/** `folder` stands in e2e/ and has an index.html. */
export async function servePages(folder: string, server?: string): Promise<Pages> {
  const built = await mkdtemp(join(tmpdir(), 'outlay-pages-'));
  const root = fileURLToPath(new URL(`./${folder}`, import.meta.url));
  await build({ configFile: false, root, base: './', logLevel: 'error', worker: { format: 'es' }, build: { outDir: built, emptyOutDir: true, target: 'esnext' } });
  const pages = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    if (server !== undefined && pathname.startsWith('/api/')) return pass(server, request, response);
    readFile(join(built, normalize(pathname.replace(/\/$/, '/index.html')))).then(
      (body) => response.writeHead(200, { 'content-type': TYPES[extname(pathname) || '.html'] ?? 'application/octet-stream' }).end(body),
      () => response.writeHead(404).end()
    );
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(pages.address() as AddressInfo).port}/`,
    async close() {
      pages.closeAllConnections();
      pages.close();
      await rm(built, { recursive: true, force: true });
    }
  };
}

function pass(server: string, request: IncomingMessage, response: ServerResponse): void {
  const onward = ask(server + request.url, { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
