/**
 * One open book: its file, its commands and queries, and its sync. Commands and
 * queries are synchronous against the file; sync runs beside them between awaits.
 */
import type { Changed, CommandArgs, CommandName, Draft, QueryName, SyncInfo, SyncState, UnsentFile } from '../api.ts';
import { Refusal } from '../kernel/refusal.ts';
import { restoring, type Restored } from '../ledger/backup.ts';
import type { EntityName, Row } from '../ledger/entities.ts';
import type { Write } from '../ledger/merge.ts';
import { changeOf, undoOps, type Change } from '../ledger/undo.ts';
import type { Plan, PlanContext, Rooms } from '../rooms.ts';
import { accountOf, freeRound, sampleIsThere, transactionOf } from '../ledger/sampled.ts';
import { sampleBook } from '../sample.ts';
import { ENTITY_NAMES } from '../store/entities.ts';
import { unsentFiles } from '../store/files.ts';
import { readMeta, writeMeta, type Meta } from '../store/meta.ts';
import type { Pictures } from '../store/pictures.ts';
import type { Port } from '../store/port.ts';
import { readRow } from '../store/rows.ts';
import { listen } from './events.ts';
import { Files } from './files.ts';
import { finishBook } from './inbox.ts';
import { knownNames, remember } from './known.ts';
import { SyncMachine, type Step, type Transport, type World } from './machine.ts';
import { changesOf, isRecorded, meta, pendingCount, PUSH_OPS, record, setAsideCount } from './outbox.ts';
import { backoff, SyncRunner, type Timers } from './runner.ts';
import { takeUnsent, unsentFile } from './unsent.ts';
import { versionOf, type Op } from './wire.ts';

/** Each posts 50 instances of every schedule: daily for 27 years. */
const POSTING_PASSES = 200;

/** Between two pieces of what is made after a book was fetched or opened. */
const FINISH_PAUSE_MS = 50;

/** Undo reaches back this many changes, and up to twice as many: to let go of one with every change cost each two pages more. */
const UNDO_KEPT = 50;

/** A draft of what has been added since: the page went before it could drop it. */
const SAVED = `EXISTS (SELECT 1 FROM "transaction" WHERE book_id = :book_id AND id = json_extract(draft.value, '$.id'))`;

/** What one change lost to another on one row is one thing to look at (`together` in ui/attention). */
const THING = `CASE kind WHEN 'overwritten' THEN mutation_id || row_id || device_id || coalesce(kept_device_id, '') ELSE id END`;

/** Ids and times made on the page before the call, so that the same call can be sent twice. */
export interface Minted {
  mid: string;
  now_ms: number;
  today: string;
  ids: (n: number) => string;
}

export interface BookParts {
  port: Port;
  rooms: Rooms;
  transport: Transport;
  world: World;
  timers: Timers;
  /** Opens the event stream, or null when the server cannot be reached. */
  events(book_id: string, signal: AbortSignal): Promise<Response | null>;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** A request under the token of the book's person. */
  request?(path: string, init?: RequestInit): Promise<Response>;
  pictures?: Pictures | undefined;
  /** Tables that changed; empty when only the sync state did. */
  changed(tables: ReadonlySet<string>): void;
  /** The person's day; left out: nothing is read ahead. */
  today?: (() => string) | undefined;
  device_name?: string;
  pull_limit?: number;
  snapshot_limit?: number;
}

export interface SyncView {
  state: SyncState;
  unsent: number;
  set_aside: number;
  /** Files of receipts that only this device has. */
  files: number;
  attention: number;
  progress: { done: number; total: number | null } | null;
  problem: { code: string; message: string } | null;
  last_sync_ms: number | null;
}

export class OpenBook {
  readonly #parts: BookParts;
  readonly #machine: SyncMachine;
  readonly files: Files;
  #runner: SyncRunner | null = null;
  #line: AbortController | null = null;
  #last: Step | null = null;
  #posting = false;
  #finishing: unknown = null;
  /** What is read before it is asked for. */
  #ahead: Iterator<void> | null = null;

  constructor(parts: BookParts) {
    this.#parts = parts;
    const { port, transport, world, device_name, pull_limit, snapshot_limit } = parts;
    this.#machine = new SyncMachine({
      port, transport, world, ...(device_name === undefined ? {} : { device_name }),
      ...(pull_limit === undefined ? {} : { pull_limit }), ...(snapshot_limit === undefined ? {} : { snapshot_limit })
    });
    this.files = this.#filesOf(parts);
  }

  #filesOf({ port, request, world, timers, pictures, changed }: BookParts): Files {
    const send = (path: string, init?: RequestInit): Promise<Response> => request!(path, init);
    return new Files({
      port, pictures, timers, changed, now_ms: () => world.now_ms(), book_id: this.meta.book_id,
      request: () => (request === undefined || this.#runner === null ? null : send),
      mayUpload: () => pendingCount(port) === 0 && this.#last?.next === 'idle'
    });
  }

  get machine(): SyncMachine {
    return this.#machine;
  }

  get port(): Port {
    return this.#parts.port;
  }

  get meta(): Meta {
    return meta(this.#parts.port);
  }

  /* ---- reading and changing -------------------------------------------------- */

  query(name: QueryName, params: unknown, today: string): { data: unknown; reads: readonly string[] } {
    const { port, rooms } = this.#parts;
    if (name === 'syncState') return { data: this.#info(), reads: ['outbox'] };
    if (name === 'known') return { data: knownNames(port), reads: ['known'] };
    if (name === 'thumb') return { data: this.files.thumb((params as { sha256: string }).sha256), reads: ['file'] };
    if (name === 'drafts') return { data: this.#drafts((params as { of: string }).of), reads: ['draft'] };
    return { data: rooms.query(name, port, this.meta.book_id, params, today), reads: rooms.reads(name) };
  }

  command(name: CommandName, args: unknown, minted: Minted): Changed | null {
    if (name === 'saveDraft' || name === 'dropDraft') return this.#keepDraft(name, args, minted.now_ms);
    if (name === 'setUpBook') return this.#setUp(args as CommandArgs['setUpBook'], minted);
    if (name === 'addSample') return this.fillSample((args as { language: string }).language, minted);
    const { port, rooms } = this.#parts;
    const tables = new Set<string>(['outbox']);
    const answer = port.tx((): Changed => {
      const before = this.#answered(minted.mid);
      if (before) return before;
      const plan = name === 'undo' ? this.#undoPlan(args) : rooms.plan(name, this.#context(minted), args);
      // nothing changed: nothing to send
      if (plan.ops.length === 0) return { mutation_id: minted.mid, id: plan.id };
      const change = { mid: minted.mid, name: plan.name, ops: plan.ops, made_at: minted.now_ms };
      const applied = record(port, change);
      for (const { entity } of applied?.touched ?? []) tables.add(entity);
      return this.#keepAnswer(minted, plan, applied?.writes ?? []);
    });
    this.#parts.changed(tables);
    void this.poke();
    return answer;
  }

  /** Writes operations in mutations of legal size (the first content of a book). */
  fill(name: string, ops: readonly Op[], minted: Minted): void {
    const { port } = this.#parts;
    port.tx(() => {
      for (let start = 0, n = 0; start < ops.length; start += PUSH_OPS, n++) {
        const change = { mid: minted.ids(900_000 + n), name, ops: ops.slice(start, start + PUSH_OPS), made_at: minted.now_ms };
        record(port, change);
      }
    });
    this.#parts.changed(new Set(ops.map((op) => op.e)));
  }

  /**
   * The device that this book was begun on was lost before it had sent anything. Not before the server has said so: the
   * settings may be on their way. Should that device come back, its account of cash is another one, in its own currency.
   */
  #setUp({ base_currency, language = 'en', country }: CommandArgs['setUpBook'], minted: Minted): Changed {
    const { port, rooms } = this.#parts;
    const { book_id, cursor } = this.meta;
    if (port.value('SELECT 1 FROM settings WHERE NOT deleted') === null) {
      if (cursor === null) throw new Refusal('book_without_settings');
      this.fill('book.seed', rooms.seed(book_id, base_currency, { language, country, account_id: minted.ids(0) }), minted);
      void this.poke();
    }
    return { mutation_id: minted.mid, id: null };
  }

  /** Sample data, by the commands that a person would have given, in one transaction. Nothing where it is there already. */
  fillSample(language: string, minted: Minted): Changed {
    const { port } = this.#parts;
    const { book_id } = this.meta;
    const done = { mutation_id: minted.mid, id: null };
    if (sampleIsThere({ port, book_id })) return done;
    const round = freeRound({ port, book_id });
    const base_currency = port.value<string>('SELECT base_currency FROM settings WHERE NOT deleted') ?? 'EUR';
    const ids = {
      account: (name: 'bank' | 'savings') => accountOf(book_id, round, name),
      transaction: (number: number) => transactionOf(book_id, round, number)
    };
    let n = 100_000;
    const sample = sampleBook(book_id, base_currency, language, minted.today, ids);
    port.tx(() => {
      const give = (name: CommandName, args: { id: string }) => {
        const from = n;
        n += 50;
        const ids = (at: number) => minted.ids(from + 1 + at);
        this.command(name, args, { ...minted, mid: minted.ids(from), ids });
      };
      for (const account of sample.accounts) give('addAccount', account);
      for (const transaction of sample.transactions) give('addTransaction', transaction);
    });
    return done;
  }

  /**
   * Posts what schedules have due until `today`. Only the tab that owns the database does; other devices and the server
   * make the same rows. Not while the book is still filling: what was posted elsewhere is on its way.
   */
  postDue(today: string, now_ms: number, newId: () => string): number {
    if (this.meta.hydration !== null || this.#posting) return 0;
    this.#posting = true;
    try {
      const posted = this.#postAll(today, now_ms, newId);
      if (posted > 0) {
        this.#parts.changed(new Set(['outbox', 'transaction', 'schedule', 'payee', 'tag']));
        void this.poke();
      }
      return posted;
    } finally {
      this.#posting = false;
    }
  }

  #postAll(today: string, now_ms: number, newId: () => string): number {
    const { port, rooms } = this.#parts;
    const { book_id } = this.meta;
    const refused = new Set<string>();
    let posted = 0;
    for (let pass = 0; pass < POSTING_PASSES; pass++) {
      const due = rooms.due({ port, book_id, now_ms, today, mint: newId }).filter(({ id }) => !refused.has(id));
      if (due.length === 0) break;
      for (const { id, ops } of due) {
        try {
          port.tx(() => record(port, { mid: newId(), name: 'schedule.post', ops, made_at: now_ms }));
          posted++;
        } catch (error) {
          // it waits until somebody mends it
          if (!(error instanceof Refusal)) throw error;
          refused.add(id);
        }
      }
    }
    return posted;
  }

  #context({ now_ms, today, ids }: Minted): PlanContext {
    let n = 0;
    return { port: this.#parts.port, book_id: this.meta.book_id, now_ms, today, mint: () => ids(n++) };
  }

  #undoPlan(args: unknown): Plan {
    const { token } = args as { token: string };
    const { port } = this.#parts;
    const { book_id } = this.meta;
    const stored = port.one<{ answer: string; changes: string }>('SELECT answer, changes FROM undo WHERE token = :token', { token });
    if (!stored) throw new Refusal('undo_gone');
    const { id } = JSON.parse(stored.answer) as Changed;
    const current = (entity: EntityName, row_id: string) => readRow(port, book_id, entity, row_id) as Row | null;
    const ops = undoOps(JSON.parse(stored.changes) as Change[], current);
    if (ops.length === 0) throw new Refusal('nothing_to_undo');
    return { name: 'undo', ops, id };
  }

  /** The answer that a call with this mutation id got the first time. */
  #answered(mid: string): Changed | null {
    const { port } = this.#parts;
    const stored = port.value<string>('SELECT answer FROM undo WHERE token = :mid', { mid });
    if (stored !== null) return JSON.parse(stored) as Changed;
    return isRecorded(port, mid) ? { mutation_id: mid, id: null } : null;
  }

  /** The answer, and what the change was: it can be taken back also after others have changed the rows. */
  #keepAnswer({ mid, now_ms }: Minted, plan: Plan, writes: readonly Write[]): Changed {
    const { port } = this.#parts;
    const answer: Changed = { mutation_id: mid, id: plan.id, undo: mid };
    port.run('INSERT INTO undo(token, at_ms, answer, changes) VALUES (:mid, :now_ms, :answer, :changes)', {
      mid, now_ms, answer: JSON.stringify(answer), changes: JSON.stringify(writes.map(changeOf))
    });
    if ((port.value<number>('SELECT count(*) FROM undo') ?? 0) > 2 * UNDO_KEPT) {
      port.run('DELETE FROM undo WHERE token NOT IN (SELECT token FROM undo ORDER BY at_ms DESC, token DESC LIMIT :kept)', { kept: UNDO_KEPT });
    }
    return answer;
  }

  /** What the server has not confirmed, as a file. */
  unsent(): UnsentFile {
    return unsentFile(this.#parts.port, this.#parts.world.now_ms());
  }

  /** Such a file, taken in again. */
  takeUnsent(file: unknown): { added: number; known: number } {
    const { port } = this.#parts;
    const taken = port.tx(() => takeUnsent(port, file));
    this.#parts.changed(new Set(['outbox', ...ENTITY_NAMES]));
    void this.poke();
    return taken;
  }

  /** Brings back what a backup has and the book has not, in one transaction; with `look` only says what that would be. */
  restore(file: unknown, look: boolean, minted: Minted): Omit<Restored, 'ops'> {
    const { port } = this.#parts;
    const { ops, ...counts } = restoring(port, this.meta.book_id, file);
    if (look || ops.length === 0) return counts;
    port.tx(() => {
      changesOf(ops).forEach((some, n) => record(port, { mid: minted.ids(900_000 + n), name: 'book.restore', ops: some, made_at: minted.now_ms }));
    });
    this.#parts.changed(new Set(['outbox', ...ENTITY_NAMES]));
    void this.poke();
    return counts;
  }

  #drafts(of: string): Draft[] {
    const stored = this.#parts.port.all<{ key: string; at_ms: number; value: string }>(
      `SELECT key, at_ms, value FROM draft WHERE (key = :of OR substr(key, 1, length(:of) + 1) = :of || ':') AND NOT ${SAVED} ORDER BY at_ms DESC, key DESC`,
      { of, book_id: this.meta.book_id }
    );
    return stored.map(({ key, at_ms, value }) => ({ key, at_ms, value: JSON.parse(value) as unknown }));
  }

  #keepDraft(name: 'saveDraft' | 'dropDraft', args: unknown, at_ms: number): null {
    const { port } = this.#parts;
    const { key, value } = args as { key: string; value?: unknown };
    if (name === 'dropDraft') port.run('DELETE FROM draft WHERE key = :key', { key });
    else {
      port.run(
        `INSERT INTO draft(key, at_ms, value) VALUES (:key, :at_ms, :value)
         ON CONFLICT(key) DO UPDATE SET at_ms = excluded.at_ms, value = excluded.value`,
        { key, at_ms, value: JSON.stringify(value ?? null) }
      );
    }
    port.run(`DELETE FROM draft WHERE ${SAVED}`, { book_id: this.meta.book_id });
    this.#parts.changed(new Set(['draft']));
    return null;
  }

  #info(): SyncInfo {
    const { port } = this.#parts;
    const { device_id, person_id, book_id, epoch, cursor, hydration, last_sync_ms } = this.meta;
    const parked = port.value<number>(
      `SELECT count(*) FROM sync_conflict WHERE book_id = :book_id AND NOT deleted AND resolved_at_ms IS NULL AND kind = 'parked'`, { book_id }
    );
    return {
      device_id, person_id, book_id, epoch, cursor: cursor ?? '', unsent: pendingCount(port), parked: parked ?? 0,
      hydrating: hydration ? { done: hydration.done, total: hydration.total } : null, last_sync_ms
    };
  }

  /** An answer of the server, read for what people and devices are called. */
  heard(path: string, body: unknown): void {
    if (remember(this.#parts.port, path, body)) this.#parts.changed(new Set(['known']));
  }

  /* ---- sync ------------------------------------------------------------------- */

  /** Starts pushing and pulling, by itself after `calm_ms`, when asked at once; does nothing for a book without an account. */
  startSync(calm_ms = 0): void {
    if (this.meta.person_id === null) this.#finish(calm_ms);
    if (this.#runner || this.meta.person_id === null) return;
    // who was shut out may have been let in again
    if (this.meta.stopped === 'revoked' || this.meta.stopped === 'device_revoked') writeMeta(this.#parts.port, { stopped: null });
    const runner = (this.#runner = new SyncRunner(this.#machine, this.#parts.timers, (step) => this.#heard(step)));
    const begin = () => {
      if (this.#runner !== runner) return;
      void runner.poke();
      this.#listen();
    };
    if (calm_ms === 0) begin();
    else this.#parts.timers.set(begin, calm_ms);
  }

  #listen(): void {
    this.#line = new AbortController();
    void listen({
      open: (signal) => this.#parts.events(this.meta.book_id, signal),
      poke: ({ epoch, head }) => {
        const { epoch: mine, cursor } = this.meta;
        if (epoch !== mine || head > versionOf(cursor)) void this.poke();
      },
      online: (up) => void (up && this.#last?.next === 'retry' && this.poke()),
      wait: this.#parts.wait,
      backoff: (failures) => backoff(failures, this.#parts.timers.random())
    }, this.#line.signal).catch(() => undefined);
  }

  async poke(): Promise<void> {
    await this.#runner?.poke();
  }

  /** Does not wait for the network: what is in flight is repeated when the book is opened again. */
  close(): void {
    this.#line?.abort();
    this.files.close();
    this.#parts.timers.clear(this.#finishing);
    this.#runner?.stop();
    this.#runner = null;
    this.#machine.close();
    this.#parts.port.close();
  }

  /** Gives a book that was used without an account to a person: the outbox uploads it. */
  attach(person_id: string, epoch: string): void {
    const { port } = this.#parts;
    port.tx(() => writeMeta(port, { person_id, epoch, cursor: '0:', staged_to: null, hydration: null }));
  }

  /** Between calls, so that nobody waits for it. */
  #finish(calm_ms = FINISH_PAUSE_MS): void {
    this.#finishing ??= this.#parts.timers.set(() => {
      this.#finishing = null;
      const { searched_to, hydration } = this.meta;
      if (finishBook(this.#parts.port)) this.#finish();
      else {
        // what waits for an index (`reports/unusual`) asks again
        if (searched_to !== null) this.#parts.changed(new Set(['payee']));
        if (hydration === null) this.#readAhead();
      }
    }, calm_ms);
  }

  /** Once; what changes after that is read again when it is asked for. */
  #readAhead(): void {
    const { port, rooms, today } = this.#parts;
    if (!today) return;
    this.#ahead ??= rooms.ahead(port, this.meta.book_id, today());
    if (!this.#ahead.next().done) this.#finish();
  }

  #heard(step: Step): void {
    this.#last = step;
    if (step.next !== 'more') this.#finish();
    if (step.next === 'idle') void this.files.poke();
    this.#parts.changed(('tables' in step ? step.tables : undefined) ?? new Set());
  }

  syncView(): SyncView {
    const { port } = this.#parts;
    const { book_id, person_id, hydration, last_sync_ms, stopped } = this.meta;
    const unsent = pendingCount(port);
    const set_aside = setAsideCount(port);
    const files = person_id === null ? 0 : unsentFiles(port, book_id);
    const attention = port.value<number>(
      `SELECT (SELECT count(DISTINCT ${THING}) FROM sync_conflict WHERE book_id = :book_id AND NOT deleted AND resolved_at_ms IS NULL)
         + :set_aside`, { book_id, set_aside }
    );
    const step = this.#last;
    const problem = step?.next === 'retry' && step.problem ? step.problem : null;
    let state: SyncState = 'up_to_date';
    if (person_id === null) state = 'saved_here';
    else if (stopped) state = stopped;
    else if (step?.next === 'stopped' && step.why === 'upgrade') state = 'upgrade';
    else if (step?.next === 'needs_auth') state = 'needs_sign_in';
    else if (step?.next === 'retry') state = step.offline ? 'offline' : 'error';
    else if (hydration) state = 'hydrating';
    else if (unsent > 0 || step === null) state = 'sending';
    const progress = hydration ? { done: hydration.done, total: hydration.total } : null;
    return { state, unsent, set_aside, files, attention: attention ?? 0, progress, problem, last_sync_ms };
  }
}

/** Writes the facts of a new file. A file that has some is left as it is. */
export function initBook(port: Port, facts: { book_id: string; person_id: string | null; device_id: string; epoch?: string | null }): void {
  port.tx(() => {
    if (!readMeta(port)) writeMeta(port, facts);
  });
}
