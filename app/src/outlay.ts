/**
 * The page's composition root: the only thing screens import for data (besides
 * types of `api.ts` and pure functions of kernel, ledger and reports).
 * It owns no data. It starts the tab (`sync/tabs.ts`), hands requests to whichever
 * tab owns the worker, and keeps live queries fresh.
 */
import type {
  Answer, CommandArgs, CommandName, CommandResult, ImportPreview, InvitationSeen, LockCalls, Problem, QueryName, QueryParams,
  QueryResult, Readable, ReceiptFile, RequestInput, SignIn, SignOutResult, SignUp, Status, UnsentFile, UseWithoutAccount
} from './api.ts';
import { localDay } from './kernel/dates.ts';
import { uuid7 } from './kernel/ids.ts';
import { bring } from './messages/words.ts';
import { serverAddress, shell } from './shell.ts';
import type { CallKind } from './sync/calls.ts';
import { EMPTY, Tab, type Early } from './sync/tabs.ts';

export type * from './api.ts';

/** An error with a code from the closed list (spec/refusals.json) and a sentence for people. */
export class Refusal extends Error implements Problem {
  readonly code: string;
  readonly field: string | null;
  readonly params: Record<string, unknown>;
  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'Refusal';
    this.code = problem.code;
    this.field = problem.field ?? null;
    this.params = problem.params ?? {};
  }
}

export interface LiveResult<Q extends QueryName> {
  /** Undefined until the first answer; then always the newest one. */
  data: QueryResult[Q] | undefined;
  error?: Problem;
}

export interface Live<Q extends QueryName> extends Readable<LiveResult<Q>> {
  /** Asks again now, reading `params` anew: call it when what `params` reads has changed. */
  refresh(): void;
}

export interface Outlay {
  /** Settles when the worker answers, whether or not a book is open. */
  ready: Promise<void>;
  /** Settles when the database's files are on this device and open; in a tab that does not lead perhaps never. */
  files_open: Promise<void>;
  status: Readable<Status>;
  live<Q extends QueryName>(name: Q, params: QueryParams[Q] | (() => QueryParams[Q])): Live<Q>;
  query<Q extends QueryName>(name: Q, params: QueryParams[Q]): Promise<QueryResult[Q]>;
  /** Resolves after the local COMMIT; throws a Refusal. `book` is the one that it is for, when that may not be open any more. */
  command<C extends CommandName>(name: C, args: CommandArgs[C], book?: string): Promise<CommandResult[C]>;
  identity: {
    signUp(input: SignUp): Promise<void>;
    signIn(input: SignIn): Promise<void>;
    /** By a provider or a passkey: a path under /api/v1 that answers a session. */
    signInAt(path: string, input: Record<string, unknown>): Promise<void>;
    /** What the server answers to anybody; with a body it is a POST. */
    open<T>(path: string, body?: unknown): Promise<T>;
    /** Without `force`, refuses to drop unsent changes and says how many there are. */
    signOut(options?: { force?: boolean }): Promise<SignOutResult>;
    useWithoutAccount(input: UseWithoutAccount): Promise<void>;
    /** Gives the local book an account; everything in it is uploaded. */
    attachAccount(input: SignUp): Promise<void>;
    openBook(id: string): Promise<void>;
    /** Who invites to which book, also before anybody signs in. Throws `invitation_over`, `offline`. */
    invitation(token: string): Promise<InvitationSeen>;
    /** Joins that book and opens it. */
    join(token: string): Promise<void>;
  };
  sync: {
    /** Pull to refresh: asks the server now. */
    now(): Promise<void>;
    /** What is not sent yet, to be saved as a file. */
    unsent(): Promise<UnsentFile>;
    /** Takes such a file into the open book; what was taken before is not taken twice. */
    takeUnsent(file: unknown): Promise<{ added: number; known: number }>;
    /** Brings back what a backup has and the book has not; with `look` it only says how much that is. */
    restore(file: unknown, options?: { look?: boolean }): Promise<{ made: number; back: number; known: number }>;
    /** Takes the open book off this device, with what it did not send, and opens another one if there is one. */
    removeBook(): Promise<void>;
  };
  files: {
    /** Keeps a photo or PDF on this device, made small and plain; a receipt may name it then. */
    add(file: File): Promise<ReceiptFile>;
    /** The file; fetched when it is not here. Throws `offline`, `file_not_found`. */
    open(sha256: string): Promise<Blob>;
    /** Tries again to send what the server refused. */
    retry(sha256: string): Promise<void>;
  };
  /** The app lock: see `LockCalls`. */
  lock<C extends keyof LockCalls>(name: C, args: LockCalls[C]['args']): Promise<LockCalls[C]['answer']>;
  remote: {
    importPreview(file: File, options?: Record<string, unknown>): Promise<ImportPreview>;
    importCommit(id: string, choices?: Record<string, unknown>): Promise<unknown>;
    importUndo(id: string): Promise<unknown>;
    imports(): Promise<unknown>;
    /** A path under /api/v1, with the person's token. */
    request<T = unknown>(path: string, init?: RequestInput): Promise<Answer<T>>;
  };
}


/* ---- a small store, so that nothing of a framework is needed here ------------------ */

class Cell<T> implements Readable<T> {
  readonly #listeners = new Set<(value: T) => void>();
  #value: T;
  /** Called when the first listener comes and when the last one has gone. */
  onActive: (active: boolean) => void = () => undefined;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  subscribe(run: (value: T) => void): () => void {
    this.#listeners.add(run);
    run(this.#value);
    if (this.#listeners.size === 1) this.onActive(true);
    return () => {
      if (this.#listeners.delete(run) && this.#listeners.size === 0) this.onActive(false);
    };
  }
}

/* ---- the tab ------------------------------------------------------------------------ */

const status = new Cell<Status>(EMPTY);
const lives = new Set<LiveQuery<QueryName>>();
let settleReady: () => void = () => undefined;
const ready = new Promise<void>((resolve) => (settleReady = resolve));
let settleFiles: () => void = () => undefined;
const filesOpen = new Promise<void>((resolve) => (settleFiles = resolve));
let tab: Tab | null = null;

function theTab(): Tab {
  tab ??= new Tab({
    early: (window as { outlayEarly?: Early }).outlayEarly,
    startWorker: () => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `outlay ${serverAddress()}` });
      shell?.serve(worker);
      return worker;
    },
    mint: () => {
      const random = crypto.getRandomValues(new Uint8Array(20));
      const now_ms = Date.now();
      const seed = [...random.subarray(10)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return { mid: uuid7(now_ms, random.subarray(0, 10)), now_ms, today: localDay(new Date(now_ms)), seed };
    },
    status: (now) => {
      status.set(now);
      askToStay(now);
    },
    changed: (tables) => {
      for (const live of lives) live.changed(tables);
    },
    ready: () => settleReady(),
    files: () => settleFiles()
  });
  return tab;
}

/** Browsers give encryption and private files only to https and to this computer itself. */
const INSECURE: Problem = {
  code: 'storage_insecure',
  message: 'Outlay needs a secure address (https, or this computer itself) to keep your data encrypted.'
};

/** Asks the browser once not to clear the data when space runs short. */
let asked = false;
function askToStay(now: Status): void {
  if (asked || !now.book || !now.leader || now.storage.persisted !== undefined || !navigator.storage) return;
  asked = true;
  void navigator.storage.persist().then((persisted) => call('sync', 'persisted', { persisted }));
}

/** Screens hand over reactive proxies, which cannot be posted: only their values go. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

async function call<T>(kind: CallKind, name: string, args: unknown, book?: string): Promise<T> {
  return (await callWithReads<T>(kind, name, args, book)).data;
}

async function callWithReads<T>(kind: CallKind, name: string, args: unknown, book?: string): Promise<{ data: T; reads: readonly string[] }> {
  try {
    return (await theTab().call(kind, name, args, book)) as { data: T; reads: readonly string[] };
  } catch (problem) {
    // it is about to be said, in the language in use
    await bring('refusals');
    throw new Refusal(problem as Problem);
  }
}

async function request<T>(path: string, init: RequestInput): Promise<Answer<T>> {
  const answer = await call<Answer<T>>('remote', 'request', { path, init });
  if (!answer.ok) await bring('refusals');
  return answer;
}

class LiveQuery<Q extends QueryName> implements Live<Q> {
  readonly #name: Q;
  readonly #params: QueryParams[Q] | (() => QueryParams[Q]);
  readonly #cell = new Cell<LiveResult<Q>>({ data: undefined });
  #reads: ReadonlySet<string> | null = null;
  #running = false;
  #again = false;
  #planned = false;

  constructor(name: Q, params: QueryParams[Q] | (() => QueryParams[Q])) {
    this.#name = name;
    this.#params = params;
    this.#cell.onActive = (active) => {
      if (active) {
        lives.add(this as unknown as LiveQuery<QueryName>);
        this.refresh();
      } else lives.delete(this as unknown as LiveQuery<QueryName>);
    };
  }

  subscribe(run: (value: LiveResult<Q>) => void): () => void {
    return this.#cell.subscribe(run);
  }

  /** Changes come in bursts; one question answers them all. */
  changed(tables: readonly string[]): void {
    const concerns = this.#reads === null || tables.some((table) => table === '*' || this.#reads!.has(table));
    if (!concerns || this.#planned) return;
    this.#planned = true;
    setTimeout(() => {
      this.#planned = false;
      this.refresh();
    }, 0);
  }

  refresh(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    void this.#ask().finally(() => {
      this.#running = false;
      if (this.#again) {
        this.#again = false;
        this.refresh();
      }
    });
  }

  async #ask(): Promise<void> {
    const params = typeof this.#params === 'function' ? this.#params() : this.#params;
    try {
      const { data, reads } = await callWithReads<QueryResult[Q]>('query', this.#name, plain(params));
      this.#reads = new Set(reads);
      if (!this.#again) this.#cell.set({ data });
    } catch (error) {
      this.#reads = null;
      const { code, field, message } = error as Refusal;
      this.#cell.set({ data: this.#cell.value.data, error: { code, field, message } });
    }
  }
}

export const outlay: Outlay = {
  ready,
  files_open: filesOpen,
  status,
  live: (name, params) => new LiveQuery(name, params),
  query: (name, params) => call('query', name, plain(params)),
  command: (name, args, book) => call('command', name, plain(args), book),
  identity: {
    signUp: (input) => call('identity', 'signUp', input),
    signIn: (input) => call('identity', 'signIn', input),
    signInAt: (path, input) => call('identity', 'signInAt', { path, input }),
    open: (path, body) => call('identity', 'open', { path, body }),
    signOut: (options = {}) => call('identity', 'signOut', options),
    useWithoutAccount: (input) => call('identity', 'useWithoutAccount', input),
    attachAccount: (input) => call('identity', 'attachAccount', input),
    openBook: (id) => call('identity', 'openBook', { id }),
    invitation: (token) => call('identity', 'invitation', { token }),
    join: (token) => call('identity', 'join', { token })
  },
  sync: {
    now: () => call('sync', 'now', {}),
    unsent: () => call('sync', 'unsent', {}),
    takeUnsent: (file) => call('sync', 'takeUnsent', { file }),
    restore: (file, { look = false } = {}) => call('sync', 'restore', { file, look }),
    removeBook: () => call('sync', 'removeBook', {})
  },
  files: {
    add: (file) => call('files', 'add', { file, name: file.name }),
    open: (sha256) => call('files', 'open', { sha256 }),
    retry: (sha256) => call('files', 'retry', { sha256 })
  },
  lock: (name, args) => call('lock', name, args),
  remote: {
    importPreview: (file, options = {}) => call('remote', 'importPreview', { file, options }),
    importCommit: (id, choices = {}) => call('remote', 'importCommit', { id, choices }),
    importUndo: (id) => call('remote', 'importUndo', { id }),
    imports: () => call('remote', 'imports', {}),
    request: (path, init = {}) => request(path, init)
  }
};

/** Where `ui/frame/entry.ts` remembers that a book was open here. */
const OPENED = 'outlay.opened';

// on a first visit the shell paints first, and the worker and its wasm load behind it
if (typeof window !== 'undefined') {
  if ('locks' in navigator) {
    if (localStorage.getItem(OPENED) === null) setTimeout(theTab, 0);
    else theTab();
    // a phone that was in a pocket missed the pokes
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && status.value.session === 'signed_in') void call('sync', 'now', {}).catch(() => undefined);
    });
  } else status.set({ ...EMPTY, storage: { ready: false, error: INSECURE } });
}
