/**
 * Receipts' files between this device and the server: kept here first, sent when there is a network and every change is
 * sent, one at a time; fetched when somebody looks. The queue is the table `file` itself, so it survives whatever
 * happens to the app. Nothing of a book without an account leaves the device.
 */
import { problemOf, ServerProblem } from '../identity/session.ts';
import { limit } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import {
  bytesOf, fileOf, keep, mark, nextUnsent, nextWanted, sweep, thumbOf, tried, want, type ReceiptFile, type StoredFile
} from '../store/files.ts';
import type { Pictures } from '../store/pictures.ts';
import type { Port } from '../store/port.ts';
import { backoff, type Timers } from './runner.ts';

/** A file may take this long on a thin line. */
const PATIENCE_MS = 300_000;
/** A list that is looked at does not ask more often for what could not be had. */
const AGAIN_MS = 600_000;
/** Refusals that no second try will change: the person is told. */
const FOR_GOOD = new Set([409, 413, 415, 422]);

const TABLES: ReadonlySet<string> = new Set(['file']);

export interface FilesParts {
  port: Port;
  book_id: string;
  /** A request about the open book under its person's token; null while it has no account. */
  request(): ((path: string, init?: RequestInit) => Promise<Response>) | null;
  /** Changes go first. */
  mayUpload(): boolean;
  pictures?: Pictures | undefined;
  now_ms(): number;
  timers: Timers;
  changed(tables: ReadonlySet<string>): void;
}

type Outcome = 'done' | 'again' | 'stop';

export class Files {
  readonly #parts: FilesParts;
  #running: Promise<void> | null = null;
  #more = false;
  #timer: unknown = null;
  #failures = 0;
  #waiting = new Map<string, (() => void)[]>();
  #closed = false;

  constructor(parts: FilesParts) {
    this.#parts = parts;
    sweep(parts.port, parts.book_id, parts.now_ms());
  }

  /** Keeps a photo or document here; a receipt may name it then. Refuses `file_type`, `file_too_large`. */
  async add(file: Blob, name: string): Promise<ReceiptFile> {
    const { port, pictures, now_ms } = this.#parts;
    const prepared = pictures ? await pictures.prepare(file) : { media_type: file.type, bytes: new Uint8Array(await file.arrayBuffer()) };
    const { media_type, bytes } = prepared;
    if (bytes.length === 0) throw new Refusal('file_damaged', 'file');
    if (bytes.length > limit('file_bytes')) throw new Refusal('file_too_large', 'file', '', { max_bytes: limit('file_bytes') });
    const sha256 = await digest(bytes);
    const thumb = (await pictures?.thumb(prepared)) ?? null;
    this.#open();
    keep(port, { sha256, media_type, bytes, thumb, state: 'kept', now_ms: now_ms() });
    this.#parts.changed(TABLES);
    return { sha256, media_type, size: bytes.length, name: nameFor(name, media_type) };
  }

  /** The bytes; fetched now when they are not here. Throws `offline`, `file_not_found`, … */
  async open(sha256: string): Promise<Blob> {
    const { port, book_id, now_ms } = this.#parts;
    const here = bytesOf(port, sha256, now_ms());
    if (here) return new Blob([here], { type: fileOf(port, sha256)?.media_type ?? '' });
    want(port, book_id, sha256, now_ms());
    const fetched = new Promise<void>((resolve) => this.#waiting.set(sha256, [...(this.#waiting.get(sha256) ?? []), resolve]));
    // other files may still be on their way when this one is here
    await Promise.race([this.poke(), fetched]);
    const file = this.#closed ? null : fileOf(port, sha256);
    const bytes = file && bytesOf(port, sha256, now_ms());
    if (!file || !bytes) throw new ServerProblem(file?.problem ?? 'file_not_found', 'This file is not on this device.');
    return new Blob([bytes], { type: file.media_type });
  }

  /** A small picture as a data address; what is not here is asked for. */
  thumb(sha256: string): string | null {
    const { port, book_id, request, now_ms } = this.#parts;
    const thumb = thumbOf(port, sha256);
    if (thumb) return `data:image/jpeg;base64,${base64(thumb)}`;
    const file = fileOf(port, sha256);
    const fresh = file === null || (file.state === 'away' && !file.wanted && (file.tried_ms === null || file.tried_ms + AGAIN_MS < now_ms()));
    if (fresh && request() !== null) {
      want(port, book_id, sha256, now_ms());
      void this.poke();
    }
    return null;
  }

  /** Tries again what the server refused: there may be room now. */
  retry(sha256: string): void {
    const { port, now_ms } = this.#parts;
    if (fileOf(port, sha256)?.state === 'refused') mark(port, sha256, 'kept', now_ms());
    this.#parts.changed(TABLES);
    void this.poke();
  }

  /** Settles when there is nothing to do, or nothing can be done now. */
  poke(): Promise<void> {
    this.#more = true;
    this.#failures = 0;
    return this.#go();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #go(): Promise<void> {
    if (this.#closed || this.#parts.request() === null) return Promise.resolve();
    this.#cancel();
    this.#running ??= this.#round().finally(() => {
      this.#running = null;
      return this.#more ? this.#go() : undefined;
    });
    return this.#running;
  }

  async #round(): Promise<void> {
    for (;;) {
      this.#more = false;
      const outcome = await this.#step();
      if (this.#closed || outcome === 'stop') return;
      if (outcome === 'again') return this.#later();
      this.#failures = 0;
    }
  }

  /** One file. Whoever looks at one comes before what is to be sent. */
  async #step(): Promise<Outcome> {
    const { port, book_id, now_ms } = this.#parts;
    const wanted = nextWanted(port);
    const file = wanted ?? (this.#parts.mayUpload() ? nextUnsent(port, book_id) : null);
    if (!file) return 'stop';
    try {
      await (wanted ? this.#fetch(file) : this.#send(file));
      if (!this.#closed) this.#parts.changed(TABLES);
      if (wanted) this.#tell(file.sha256);
      return 'done';
    } catch (error) {
      if (this.#closed) return 'stop';
      if (!(error instanceof ServerProblem)) console.error(error);
      const { code, status } = error instanceof ServerProblem ? error : { code: 'offline', status: 0 };
      if (wanted) {
        // whoever looks is told at once; the list asks again later
        mark(port, file.sha256, 'away', now_ms(), code);
        this.#parts.changed(TABLES);
        this.#tell(file.sha256);
        return code === 'needs_auth' ? 'stop' : 'done';
      }
      if (FOR_GOOD.has(status)) mark(port, file.sha256, 'refused', now_ms(), code);
      else tried(port, file.sha256, now_ms(), code);
      this.#parts.changed(TABLES);
      if (FOR_GOOD.has(status)) return 'done';
      return code === 'needs_auth' || status === 403 || status === 404 || status === 410 ? 'stop' : 'again';
    }
  }

  async #send({ sha256, media_type, state }: StoredFile): Promise<void> {
    const { port, now_ms } = this.#parts;
    if (state === 'check') {
      const known = await this.#ask(sha256, { method: 'HEAD' });
      if (this.#closed) return;
      if (known.ok) return mark(port, sha256, 'sent', now_ms());
      if (known.status !== 404) throw await problemOf(known);
    }
    const bytes = bytesOf(port, sha256, now_ms());
    if (!bytes) return mark(port, sha256, 'away', now_ms());
    const answer = await this.#ask(sha256, { method: 'PUT', headers: { 'Content-Type': media_type }, body: new Blob([bytes]) });
    if (!answer.ok) throw await problemOf(answer);
    if (!this.#closed) mark(port, sha256, 'sent', now_ms());
  }

  async #fetch({ sha256, media_type }: StoredFile): Promise<void> {
    const { port, pictures, now_ms } = this.#parts;
    const answer = await this.#ask(sha256, { cache: 'no-store' });
    if (!answer.ok) throw await problemOf(answer);
    const bytes = new Uint8Array(await answer.arrayBuffer().catch(() => { throw new ServerProblem('offline', 'The line broke.'); }));
    if ((await digest(bytes)) !== sha256) throw new ServerProblem('digest_differs', 'Another file came.', 500);
    const prepared = { media_type: answer.headers.get('Content-Type') ?? media_type, bytes };
    const thumb = (await pictures?.thumb(prepared)) ?? null;
    if (!this.#closed) keep(port, { sha256, ...prepared, thumb, state: 'sent', now_ms: now_ms() });
  }

  async #ask(sha256: string, init: RequestInit): Promise<Response> {
    const request = this.#parts.request();
    const { book_id } = this.#parts;
    if (request === null) throw new ServerProblem('needs_auth', 'Please sign in again.', 401);
    return request(`/files/${sha256}?book=${book_id}`, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  }

  #tell(sha256: string): void {
    for (const resolve of this.#waiting.get(sha256) ?? []) resolve();
    this.#waiting.delete(sha256);
  }

  #later(): void {
    const { timers } = this.#parts;
    this.#timer = timers.set(() => {
      this.#timer = null;
      void this.#go();
    }, backoff(this.#failures++, timers.random()));
  }

  #cancel(): void {
    if (this.#timer !== null) this.#parts.timers.clear(this.#timer);
    this.#timer = null;
  }

  #open(): void {
    if (this.#closed) throw new Refusal('no_book');
  }
}

export async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const ENDINGS: Record<string, string> = { 'image/jpeg': 'jpg', 'application/pdf': 'pdf' };

/** The name it had, with the ending of what it is now. */
function nameFor(name: string, media_type: string): string {
  const ending = ENDINGS[media_type];
  const stem = name.replace(/\.[^./\\]{1,8}$/, '').trim().slice(0, 190) || 'receipt';
  return ending === undefined ? name.slice(0, 200) : `${stem}.${ending}`;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
