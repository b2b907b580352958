/**
 * One tab owns the worker, and with it the database file; the others ask it. The
 * owner holds a Web Lock; when it closes, the next tab takes the lock, starts the
 * worker and everybody sends their unanswered calls again (SYNC 2.11). Runs on the
 * page and is part of the first load: no imports but types.
 */
import type { Problem, Status } from '../api.ts';
import type { Call, CallKind, News, Reply, TabMessage } from './calls.ts';

const NAME = 'outlay';

interface Waiting {
  message: Call;
  sent: boolean;
  resolve(reply: { data: unknown; reads: readonly string[] }): void;
  reject(problem: Problem): void;
}

/** The worker that `static/before.js` has started before this tab could know whether it may. */
export interface Early {
  worker: Worker;
  /** What the worker said before the tab listened. */
  heard: MessageEvent<Reply | News>[];
  failed: boolean;
}

export interface TabParts {
  early?: Early | undefined;
  startWorker(): Worker;
  mint(): Pick<Call, 'mid' | 'now_ms' | 'today' | 'seed'>;
  status(status: Status): void;
  changed(tables: readonly string[]): void;
  ready(): void;
  /** The worker has fetched all that it needs. */
  files(): void;
}

export class Tab {
  readonly #parts: TabParts;
  readonly #id = crypto.randomUUID();
  readonly #channel = new BroadcastChannel(NAME);
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #status: Status | null = null;
  /** Calls can be sent: this tab has a worker, which answers once it is up, or another tab leads. */
  #open = false;
  /** This tab's worker is up. */
  #up = false;
  /** Something was answered already: what is on the screen may be from before somebody else led. */
  #answers = false;
  #calls = 0;

  constructor(parts: TabParts) {
    this.#parts = parts;
    this.#channel.onmessage = (event: MessageEvent<TabMessage>) => this.#heard(event.data);
    this.#post({ hello: this.#id });
    void this.#wait(parts.early);
  }

  get leads(): boolean {
    return this.#worker !== null;
  }

  /** `book` is the one that it is meant for, where that is not simply the open one. */
  call(kind: CallKind, name: string, args: unknown, book = this.#status?.book?.id): Promise<{ data: unknown; reads: readonly string[] }> {
    const message: Call = { tab: this.#id, call: ++this.#calls, kind, name, args, book, ...this.#parts.mint() };
    return new Promise((resolve, reject) => {
      this.#waiting.set(message.call, { message, sent: false, resolve, reject });
      if (this.#open) this.#send(message.call);
    });
  }

  /** A worker that was started too early, while another tab leads, has opened nothing yet: it waits for the files. */
  async #wait(early: Early | undefined): Promise<void> {
    if (early !== undefined) {
      await navigator.locks.request(NAME, { ifAvailable: true }, (lock) => (lock ? this.#lead(early) : early.worker.terminate()));
    }
    await navigator.locks.request(NAME, () => this.#lead());
  }

  /** Holds the lock until the tab is gone. */
  async #lead(early?: Early): Promise<never> {
    const worker = early?.worker ?? this.#parts.startWorker();
    this.#worker = worker;
    this.#up = false;
    worker.onmessage = (event: MessageEvent<Reply | News>) => this.#fromWorker(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(event.message);
    };
    for (const { data } of early?.heard ?? []) this.#fromWorker(data);
    if (early?.failed) this.#fail('');
    else this.#resend();
    return new Promise<never>(() => undefined);
  }

  #fromWorker(message: Reply | News): void {
    if ('news' in message) {
      if (message.news === 'ready') this.#ready();
      else this.#post(message);
      this.#news(message);
    } else if (message.tab === this.#id) this.#answered(message);
    else this.#post(message);
  }

  #ready(): void {
    this.#up = true;
    this.#post({ leader: this.#id, status: this.#status });
    this.#led();
  }

  /** Somebody leads (anew), and is up. */
  #led(): void {
    this.#parts.ready();
    if (this.#answers) this.#parts.changed(['*']);
  }

  #heard(message: TabMessage): void {
    if ('hello' in message) {
      if (this.#up) this.#post({ leader: this.#id, status: this.#status });
    } else if ('leader' in message) {
      if (message.status) this.#news({ news: 'status', status: message.status });
      this.#resend();
      this.#led();
    } else if ('news' in message) this.#news(message);
    else if ('kind' in message) this.#worker?.postMessage(message);
    else if (message.tab === this.#id) this.#answered(message);
  }

  /** Somebody else is asked now: what has no answer is sent again. Only calls that are safe to repeat are. */
  #resend(): void {
    this.#open = true;
    for (const [call, { message, sent, reject }] of this.#waiting) {
      const repeatable = message.kind === 'query' || message.kind === 'command';
      if (!sent || repeatable) this.#send(call);
      else {
        this.#waiting.delete(call);
        reject({ code: 'interrupted', message: 'This was interrupted. Please try again.' });
      }
    }
  }

  #send(call: number): void {
    const waiting = this.#waiting.get(call);
    if (!waiting) return;
    waiting.sent = true;
    if (this.#worker) this.#worker.postMessage(waiting.message);
    else this.#post(waiting.message);
  }

  #answered(reply: Reply): void {
    const waiting = this.#waiting.get(reply.call);
    this.#waiting.delete(reply.call);
    this.#answers = true;
    if (!waiting) return;
    if ('problem' in reply) waiting.reject(reply.problem);
    else waiting.resolve({ data: reply.data, reads: reply.reads ?? [] });
  }

  #news(message: News): void {
    if (message.news === 'status') {
      this.#status = { ...message.status, leader: this.leads };
      this.#parts.status(this.#status);
    } else if (message.news === 'changed' && this.#open) this.#parts.changed(message.tables);
    else if (message.news === 'files') this.#parts.files();
  }

  /** The worker did not load (the first visit lost its network): say so, and try again. */
  #fail(text: string): void {
    if (this.#up) return;
    this.#open = false;
    const error = { code: 'app_not_loaded', message: `The app could not be loaded whole${text ? ` (${text})` : ''}. It tries again.` };
    if (this.#status === null) this.#parts.status({ ...EMPTY, storage: { ready: false, error } });
    this.#worker?.terminate();
    setTimeout(() => void this.#lead(), 5000);
  }

  #post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }
}

/** Before anything is known. */
export const EMPTY: Status = {
  session: 'none', person: null, book: null, books: [],
  sync: { state: 'saved_here', unsent: 0, set_aside: 0, files: 0, attention: 0 },
  storage: { ready: false }, leader: false
};
