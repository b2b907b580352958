// A proxy between device and server that fails as lines and machines do, from a seed: real sockets, real bytes.
// Requests and answers are lost, sent twice, held back and answered later, cut in the middle of a body, refused; the
// server dies inside a request. Pokes of the event stream are swallowed, doubled, or come late and out of order.
import { createServer, request as ask, type IncomingMessage, type OutgoingHttpHeaders, type Server as HttpServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { PushResponse } from '../../src/sync/wire.ts';

/** Where in a request the server dies: it has a part of it, all of it and no word of its own said, or a part of the answer. */
export const DEATHS = ['in the request', 'before the answer', 'in the answer'] as const;
export type Death = (typeof DEATHS)[number];

export const POKES = ['clear', 'silent', 'doubled', 'late'] as const;

/** Says which device of the story asks; nobody else hears of it. */
export const DEVICE = 'x-device';

export interface Faults {
  /** Share of requests that something happens to. */
  bad: number;
  /** Ends the real server in the middle of the next push, and starts it again. */
  kill?: { death: Death; end(): Promise<void> };
  pokes?: (typeof POKES)[number];
  /** Nobody is told that the app is too old: it would wait for a newer one. */
  current?: boolean;
}

const KINDS: readonly Fault[] = ['request lost', 'answer lost', 'sent twice', 'cut', 'late', 'refused', 'old answer', 'taken and refused'];

type Fault = 'request lost' | 'answer lost' | 'sent twice' | 'old answer' | 'cut' | 'late' | 'refused' | 'taken and refused' | `killed ${Death | 'behind the answer'}` | 'refresh in trouble' | 'stream refused' | `${(typeof POKES)[number]} poke`;

interface Heard {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

const REFUSALS: readonly [number, string][] = [
  [401, 'token_expired'], [403, 'forbidden'], [426, 'upgrade'], [429, 'too_many_requests'], [500, 'internal'], [502, ''], [503, 'busy']
];

/** Only in place of the answer to a push that was taken: a device lets go of what is refused so, and a judge wants every change. */
const UNREADABLE: readonly [number, string][] = [[413, 'body_too_large'], [422, 'field_invalid']];

export class Proxy {
  readonly counts: Partial<Record<Fault | 'requests', number>> = {};
  faults: Faults = { bad: 0 };
  readonly #target: URL;
  readonly #chances: (device: number) => () => number;
  readonly #randoms = new Map<number, () => number>();
  readonly #server: HttpServer;
  readonly #old = new Map<string, Heard>();

  /** `chances`: what happens to the requests of a device, whatever those of others do meanwhile. */
  constructor(target: string, chances: (device: number) => () => number) {
    this.#target = new URL(target);
    this.#chances = chances;
    this.#server = createServer((incoming, outgoing) => void this.#pass(incoming, outgoing).catch(() => outgoing.destroy()));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #of(device: number): () => number {
    const random = this.#randoms.get(device) ?? this.#chances(device);
    this.#randoms.set(device, random);
    return random;
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await whole(incoming);
    const path = incoming.url ?? '/';
    const device = Number(incoming.headers[DEVICE] ?? 0);
    delete incoming.headers[DEVICE];
    if (path.includes('/sync/events')) return this.#events(incoming, outgoing, this.#of(-1 - device));
    const refresh = path.endsWith('/auth/refresh');
    if (!refresh && !path.includes('/sync/')) return this.#answer(outgoing, await this.#forward(incoming, body));
    this.#count('requests');
    // Drawn whether they are needed or not: a seed is the same story whatever the timing.
    const random = this.#of(device);
    const [bad, which, where] = [random() < this.faults.bad, random(), random()];
    const push = path.includes('/sync/push');
    const { kill, current } = this.faults;
    if (kill && push) {
      delete this.faults.kill;
      return this.#die(outgoing, bytesOf(incoming, body), kill, where);
    }
    // a token is never answered with an older one: nothing keeps what a POST was answered
    const fault = bad ? this.#fault(which, KINDS.slice(0, push ? undefined : refresh ? -2 : -1)) : null;
    if (refresh && fault) this.#count('refresh in trouble');
    if (fault === 'request lost') return void outgoing.destroy();
    if (fault === 'refused') return this.#refuse(outgoing, current ? REFUSALS.filter(([status]) => status !== 426) : REFUSALS, where);
    if (fault === 'sent twice') await this.#forward(incoming, body);
    const heard = await this.#forward(incoming, body).catch(() => null);
    if (fault === 'answer lost' || heard === null) return void outgoing.destroy();
    const kind = `${device} ${incoming.method} ${path.split('?')[0]}`;
    const old = this.#old.get(kind);
    this.#old.set(kind, heard);
    if (fault === 'taken and refused' && isTaken(heard)) {
      this.#count(fault);
      return this.#refuse(outgoing, UNREADABLE, where);
    }
    if (fault === 'old answer' && old) return this.#answer(outgoing, old);
    if (fault === 'cut') return this.#cut(outgoing, heard, Math.floor(where * heard.body.length));
    if (fault === 'late') await new Promise((resolve) => setTimeout(resolve, Math.ceil(where * 30)));
    this.#answer(outgoing, heard);
  }

  #fault(which: number, kinds: readonly Fault[]): Fault {
    const fault = kinds[Math.floor(which * kinds.length)]!;
    if (fault !== 'taken and refused') this.#count(fault);
    return fault;
  }

  #count(what: Fault | 'requests'): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  #refuse(outgoing: ServerResponse, refusals: typeof REFUSALS, where: number): void {
    const [status, code] = refusals[Math.floor(where * refusals.length)]!;
    const body = JSON.stringify({ type: 'about:blank', title: code, status, code, detail: '' });
    outgoing.writeHead(status, { 'content-type': code ? 'application/problem+json' : 'text/html', 'retry-after': '0' });
    outgoing.end(code ? body : '<h1>Bad gateway</h1>');
  }

  #answer(outgoing: ServerResponse, { status, headers, body }: Heard): void {
    outgoing.writeHead(status, headers);
    outgoing.end(body);
  }

  /** The line breaks after some bytes of the body. */
  #cut(outgoing: ServerResponse, { status, headers, body }: Heard, bytes: number): void {
    outgoing.writeHead(status, headers);
    outgoing.write(body.subarray(0, bytes), () => outgoing.destroy());
  }

  /** The server dies inside of a request, and lives again before anybody hears of it. */
  async #die(outgoing: ServerResponse, request: Buffer, { death, end }: NonNullable<Faults['kill']>, where: number): Promise<void> {
    const line = connect(Number(this.#target.port), this.#target.hostname);
    line.on('error', () => undefined);
    const answer = new Promise<Buffer | null>((resolve) => {
      line.once('data', (bytes: Buffer) => (line.pause(), resolve(bytes)));
      line.once('close', () => resolve(null));
    });
    let heard = false;
    void answer.then((bytes) => (heard = bytes !== null));
    await sent(line, death === 'in the request' ? request.subarray(0, Math.floor(where * request.length)) : request);
    if (death === 'before the answer') await new Promise((resolve) => setTimeout(resolve, where * 12));
    if (death === 'in the answer') {
      const bytes = await answer;
      if (bytes) outgoing.socket?.write(bytes.subarray(0, Math.floor(where * bytes.length)));
    }
    this.#count(death === 'before the answer' && heard ? 'killed behind the answer' : `killed ${death}`);
    await end();
    line.destroy();
    outgoing.destroy();
  }

  /** The stream of pokes, as it comes or worse. */
  #events(incoming: IncomingMessage, outgoing: ServerResponse, random: () => number): void {
    if (this.faults.bad > 0 && random() < 0.5) {
      this.#count('stream refused');
      return this.#refuse(outgoing, REFUSALS, random());
    }
    const { headers, url, method } = incoming;
    const going = ask({ host: this.#target.hostname, port: this.#target.port, path: url, method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      let rest = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        const events = (rest + text).split(/(?<=\n\n|\r\n\r\n)/);
        rest = /\n\r?\n$/.test(events.at(-1)!) ? '' : events.pop()!;
        for (const event of events) this.#poke(outgoing, event, random);
      });
      answer.on('error', () => outgoing.destroy());
      answer.on('end', () => outgoing.end());
    });
    going.on('error', () => outgoing.destroy());
    outgoing.on('close', () => going.destroy());
    going.end();
  }

  #poke(outgoing: ServerResponse, event: string, random: () => number): void {
    const { pokes = 'clear' } = this.faults;
    if (/^id:/m.test(event)) this.#count(`${pokes} poke`);
    if (pokes === 'late') setTimeout(() => outgoing.writable && outgoing.write(event), random() * 150);
    else if (pokes !== 'silent') outgoing.write(pokes === 'doubled' ? event + event : event);
  }

  #forward(incoming: IncomingMessage, body: Buffer): Promise<Heard> {
    const { 'transfer-encoding': _, connection: __, ...headers } = incoming.headers;
    const options = { host: this.#target.hostname, port: this.#target.port, path: incoming.url, method: incoming.method, agent: false as const };
    return new Promise((resolve, reject) => {
      const going = ask({ ...options, headers: { ...headers, connection: 'close', 'content-length': body.length } }, (answer) => {
        whole(answer).then((bytes) => {
          const { 'transfer-encoding': _, connection: __, ...kept } = answer.headers;
          resolve({ status: answer.statusCode ?? 502, headers: { ...kept, 'content-length': bytes.length }, body: bytes });
        }, reject);
      });
      going.on('error', reject);
      going.end(body);
    });
  }
}

/** A request as it stands on the line. */
function bytesOf({ method, url, rawHeaders }: IncomingMessage, body: Buffer): Buffer {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let n = 0; n < rawHeaders.length; n += 2) {
    if (!/^(connection|transfer-encoding|content-length|x-device)$/i.test(rawHeaders[n]!)) lines.push(`${rawHeaders[n]}: ${rawHeaders[n + 1]}`);
  }
  lines.push('connection: close', `content-length: ${body.length}`, '', '');
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), body]);
}

/** Until the bytes have left this process. */
function sent(line: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => line.write(bytes, () => resolve()));
}

/** Whether all changes of a push are in the server's log now. */
function isTaken({ status, headers, body }: Heard): boolean {
  if (status !== 200) return false;
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  const { results, stop } = JSON.parse(text.toString()) as Pick<PushResponse, 'results' | 'stop'>;
  return stop === null && results.length > 0;
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
