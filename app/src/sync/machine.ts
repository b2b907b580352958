/**
 * Sync as a state machine: each `step` sends one request and lands its answer.
 * All state lies in the database, so a step may be the last one at any await.
 * Storage, transport, clock and randomness come from outside; the same file runs
 * in the worker and under Node. `runner.ts` decides when to step.
 */
import { ENTITY_NAMES, SCHEMA, type EntityName } from '../store/entities.ts';
import { writeMeta, type Hydration, type Meta } from '../store/meta.ts';
import { checkAgain } from '../store/files.ts';
import type { Port } from '../store/port.ts';
import { quoted } from '../store/schema.ts';
import { beginHydration, landPage, landSnapshot, position, type Landed } from './inbox.ts';
import { dropExpired, dropOldAcked, meta, newDevice, nextBatch, pendingCount, PUSH_MUTATIONS, setAside } from './outbox.ts';
import { versionOf, type Digest, type Mutation, type Page, type PushRequest, type PushResponse, type SnapshotPage } from './wire.ts';

/** What the server said, or that nothing was heard. */
export type Answer<T> =
  | { kind: 'ok'; body: T }
  | { kind: 'problem'; status: number; code: string; message: string; retry_after_s?: number; epoch?: string }
  | { kind: 'offline' }
  /** The person has to sign in again; changes here go on. */
  | { kind: 'needs_auth' };

type Problem = Extract<Answer<unknown>, { kind: 'problem' }>;

export interface Transport {
  push(book_id: string, request: PushRequest): Promise<Answer<PushResponse>>;
  pull(book_id: string, query: { epoch: string; cursor: string; device: string; last_ack: number; limit: number; schema: number }): Promise<Answer<Page>>;
  snapshot(book_id: string, query: { after: string | null; v0: number | null; limit: number; schema: number }): Promise<Answer<SnapshotPage>>;
  digest(book_id: string): Promise<Answer<Digest>>;
}

/** Clock and randomness. Ids are made here so that tests can repeat a run. */
export interface World {
  now_ms(): number;
  newDeviceId(): string;
}

/** `more`: step again at once. `idle`: nothing to do until something happens. */
export type Step =
  | { next: 'more' | 'idle'; tables: ReadonlySet<string> }
  | { next: 'retry'; offline: boolean; after_s?: number; problem?: { code: string; message: string }; tables?: ReadonlySet<string> }
  | { next: 'needs_auth' }
  | { next: 'stopped'; why: NonNullable<Meta['stopped']> | 'local' };

export const PULL_LIMIT = 1000;
export const SNAPSHOT_LIMIT = 5000;
const DIGEST_EVERY_MS = 7 * 24 * 3600 * 1000;
/** How soon a viewer's queue is offered again: the role may have changed. */
const FORBIDDEN_S = 60;
const CLOSED: Step = { next: 'stopped', why: 'local' };
const NOTHING: ReadonlySet<string> = new Set();

export interface SyncParts {
  port: Port;
  transport: Transport;
  world: World;
  /** What the other members read of this device. */
  device_name?: string;
  pull_limit?: number;
  snapshot_limit?: number;
}

export class SyncMachine {
  readonly #parts: SyncParts;
  /** The server takes nothing from this person now (a viewer): what is queued waits, reading goes on. */
  #closed = false;
  #forbidden: { code: string; message: string } | null = null;
  /** Halved when the server finds a push too large or cannot read it, whole again after one that went through. */
  #batch = PUSH_MUTATIONS;

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  /** The file is about to be closed: an answer that comes now is dropped, as one that was lost. */
  close(): void {
    this.#closed = true;
  }

  /** One request and its consequences. Never two at a time. */
  async step(): Promise<Step> {
    if (this.#closed) return CLOSED;
    const facts = meta(this.#parts.port);
    if (facts.person_id === null) return { next: 'stopped', why: 'local' };
    if (facts.stopped !== null && facts.stopped !== 'upgrade') return { next: 'stopped', why: facts.stopped };
    if (facts.cursor === null && !facts.hydration?.complete) return this.#hydrate(facts);
    const pulling = facts.cursor === null || facts.staged_to !== null || this.#forbidden !== null;
    const batch = pulling ? [] : nextBatch(this.#parts.port, this.#batch);
    return batch.length > 0 ? this.#push(facts, batch) : this.#pull(facts);
  }

  /** Steps until nothing is left to do or something stands in the way. */
  async settle(): Promise<Step> {
    for (;;) {
      const step = await this.step();
      if (step.next !== 'more') return step;
    }
  }

  /** The next page is on its way while this one is written. */
  #ahead: { asked: string; answer: Promise<Answer<SnapshotPage>> } | null = null;

  #snapshot(book_id: string, { after, v0 }: Pick<Hydration, 'after' | 'v0'>): Promise<Answer<SnapshotPage>> {
    const asked = `${book_id} ${after} ${v0}`;
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead?.asked === asked) return ahead.answer;
    const { transport, snapshot_limit } = this.#parts;
    return transport.snapshot(book_id, { after, v0, limit: snapshot_limit ?? SNAPSHOT_LIMIT, schema: SCHEMA });
  }

  async #hydrate(facts: Meta): Promise<Step> {
    const { port } = this.#parts;
    if (facts.hydration === null) port.tx(() => beginHydration(port));
    const asked = meta(port).hydration!;
    const answer = await this.#snapshot(facts.book_id, asked);
    if (this.#closed) return CLOSED;
    if (answer.kind !== 'ok') return this.#trouble(answer, facts);
    const { after, v0, more } = answer.body;
    const { world } = this.#parts;
    if (more) {
      this.#ahead = { asked: `${facts.book_id} ${after} ${v0}`, answer: this.#snapshot(facts.book_id, { after, v0 }) };
      await leaves();
      if (this.#closed) return CLOSED;
    }
    port.filling(asked.fresh);
    const landed = landSnapshot({ port, now_ms: world.now_ms(), newDeviceId: world.newDeviceId }, asked, answer.body);
    return { next: 'more', tables: landed.tables };
  }

  #send(facts: Meta, mutations: Mutation[]): Promise<Answer<PushResponse>> {
    const { transport, world, device_name: name, pull_limit } = this.#parts;
    return transport.push(facts.book_id, {
      epoch: facts.epoch ?? '', device: facts.device_id, ...(name === undefined ? {} : { name }), schema: SCHEMA, sent_at: world.now_ms(), cursor: facts.cursor ?? '0:',
      last_ack: facts.last_ack, limit: pull_limit ?? PULL_LIMIT, mutations
    });
  }

  async #push(facts: Meta, mutations: PushRequest['mutations']): Promise<Step> {
    const answer = await this.#send(facts, mutations);
    if (this.#closed) return CLOSED;
    if (answer.kind === 'problem' && (answer.status === 413 || answer.status === 422)) {
      if (mutations.length === 1) return this.#setAside(facts, mutations[0]!, answer);
      this.#batch = Math.ceil(mutations.length / 2);
      return { next: 'more', tables: NOTHING };
    }
    if (answer.kind === 'problem' && answer.code === 'forbidden') {
      this.#forbidden = { code: answer.code, message: answer.message };
      return { next: 'more', tables: NOTHING };
    }
    if (answer.kind !== 'ok') return this.#trouble(answer, facts);
    this.#batch = PUSH_MUTATIONS;
    if (answer.body.stop !== null) return this.#renumber(answer.body.stop, facts, answer.body.page.time);
    return this.#land(facts, answer.body.page);
  }

  /**
   * A change that the server cannot even read on its own would stop the queue for ever: it goes under Attention, and
   * the queue goes on. Not when a push without any change is refused as well: then it is not the change. Nor when the
   * server has it: an earlier answer was lost, and something between the two refused only the repeat. What has the ack
   * lands as any page, and so does one that does not say: acks come last, and an old answer knows nothing of today.
   */
  async #setAside(facts: Meta, { seq, mid }: Mutation, problem: Problem): Promise<Step> {
    const { port } = this.#parts;
    const answer = await this.#send(facts, []);
    if (this.#closed) return CLOSED;
    if (answer.kind !== 'ok') return this.#trouble(answer, facts);
    const { results, page } = answer.body;
    const said = results.length === 0 && page.from === facts.cursor && page.epoch === facts.epoch && !page.more;
    if (!said || page.acks.some(([, acked]) => acked === mid)) return this.#land(facts, page);
    this.#batch = PUSH_MUTATIONS;
    port.tx(() => {
      if (meta(port).device_id === facts.device_id) setAside(port, { seq, mid, code: problem.code });
    });
    return { next: 'more', tables: new Set(['outbox', ...ENTITY_NAMES]) };
  }

  async #pull(facts: Meta): Promise<Step> {
    const { port, transport, pull_limit } = this.#parts;
    const answer = await transport.pull(facts.book_id, {
      epoch: facts.epoch ?? '', cursor: position(port) ?? '0:', device: facts.device_id, last_ack: facts.last_ack,
      limit: pull_limit ?? PULL_LIMIT, schema: SCHEMA
    });
    if (this.#closed) return CLOSED;
    if (answer.kind !== 'ok') return this.#trouble(answer, facts);
    return this.#land(facts, answer.body);
  }

  #land(facts: Meta, page: Page): Step {
    const { port, world } = this.#parts;
    if (page.role && page.role !== facts.role) writeMeta(port, { role: page.role });
    const landed: Landed = landPage({
      port, now_ms: world.now_ms(), newDeviceId: world.newDeviceId,
      asked: { device_id: facts.device_id, cursor: page.from }
    }, page);
    if (landed.state === 'done') {
      port.filling(false);
      port.tx(() => dropOldAcked(port, page.time));
      const problem = this.#forbidden;
      this.#forbidden = null;
      if (problem) return { next: 'retry', offline: false, problem, after_s: FORBIDDEN_S, tables: landed.tables };
      const left = pendingCount(port) > 0;
      return { next: left ? 'more' : 'idle', tables: landed.tables };
    }
    return { next: 'more', tables: landed.tables };
  }

  /**
   * `forked`: the server has other changes under my number, my file was restored or
   * cloned. `gap`: the server misses changes it had confirmed; they are sent again.
   */
  #renumber(stop: 'gap' | 'forked', asked: Meta, server_ms?: number): Step {
    const { port, world } = this.#parts;
    port.tx(() => {
      if (meta(port).device_id !== asked.device_id) return;
      newDevice(port, world.newDeviceId(), stop === 'gap');
      if (server_ms !== undefined) dropExpired(port, server_ms);
    });
    return { next: 'more', tables: new Set(['outbox']) };
  }

  #trouble(answer: Exclude<Answer<unknown>, { kind: 'ok' }>, asked: Meta): Step {
    if (answer.kind === 'offline') return { next: 'retry', offline: true };
    if (answer.kind === 'needs_auth') return { next: 'needs_auth' };
    const { code, status, message } = answer;
    if (code === 'epoch') return this.#startOver(asked, true);
    if (code === 'too_old') return this.#startOver(asked, false);
    if (code === 'upgrade' || status === 426) return { next: 'stopped', why: 'upgrade' };
    if (code === 'book_deleted') return this.#stop('book_deleted');
    if (code === 'device_foreign') return this.#renumber('forked', asked);
    if (code === 'device_revoked') return this.#stop('device_revoked');
    if (code === 'revoked' || code === 'book_not_found') return this.#stop('revoked');
    const after = answer.retry_after_s === undefined ? {} : { after_s: answer.retry_after_s };
    return { next: 'retry', offline: false, problem: { code, message }, ...after };
  }

  /** The server is another one than before (restored, or it forgot our past): fetch all, keep the outbox. */
  #startOver(asked: Meta, restored: boolean): Step {
    const { port, world } = this.#parts;
    port.tx(() => {
      const now = meta(port);
      if (now.device_id !== asked.device_id || now.epoch !== asked.epoch) return;
      if (restored) {
        newDevice(port, world.newDeviceId(), true);
        checkAgain(port);
        writeMeta(port, { epoch: null });
      }
      beginHydration(port);
    });
    return { next: 'more', tables: NOTHING };
  }

  #stop(why: 'revoked' | 'device_revoked' | 'book_deleted'): Step {
    writeMeta(this.#parts.port, { stopped: why });
    return { next: 'stopped', why };
  }

  /**
   * Once a week, when nothing is pending: compares what both sides have. A
   * difference is never adopted; the book is fetched again. True when it differed.
   */
  async checkDigest(): Promise<boolean> {
    const { port, transport, world } = this.#parts;
    const facts = meta(port);
    if (facts.last_digest_ms === null) writeMeta(port, { last_digest_ms: world.now_ms() });
    const due = facts.last_digest_ms !== null && facts.last_digest_ms + DIGEST_EVERY_MS <= world.now_ms();
    if (!due || facts.cursor === null || pendingCount(port) > 0) return false;
    const answer = await transport.digest(facts.book_id);
    if (this.#closed || answer.kind !== 'ok' || answer.body.ver !== versionOf(facts.cursor)) return false;
    const mine = await localDigest(port);
    if (this.#closed || meta(port).cursor !== facts.cursor || pendingCount(port) > 0) return false;
    const differs = ENTITY_NAMES.some((entity) => {
      const theirs = answer.body.tables[entity];
      return theirs !== undefined && (theirs.count !== mine[entity].count || theirs.xor !== mine[entity].xor);
    });
    port.tx(() => {
      writeMeta(port, { last_digest_ms: world.now_ms() });
      if (differs) beginHydration(port);
    });
    return differs;
  }
}

/** A moment in which a request that was just asked for leaves: what follows keeps this thread busy. */
function leaves(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Live rows per entity: how many, and the XOR of the first 8 bytes of SHA-256("id:ver"), in hex. */
export async function localDigest(port: Port): Promise<Record<EntityName, { count: number; xor: string }>> {
  const { book_id } = meta(port);
  const digests = {} as Record<EntityName, { count: number; xor: string }>;
  const encoder = new TextEncoder();
  for (const entity of ENTITY_NAMES) {
    const rows = port.rows(`SELECT id || ':' || ver FROM ${quoted(entity)} WHERE book_id = :book_id AND NOT deleted`, { book_id });
    let xor = 0n;
    for (let start = 0; start < rows.length; start += 500) {
      const hashes = rows.slice(start, start + 500).map(([text]) => crypto.subtle.digest('SHA-256', encoder.encode(String(text))));
      for (const hash of await Promise.all(hashes)) xor ^= new DataView(hash).getBigUint64(0);
    }
    digests[entity] = { count: rows.length, xor: xor.toString(16).padStart(16, '0') };
  }
  return digests;
}
