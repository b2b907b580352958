// What stands between the app and the real server in these tests: passes everything on, and can hold a request
// before the server has it, or an answer after the server has committed. Notes who pushed what.
import { readFile } from 'node:fs/promises';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json', '.png': 'image/png', '.svg': 'image/svg+xml'
};

export interface Held {
  /** Settles when the request stands here. */
  arrived: Promise<void>;
  release(): void;
}

/** A push as it came: whose token, which device, which changes. */
export interface Push {
  person_id: string;
  token: string;
  device: string;
  mids: string[];
}

export interface Front {
  readonly url: string;
  readonly pushes: Push[];
  /** Requests so far by path, without `/api/v1`. */
  readonly counts: Map<string, number>;
  /** Nothing gets through to /api. */
  down: boolean;
  /** Changes are refused as what nobody can read; a push without any passes. */
  unreadable: boolean;
  /** A folder that is served instead of the server's own files. */
  statics: string | null;
  /** Another server behind the same address. */
  onto(server: string): void;
  /** Holds the next request to a path: before the server has it, or its answer. */
  hold(path: string, what: 'request' | 'answer'): Held;
  close(): Promise<void>;
}

interface Waiting {
  path: string;
  what: 'request' | 'answer';
  arrive(): void;
  released: Promise<void>;
}

export async function startFront(first: string): Promise<Front> {
  let server = first;
  const waiting: Waiting[] = [];
  const front = { pushes: [] as Push[], counts: new Map<string, number>(), down: false, unreadable: false, statics: null as string | null };

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://x').pathname.replace(/^\/api\/v1/, '');
    front.counts.set(path, (front.counts.get(path) ?? 0) + 1);
    if (front.down && request.url!.startsWith('/api/')) return void response.destroy();
    const body = await read(request);
    if (path === '/sync/push') front.pushes.push(pushOf(request, body));
    if (path === '/sync/push' && front.unreadable && front.pushes.at(-1)!.mids.length > 0) {
      response.writeHead(422, { 'content-type': 'application/problem+json' });
      return void response.end(JSON.stringify({ type: 'about:blank', title: 'unreadable', status: 422, code: 'field_invalid', detail: '' }));
    }
    const at = waiting.findIndex((one) => one.path === path);
    const held = at < 0 ? undefined : waiting.splice(at, 1)[0];
    if (held?.what === 'request') {
      held.arrive();
      await held.released;
    }
    const onward = ask(server + request.url, { method: request.method, headers: request.headers }, (answer) => {
      const go = () => {
        if (response.destroyed) return void answer.resume();
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      };
      if (held?.what !== 'answer') return go();
      held.arrive();
      void held.released.then(go);
    });
    onward.on('error', () => response.destroy());
    // a request that is here reaches the server, whatever becomes of the one who asked
    if (held === undefined) response.on('close', () => onward.destroy());
    onward.end(body);
  }

  async function file(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    const wanted = await readFile(join(folder, normalize(pathname))).catch(() => null);
    if (wanted === null && extname(pathname) !== '') return void response.writeHead(404).end();
    const body = wanted ?? (await readFile(join(folder, 'index.html')));
    const type = TYPES[wanted === null ? '.html' : extname(pathname)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(body);
  }

  const listener = createServer((request, response) => {
    const ours = front.statics !== null && !/^\/(api|readyz|healthz|schema)\b/.test(request.url ?? '');
    const done = ours ? file(front.statics!, request, response) : pass(request, response);
    done.catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return Object.assign(front, {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    onto(next: string) {
      server = next;
    },
    hold(path: string, what: Waiting['what']): Held {
      let release: () => void = () => undefined;
      let arrive: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      waiting.push({ path, what, arrive, released });
      return { arrived, release };
    },
    async close() {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    }
  });
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function pushOf(request: IncomingMessage, body: Buffer): Push {
  const token = (request.headers.authorization ?? '').replace('Bearer ', '');
  const [, claims = ''] = token.split('.');
  const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string };
  const { device, mutations } = JSON.parse(body.toString()) as { device: string; mutations: { mid: string }[] };
  return { person_id: sub, token, device, mids: mutations.map(({ mid }) => mid) };
}
