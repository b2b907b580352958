// Schedules of a few lines for the device's rules, told by the core against the real server. Each ends in agreement and
// holds its invariant on the way; with its rule taken away (`ablations.ts`) it says which one broke.
import { cp, rm } from 'node:fs/promises';
import type { CategoryView } from '../../src/api.ts';
import type { Port } from '../../src/store/port.ts';
import { beginHydration } from '../../src/sync/inbox.ts';
import { pendingCount, setAsideCount } from '../../src/sync/outbox.ts';
import { versionOf } from '../../src/sync/wire.ts';
import type { Server } from '../harness.ts';
import { PASSWORD, TestDevice, type Options } from '../sync/device.ts';
import { expense, expectSame, expectServerAgrees, People, type Pair } from '../sync/people.ts';
import { expectTrue } from '../sync/storm.ts';
import { Crash, MortalPort } from './disk.ts';
import { aside } from './story.ts';

const DAY_MS = 86_400_000;
/** Steps in which a device comes to rest when nothing fails. */
const STEPS = 300;

/** An invariant of docs/sync.md does not hold; anything else that goes wrong shows nothing. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

function must(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Violation(what);
}

function held(invariant: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Violation(`${invariant}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
}

/* ---- what stands between a device and the server ------------------------------------------------- */

type Page = { from: string; time: number; acks: unknown[] };
type Change = (asked: { path: string; body: { mutations?: { mid: string }[] } }, send: () => Promise<Response>) => Promise<Response>;

/** A line that does what the story says, from when on it says so. */
class Wire {
  /** What becomes of a request of sync; null: nothing special. */
  change: Change | null = null;

  readonly fetch: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    const send = () => fetch(input, init);
    if (this.change === null || !pathname.includes('/sync/')) return send();
    const body = init?.body ? (JSON.parse(String(init.body)) as object) : {};
    return this.change({ path: pathname.replace(/.*\/sync\//, ''), body }, send);
  };
}

function refusal(status: number, code: string): Response {
  return new Response(JSON.stringify({ status, code, title: code, detail: '' }), { status, headers: { 'content-type': 'application/problem+json' } });
}

/** The answer again, as often as it is asked for. */
async function kept(answer: Response): Promise<() => Response> {
  const text = await answer.text();
  return () => new Response(text, { status: answer.status, headers: { 'content-type': 'application/json' } });
}

/* ---- what devices do ------------------------------------------------------------------------------ */

/** Comes to rest, in a bounded number of steps (I9), and never reads backwards (I5). */
async function rest(device: TestDevice): Promise<void> {
  for (let n = 0; n < STEPS; n++) {
    const before = versionOf(device.core.book.meta.cursor);
    const { epoch } = device.core.book.meta;
    const step = await device.core.book.machine.step();
    const { meta } = device.core.book;
    if (meta.epoch === epoch && meta.cursor !== null && before > 0) must(versionOf(meta.cursor) >= before, 'I5: the cursor went back');
    if (step.next === 'idle') return;
    must(step.next === 'more' || step.next === 'retry', `I9: sync stands still: ${JSON.stringify(step)}`);
  }
  throw new Violation('I9: a device does not come to rest');
}

async function restAll(...devices: TestDevice[]): Promise<void> {
  for (let round = 0; round < 2; round++) for (const device of devices) await rest(device);
}

/** Steps until what was staged has landed; what waits is not sent. */
async function land(device: TestDevice): Promise<void> {
  for (let n = 0; n < STEPS; n++) {
    if (device.core.book.meta.staged_to === null && device.core.book.meta.cursor !== null) return;
    await device.step();
  }
  throw new Violation('I9: a page is never the last one');
}

const noteOf = (device: TestDevice, id: string) => device.port.value<string>('SELECT note FROM "transaction" WHERE id = :id AND NOT deleted', { id });
const dayOf = (device: TestDevice, id: string) => device.port.value<string>('SELECT day FROM "transaction" WHERE id = :id', { id });
const spend = (device: TestDevice, account: string, note: string) => device.command('addTransaction', expense(account, 100, note)).id!;
const categories = (device: TestDevice) => device.query<CategoryView[]>('categories', { kind: 'expense' });

async function agree(...devices: TestDevice[]): Promise<void> {
  await restAll(...devices);
  held('I1', () => expectSame(...devices));
  for (const device of devices) held('I6', () => expectTrue(device));
  await expectServerAgrees(devices[0]!).catch((error: Error) => {
    throw new Violation(`I13: ${error.message.split('\n')[0]}`);
  });
}

/** Two devices of a person; what the first one hears goes through `wire`. */
interface Stage extends Pair {
  server: Server;
  wire: Wire;
  people: People;
}

interface Given {
  first?: Options;
  second?: Options;
}

type Tell = (stage: Stage) => Promise<void>;

/** The first device has read one page of what the second has done, and the rest of it is on its way. */
async function halfRead({ a, b, account }: Stage, does: () => void): Promise<void> {
  for (let n = 0; n < 2; n++) spend(b, account, `of another ${n}`);
  does();
  await rest(b);
  await a.step();
  must(a.core.book.meta.staged_to !== null, 'the story needs more than one page');
}

const SMALL: Given = { first: { pull_limit: 1 } };

/* ---- the stories ---------------------------------------------------------------------------------- */

/** One change of many rows on pages of one row: nothing of it is seen before all of it. */
const pages: Tell = async ({ a, b, account }) => {
  const [into] = categories(b);
  // its tombstone stands in front of the rows that pointed to it
  const gone = b.command('addCategory', { name: 'Gone soon', kind: 'expense' });
  const used = { category_id: gone.id };
  for (let n = 0; n < 3; n++) b.command('addTransaction', { ...expense(account, 100, `page ${n}`), ...used });
  await restAll(b, a);
  b.command('deleteCategory', { id: gone.id!, into: into!.id });
  await rest(b);
  for (let n = 0; n < 30; n++) {
    await a.step();
    held('I6: on the way', () => expectTrue(a));
  }
  await agree(a, b);
};

/** The app dies in front of every COMMIT of a landing. */
function dying(): { given: Given; tell: Tell } {
  let left = Infinity;
  const given = { first: { disk: (port: Port) => new MortalPort(port, () => (--left === 0 ? ('before' as const) : null)) } };
  return { given, tell: async ({ a, b, account }) => {
    for (let n = 1; n <= 4; n++) {
      spend(b, account, `read by one who dies ${n}`);
      await rest(b);
      left = n;
      await rest(a).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      left = Infinity;
      await a.restart();
      await agree(a, b);
    }
  } };
}

/** A file that is off in the middle of a change. */
class TornPort extends MortalPort {
  writes = Infinity;

  constructor(port: Port) {
    super(port, () => null);
  }

  override run(...given: Parameters<Port['run']>): number {
    if ((this.writes -= 1) < 0) throw new Crash('in the middle');
    return super.run(...given);
  }
}

function torn(): { given: Given; tell: Tell } {
  let disk: TornPort | null = null;
  return { given: { first: { disk: (port) => (disk = new TornPort(port)) } }, tell: async ({ a, b, account }) => {
    for (let writes = 1; writes < 12; writes++) {
      disk!.writes = writes;
      let died = false;
      try {
        spend(a, account, `half ${writes}`);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        died = true;
      }
      disk!.writes = Infinity;
      await a.restart();
      await agree(a, b);
      if (!died) break;
    }
  } };
}

/** The disk is put back while a pull is half read; what is written then has a number that is taken. */
const takenInAnAck: Tell = async ({ a, b, account }) => {
  for (let n = 0; n < 4; n++) spend(b, account, `page ${n}`);
  await rest(b);
  await a.step();
  const saved = a.save();
  spend(a, account, 'lost with the disk');
  await rest(a);
  await a.load(saved);
  const id = spend(a, account, 'after the restore');
  await restAll(a, b);
  must(noteOf(b, id) === 'after the restore', 'I2: a change under a number that was taken is lost');
  await agree(a, b);
};

const takenInAPush: Tell = async ({ a, b, account }) => {
  const saved = a.save();
  spend(a, account, 'lost with the disk');
  await rest(a);
  await a.load(saved);
  const id = spend(a, account, 'after the restore');
  await restAll(a, b);
  must(noteOf(b, id) === 'after the restore', 'I2: a change under a number that was taken is lost');
  await agree(a, b);
};

/** An answer comes after a later one; what is in it was deleted since. */
const lateAnswer: Tell = async ({ a, b, account, wire }) => {
  const old: (() => Response)[] = [];
  wire.change = async ({ path }, send) => {
    if (path !== 'pull') return send();
    old.push(await kept(await send()));
    return old.at(-1)!();
  };
  const id = spend(b, account, 'gone soon');
  await restAll(b, a);
  b.command('deleteTransaction', { id });
  await restAll(b, a);
  let late = true;
  wire.change = async ({ path }, send) => (path === 'pull' && late ? ((late = false), old.find((answer) => answer)!()) : send());
  await rest(a);
  must(noteOf(a, id) === null, 'I5: an old answer was taken for a new one');
  wire.change = null;
  await agree(a, b);
};

/** What waits stays in view when rows of others come in, and theirs too. */
const waits: Tell = async (stage) => {
  const { a, b, account } = stage;
  const id = spend(b, account, 'as it was');
  await restAll(b, a);
  held('I1', () => expectSame(a, b));
  await halfRead(stage, () => b.command('editTransaction', { id, day: '2026-02-02' }));
  a.command('editTransaction', { id, note: 'mine' });
  await land(a);
  must(noteOf(a, id) === 'mine', 'I4: an edit that waits is not shown');
  must(dayOf(a, id) === '2026-02-02', 'I1: what came in is not shown');
  await agree(a, b);
};

/** Somebody uses what was deleted here meanwhile. */
const deletedHere: Tell = async (stage) => {
  const { a, b, account } = stage;
  const [gone] = categories(b);
  await halfRead(stage, () => b.command('addTransaction', { ...expense(account, 100, 'uses it'), category_id: gone!.id }));
  a.command('deleteCategory', { id: gone!.id });
  await land(a);
  held('I6: while it waits', () => expectTrue(a));
  await agree(a, b);
};

/** Two skip days of a schedule, neither having seen the other's. */
const skippedByTwo: Tell = async (stage) => {
  const { a, b, account } = stage;
  const schedule = a.command('addSchedule', {
    name: 'Rent', start_day: '2026-10-26', rule: 'FREQ=DAILY;COUNT=6', mode: 'ask', kind: 'expense', account_id: account, amount_minor: 500
  });
  await restAll(a, b);
  await halfRead(stage, () => b.command('skipInstance', { id: schedule.id!, day: '2026-10-27' }));
  a.command('skipInstance', { id: schedule.id!, day: '2026-10-29' });
  await land(a);
  const skipped = a.port.value<string>('SELECT skipped FROM schedule WHERE id = :id', { id: schedule.id });
  must(['2026-10-27', '2026-10-29'].every((day) => skipped?.includes(day)), `I4: a skipped day is not shown: ${skipped}`);
  await agree(a, b);
};

/** Of two edits of other fields both hold. */
const otherFields: Tell = async ({ a, b, account }) => {
  const id = spend(b, account, 'as it was');
  await restAll(b, a);
  b.command('editTransaction', { id, day: '2026-02-02' });
  a.command('editTransaction', { id, note: 'mine' });
  await agree(b, a);
  must(dayOf(b, id) === '2026-02-02' && noteOf(b, id) === 'mine', 'I8: an edit changed what its person did not');
  must(a.port.value('SELECT count(*) FROM sync_conflict WHERE NOT deleted') === 0, 'I8: two edits of other fields conflict');
};

/** Something says once that the log is another one: all is fetched again, and nothing that waits is lost or hidden. */
const fetchedAgain: Tell = async ({ a, b, account, wire }) => {
  spend(b, account, 'of another');
  await restAll(b, a);
  const id = spend(a, account, 'waits');
  let told = false;
  wire.change = ({ path }, send) => (told || path === 'snapshot' ? send() : ((told = true), Promise.resolve(refusal(409, 'epoch'))));
  await a.step();
  while (a.core.book.meta.cursor === null) {
    await a.step();
    must(noteOf(a, id) === 'waits', 'I4: what waits vanished');
  }
  wire.change = null;
  await agree(a, b);
  must(noteOf(b, id) === 'waits', 'I2: what waited is lost');
};

/** Tombstones that it has not read are gone: its cursor is too old, until it fetches the book. */
const tooOld: Tell = async ({ a, b, wire }) => {
  let fetched = false;
  wire.change = ({ path }, send) => ((fetched ||= path === 'snapshot') ? send() : Promise.resolve(refusal(410, 'too_old')));
  await agree(a, b);
};

/** The server is put back when a device is about to fetch the book anew: no refusal tells it of another epoch. */
const putBackBefore: Tell = async ({ a, b, account, server }) => {
  let id = '';
  await back(server, true, async () => {
    id = spend(a, account, 'confirmed and lost');
    await restAll(a, b);
    for (const { port } of [a, b]) port.tx(() => beginHydration(port));
  });
  await restAll(a, b);
  must(noteOf(b, id) === 'confirmed and lost', 'I2: what was confirmed is lost');
  await agree(a, b);
};

/** Rows change behind and before the page that is being read. */
const besideWrites: Tell = async ({ a, account, address, server }) => {
  for (let n = 0; n < 8; n++) spend(a, account, `row ${n}`);
  await rest(a);
  const fresh = new TestDevice(server.url, { snapshot_limit: 3 });
  await fresh.core.start();
  await fresh.core.signIn({ email: address, password: PASSWORD });
  for (let n = 0; n < 8; n++) {
    await fresh.step();
    // accounts were on the first page
    a.command('editAccount', { id: account, name: `Renamed ${n}` });
    await rest(a);
  }
  try {
    await agree(a, fresh);
  } finally {
    await fresh.close();
  }
};

/** What another device could not send is taken in before the first page is there, which says when a month begins. */
const beforeTheBook: Tell = async ({ a, b, address, server }) => {
  a.command('setSettings', { first_day_of_month: 15 });
  await restAll(a, b);
  const cash = b.command('addAccount', { name: 'Cash', kind: 'cash', currency: 'EUR' });
  b.command('addTransaction', { ...expense(cash.id!, 100, 'early in a month'), day: '2026-11-03' });
  const fresh = new TestDevice(server.url);
  await fresh.core.start();
  await fresh.core.signIn({ email: address, password: PASSWORD });
  try {
    fresh.core.takeUnsent(b.core.book.unsent());
    await agree(fresh, b, a);
  } finally {
    await fresh.close();
  }
};

/** A page of the snapshot that was asked for earlier comes in place of the next one. */
const otherPage: Tell = async ({ a, b, account, wire }) => {
  for (let n = 0; n < 30; n++) spend(b, account, `row ${n}`);
  await restAll(b, a);
  const again = (say: Change) => {
    let told = false;
    wire.change = (asked, send) => {
      if (asked.path === 'snapshot') return say(asked, send);
      return told ? send() : ((told = true), Promise.resolve(refusal(410, 'too_old')));
    };
    return rest(a);
  };
  let last: (() => Response) | null = null;
  await again(async (_, send) => (last = await kept(await send()))());
  let asked = 0;
  await again((_, send) => ((asked += 1) === 2 ? Promise.resolve(last!()) : send()));
  wire.change = null;
  await agree(a, b);
  must(asked > 2, 'the story needs more than one page');
};

/** The server has taken it; its answer is lost, and something between the two cannot read the repeat. */
const takenAndRefused: Tell = async ({ a, b, account, wire }) => {
  let lost = false;
  wire.change = async ({ path, body }, send) => {
    if (path !== 'push' || body.mutations?.length === 0) return send();
    if (lost) return refusal(422, 'field_invalid');
    await (await send()).text();
    lost = true;
    throw new TypeError('the answer was lost');
  };
  spend(a, account, 'taken');
  await rest(a);
  must(setAsideCount(a.port) === 0, 'I2: what the server has is said to be refused');
  wire.change = null;
  await agree(a, b);
};

/** Nobody can read the first of two changes. */
const unreadable: Tell = async ({ a, b, account, wire }) => {
  spend(a, account, 'unreadable');
  const mid = a.port.value<string>(`SELECT mid FROM outbox WHERE state = 'pending'`)!;
  const id = spend(a, account, 'behind it');
  wire.change = ({ body }, send) => (body.mutations?.some((one) => one.mid === mid) ? Promise.resolve(refusal(422, 'field_invalid')) : send());
  await agree(a, b);
  must(noteOf(b, id) === 'behind it', 'I9: one change stops the queue');
  must(setAsideCount(a.port) === 1, 'I4: a change that nobody can read is not kept');
};

/** Once a week both sides are compared; a row that was lost here comes back. */
function compared(): { given: Given; tell: Tell } {
  let now_ms = Date.now();
  return { given: { first: { now_ms: () => now_ms } }, tell: async ({ a, b, account }) => {
    const id = spend(a, account, 'eaten by the disk');
    await restAll(a, b);
    await a.core.book.machine.checkDigest();
    a.port.run('DELETE FROM "transaction" WHERE id = :id', { id });
    now_ms += 8 * DAY_MS;
    await a.core.book.machine.checkDigest();
    await agree(a, b);
  } };
}

/* ---- the server goes back in time ------------------------------------------------------------------ */

async function back(server: Server, epoch: boolean, between: () => Promise<void>): Promise<void> {
  const folder = `${server.dataFolder}-backup`;
  await server.kill('SIGKILL');
  await cp(server.dataFolder, folder, { recursive: true });
  await server.restart();
  await between();
  await server.kill('SIGKILL');
  await rm(server.dataFolder, { recursive: true, force: true });
  await cp(folder, server.dataFolder, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  if (epoch) await aside(server.dataFolder, 'epoch');
  await server.restart();
}

/**
 * It lost what it had confirmed 40 and 20 days before, and somebody had edited meanwhile what it knows again. The
 * first device's own clock is years ahead of all that.
 */
function restored(): { given: Given; tell: Tell } {
  let now_ms = Date.now();
  return { given: { first: { now_ms: () => now_ms } }, tell: async ({ a, b, account, server, wire }) => {
    let ahead_ms = 0;
    wire.change = async ({ path }, send) => {
      const answer = await send();
      if (!answer.ok || !['push', 'pull'].includes(path)) return answer;
      const body = (await answer.json()) as Page & { page?: Page };
      (body.page ?? body).time += ahead_ms;
      return new Response(JSON.stringify(body), { status: answer.status, headers: { 'content-type': 'application/json' } });
    };
    const shared = spend(a, account, 'as it was');
    await restAll(a, b);
    let [old, young] = ['', ''];
    await back(server, true, async () => {
      old = spend(a, account, '40 days ago');
      await rest(a);
      ahead_ms += 20 * DAY_MS;
      young = spend(a, account, '20 days ago');
      for (let n = 0; n < 3; n++) a.command('editTransaction', { id: shared, note: `mine ${n}` });
      await rest(a);
      ahead_ms += 20 * DAY_MS;
      now_ms += 10 * 365 * DAY_MS;
      await rest(a);
    });
    const other = b.command('editTransaction', { id: shared, note: 'theirs' });
    must(other.id === shared, 'an edit is of its row');
    await restAll(b, a);
    must(noteOf(a, young) === '20 days ago', 'I2: what was confirmed 20 days ago is lost');
    must(noteOf(a, old) === null, 'I7: what was confirmed 40 days ago is sent again');
    await agree(b, a);
    const conflicts = a.port.value<number>('SELECT count(*) FROM sync_conflict WHERE row_id = :shared AND NOT deleted', { shared });
    must(conflicts! > 0, 'I8: of two that did not know each other none is kept');
  } };
}

/** It lost what it had confirmed, and does not know it: others have written as much since. */
const gap: Tell = async ({ a, b, account, server, people, address }) => {
  let id = '';
  await back(server, false, async () => {
    id = spend(a, account, 'confirmed and lost');
    await rest(a);
  });
  const other = await people.another(address);
  try {
    for (let n = 0; n < 4; n++) spend(other, account, `of another ${n}`);
    await rest(other);
    spend(a, account, 'behind it');
    await restAll(a, other);
    must(noteOf(other, id) === 'confirmed and lost', 'I2: what was confirmed is lost');
    must(pendingCount(a.port) === 0, 'I9: something waits for ever');
  } finally {
    await other.close();
  }
  await restAll(b);
};

/** The server's record of a change went before that of a later one: nobody will ever confirm its number. */
const passedOver: Tell = async ({ a, b, account, wire }) => {
  let told = false;
  wire.change = async ({ path }, send) => {
    const answer = await send();
    if (told || path !== 'push') return answer;
    told = true;
    const { page, ...said } = (await answer.json()) as { page: Page };
    must(page.acks.length === 2, 'the story needs two changes in one push');
    return Response.json({ ...said, page: { ...page, acks: page.acks.slice(1) } });
  };
  spend(a, account, 'passed over');
  spend(a, account, 'confirmed');
  await rest(a);
  must(told && pendingCount(a.port) === 0, 'I9: something waits for ever');
  await agree(a, b);
};

export const STORIES: Record<string, () => { given: Given; tell: Tell }> = {
  pages: () => ({ given: SMALL, tell: pages }),
  dying, torn, restored, compared,
  'taken in an ack': () => ({ given: { first: { pull_limit: 2 } }, tell: takenInAnAck }),
  'taken in a push': () => ({ given: {}, tell: takenInAPush }),
  'late answer': () => ({ given: {}, tell: lateAnswer }),
  waits: () => ({ given: SMALL, tell: waits }),
  'deleted here': () => ({ given: SMALL, tell: deletedHere }),
  'skipped by two': () => ({ given: SMALL, tell: skippedByTwo }),
  'other fields': () => ({ given: {}, tell: otherFields }),
  'fetched again': () => ({ given: {}, tell: fetchedAgain }),
  'too old': () => ({ given: {}, tell: tooOld }),
  'put back before': () => ({ given: {}, tell: putBackBefore }),
  'beside writes': () => ({ given: {}, tell: besideWrites }),
  'before the book': () => ({ given: {}, tell: beforeTheBook }),
  'other page': () => ({ given: { first: { snapshot_limit: 10 } }, tell: otherPage }),
  'taken and refused': () => ({ given: {}, tell: takenAndRefused }),
  unreadable: () => ({ given: {}, tell: unreadable }),
  'passed over': () => ({ given: {}, tell: passedOver }),
  gap: () => ({ given: {}, tell: gap })
};

/** Tells one of them to the end. */
export async function tell(name: string, server: Server): Promise<void> {
  const { given, tell } = STORIES[name]!();
  const wire = new Wire();
  const people = new People(server.url, rest);
  const pair = () => people.pair({ ...given.first, fetch: wire.fetch }, given.second);
  const stage = await pair().catch((error: { code?: string }) => {
    // a line that a dead server left open
    if (error.code !== 'offline') throw error;
    return pair();
  });
  try {
    await tell({ ...stage, server, wire, people });
  } finally {
    await stage.a.close();
    await stage.b.close();
  }
}
