/** Answers the calls of pages with the core: the switchboard between `sync/tabs.ts` and `core.ts`. */
import refusals from '../../spec/refusals.json' with { type: 'json' };
import type { Answer, CommandName, LockCalls, Problem, QueryName, RequestInput, SignIn, SignUp, UseWithoutAccount } from './api.ts';
import type { Core } from './core.ts';
import { LOCKED, OTHER_BOOK, ServerProblem } from './identity/session.ts';
import { uuid7 } from './kernel/ids.ts';
import { Refusal } from './kernel/refusal.ts';
import { callRemote, type RemoteName } from './remote.ts';
import type { Call, CallKind, Reply } from './sync/calls.ts';
import type { Minted } from './sync/book.ts';

/** What is asked of the book that the page shows, and of no other. */
const OF_THE_BOOK: readonly CallKind[] = ['command', 'files', 'remote', 'sync'];

export async function answer(core: Core, call: Call): Promise<Reply> {
  const { tab, call: number } = call;
  try {
    if (core.locked && call.kind !== 'lock' && call.name !== 'persisted') throw LOCKED();
    if (call.book && OF_THE_BOOK.includes(call.kind) && call.name !== 'persisted' && core.book.meta.book_id !== call.book) throw OTHER_BOOK();
    if (call.kind === 'query') {
      const { data, reads } = core.query(call.name as QueryName, call.args, call.today);
      return { tab, call: number, data, reads };
    }
    return { tab, call: number, data: await perform(core, call) };
  } catch (error) {
    return { tab, call: number, problem: problem(core, error) };
  }
}

async function perform(core: Core, call: Call): Promise<unknown> {
  const args = call.args as Record<string, unknown>;
  switch (call.kind) {
    case 'command':
      return core.command(call.name as CommandName, args, minted(call));
    case 'identity':
      return identity(core, call, args);
    case 'remote':
      return remote(core, call, args);
    case 'files':
      return files(core, call.name, args);
    case 'sync':
      return sync(core, call, args);
    case 'lock':
      return lock(core, call, args);
    case 'query':
      throw new Error('answered before');
  }
}

async function sync(core: Core, call: Call, args: Record<string, unknown>): Promise<unknown> {
  switch (call.name) {
    case 'now':
      return core.book.poke();
    case 'persisted':
      return core.setPersisted(args['persisted'] === true);
    case 'unsent':
      return core.book.unsent();
    case 'takeUnsent':
      return core.takeUnsent(args['file']);
    case 'restore':
      return core.restore(args['file'], args['look'] === true, minted(call));
    case 'removeBook':
      return core.removeBook();
    default:
      throw new Error(`no call ${call.name}`);
  }
}

async function files(core: Core, name: string, args: Record<string, unknown>): Promise<unknown> {
  switch (name) {
    case 'add':
      return core.addFile(args['file'] as Blob, String(args['name']));
    case 'open':
      return core.book.files.open(String(args['sha256']));
    case 'retry':
      return core.book.files.retry(String(args['sha256']));
    default:
      throw new Error(`no call ${name}`);
  }
}

type LockArgs<C extends keyof LockCalls> = LockCalls[C]['args'];

async function lock(core: Core, { name, tab }: Call, args: unknown): Promise<unknown> {
  switch (name) {
    case 'unlock':
      return core.unlock((args as LockArgs<'unlock'>).proof);
    case 'now':
      return core.lockNow();
    case 'seen':
      return core.seen(tab, (args as LockArgs<'seen'>).visible);
    case 'forget':
      return core.wipe();
    default:
      return core.changeLock(name, args);
  }
}

/** What the server did to the book is fetched at once. */
async function remote(core: Core, { name, mid }: Call, args: Record<string, unknown>): Promise<unknown> {
  const data = await callRemote(core.session, core.book.meta.book_id, name as RemoteName, args, mid);
  if (name === 'importCommit' || name === 'importUndo') await core.book.poke();
  if (name === 'request') await core.heard(String(args['path']), (args['init'] as RequestInput).method ?? 'GET', data as Answer);
  return data;
}

async function identity(core: Core, call: Call, args: unknown): Promise<unknown> {
  switch (call.name) {
    case 'signUp':
      return core.signUp(args as SignUp);
    case 'signIn':
      return core.signIn(args as SignIn);
    case 'signInAt': {
      const { path, input } = args as { path: string; input: Record<string, unknown> };
      return core.signInAt(path, input);
    }
    case 'open': {
      const { path, body } = args as { path: string; body?: unknown };
      return core.session.open(path, body);
    }
    case 'signOut':
      return core.signOut(args as { force?: boolean });
    case 'useWithoutAccount':
      return core.useWithoutAccount(args as UseWithoutAccount, minted(call));
    case 'attachAccount':
      return core.attachAccount(args as SignUp);
    case 'invitation':
      return core.lookAtInvitation((args as { token: string }).token);
    case 'join':
      return core.join((args as { token: string }).token);
    case 'openBook':
      return core.openBook((args as { id: string }).id);
    default:
      throw new Error(`no call ${call.name}`);
  }
}

/** The ids of a call: the same for the same call, each another. */
export function minted({ mid, now_ms, today, seed }: Pick<Call, 'mid' | 'now_ms' | 'today' | 'seed'>): Minted {
  const random = Uint8Array.from({ length: 10 }, (_, index) => Number.parseInt(seed.slice(index * 2, index * 2 + 2), 16));
  return {
    mid, now_ms, today,
    ids: (n) => {
      const bytes = random.slice();
      const view = new DataView(bytes.buffer);
      view.setUint32(6, (view.getUint32(6) + n) >>> 0);
      return uuid7(now_ms, bytes);
    }
  };
}

/** An error as a code and a sentence. What is our own mistake keeps its text for a report. */
export function problem(core: Core, error: unknown): Problem {
  if (error instanceof Refusal) {
    const sentence = (refusals as Record<string, { message: string }>)[error.code]?.message ?? error.code;
    return { code: error.code, field: error.field, message: error.detail || sentence, params: error.params };
  }
  if (error instanceof ServerProblem) return { code: error.code, field: error.field, message: error.message, params: error.params };
  const text = error instanceof Error ? error.message : String(error);
  if (/SQLITE_|Quota|disk is full/i.test(text)) return core.storageFailed(error);
  console.error(error);
  return { code: 'internal', message: `Something went wrong (${text}).` };
}
