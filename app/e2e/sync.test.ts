// The TypeScript core against the real server: two devices over a bad line. A server that is killed: server.proof.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Changed, TransactionView } from '../src/api.ts';
import { type Server, startServer } from './harness.ts';
import { mint, type TestDevice } from './sync/device.ts';
import { badLine, seeded, type Line } from './sync/line.ts';
import { Storm, expectTrue } from './sync/storm.ts';
import { expectOwnSeen, expense, expectSame, expectServerAgrees, People, settleAll } from './sync/people.ts';

let server: Server;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = new People(server.url);
});

afterAll(() => server?.stop());

describe('two devices', () => {
  it('share a sample book of three months with all its reports', async () => {
    const { a, b } = await people.pair({}, {}, { sample: true });
    expectSame(a, b);
    expect(a.query<unknown[]>('accounts')).toHaveLength(4);
    for (const name of ['totals', 'trend_by_category', 'allocation', 'accounts', 'daily']) {
      expect(b.query('report', { name, params: {} })).toEqual(a.query('report', { name, params: {} }));
    }
    const found = b.query<{ items: TransactionView[] }>('search', { text: 'corner pan' });
    expect(found.items.length).toBeGreaterThan(0);
    await expectServerAgrees(b);
    await a.close();
    await b.close();
  });

  it('upload a local book, show it on the second device, and keep different fields edited offline', async () => {
    const { a, b, account } = await people.pair();
    const { id } = a.command('addTransaction', expense(account, 1250, 'Bread'));
    await settleAll(a, b);
    a.command('editTransaction', { id: id!, note: 'Bread and butter' });
    b.command('editTransaction', { id: id!, day: '2026-11-20' });
    await settleAll(a, b);
    expectSame(a, b);
    const row = a.query<TransactionView>('transaction', { id });
    expect([row.note, row.day, a.core.status.sync.attention]).toEqual(['Bread and butter', '2026-11-20', 0]);
    await expectServerAgrees(a);
    await a.close();
    await b.close();
  });

  it('post what a schedule has due once, though both did it without a network', async () => {
    let now = '2026-08-01';
    const today = () => now;
    const { a, b, account } = await people.pair({ today }, { today });
    const rent = { kind: 'expense' as const, account_id: account, amount_minor: 900, rule: 'FREQ=MONTHLY', payee: 'Harbour' };
    const { id } = a.command('addSchedule', { ...rent, name: 'Rent', start_day: '2026-08-15' });
    await settleAll(a, b);
    const listed = (device: TestDevice) => device.query<{ items: TransactionView[] }>('transactions').items;
    expect([listed(a), listed(b)]).toEqual([[], []]);
    now = '2026-11-22';
    for (const device of [a, b]) device.core.dayTurned();
    expect(listed(a).map(({ id }) => id)).toEqual(listed(b).map(({ id }) => id));
    const [november, october] = listed(a).map((row) => row.id);
    a.command('deleteTransaction', { id: october! });
    a.command('editTransaction', { id: november!, note: 'more than last year' });
    await settleAll(a, b);
    expectSame(a, b);
    expect(listed(b).map(({ day, note }) => [day, note])).toEqual([
      ['2026-11-15', 'more than last year'], ['2026-09-15', null], ['2026-08-15', null]
    ]);
    expect(b.port.value('SELECT done_through FROM schedule WHERE id = :id', { id: id! })).toBe('2026-11-15');
    expect([a.core.status.sync.attention, b.core.status.sync.attention]).toEqual([0, 0]);
    await expectServerAgrees(a);
    await a.close();
    await b.close();
  });

  it('come to the same value of one field edited on both, and offer the other', async () => {
    const { a, b, account } = await people.pair();
    const { id } = a.command('addTransaction', expense(account, 1250, 'Bread'));
    await settleAll(a, b);
    a.command('editTransaction', { id: id!, note: 'from a' }, mint(Date.now() - 60_000));
    b.command('editTransaction', { id: id!, note: 'from b' });
    await settleAll(a, b);
    expectSame(a, b);
    const kept = a.query<TransactionView>('transaction', { id }).note;
    const conflicts = a.port.all<{ kept: string; lost: string }>('SELECT kept, lost FROM sync_conflict WHERE NOT deleted');
    expect(kept).toBe('from b');
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]!.lost).toContain('from a');
    expect(b.core.status.sync.attention).toBe(1);
    await a.close();
    await b.close();
  });

  it('undo a delete that the other device has seen', async () => {
    const { a, b, account } = await people.pair();
    const { id } = a.command('addTransaction', expense(account, 900, 'Tea'));
    await settleAll(a, b);
    const { undo } = b.command('deleteTransaction', { id: id! }) as Changed;
    await settleAll(b, a);
    expect(a.query('transaction', { id })).toBeNull();
    b.command('undo', { token: undo! });
    await settleAll(b, a);
    expectSame(a, b);
    expect(a.query<TransactionView>('transaction', { id }).note).toBe('Tea');
    await a.close();
    await b.close();
  });

  it('do a call that a tab sent twice only once, with the same answer', async () => {
    const { a, b, account } = await people.pair();
    const call = mint();
    const first = a.command('addTransaction', expense(account, 100, 'once'), call);
    expect(a.command('addTransaction', expense(account, 100, 'once'), call)).toEqual(first);
    await settleAll(a, b);
    expect(a.command('addTransaction', expense(account, 100, 'once'), call)).toEqual(first);
    expect(b.port.value(`SELECT count(*) FROM "transaction" WHERE note = 'once'`)).toBe(1);
    await a.close();
    await b.close();
  });

  it('hear of each other without asking', async () => {
    const { a, b, account } = await people.pair({ live: true }, { live: true });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { id } = a.command('addTransaction', expense(account, 4200, 'poked'));
    const deadline = Date.now() + 5000;
    while (b.query('transaction', { id }) === null && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(b.query<TransactionView>('transaction', { id }).amount_minor).toBe(4200);
    await a.close();
    await b.close();
  });
});

/** Random edits on few rows, so that they collide. Returns the ids that were made. */
function storm(device: TestDevice, account: string, random: () => number, known: string[], edits: number): void {
  for (let n = 0; n < edits; n++) {
    const id = known[Math.floor(random() * known.length)];
    const live = id !== undefined && device.query('transaction', { id }) !== null;
    const dice = random();
    if (!live || dice < 0.3) known.push(device.command('addTransaction', expense(account, 1 + Math.floor(random() * 99999), `n${random()}`)).id!);
    else if (dice < 0.55) device.command('editTransaction', { id, note: `edit ${random()}` });
    else if (dice < 0.75) device.command('editTransaction', { id, amount_minor: 1 + Math.floor(random() * 99999) });
    else if (dice < 0.9) device.command('editTransaction', { id, day: `2026-11-${10 + Math.floor(random() * 19)}` });
    else device.command('deleteTransaction', { id });
  }
}

describe('a bad line', () => {
  it.each([1, 2])('loses, doubles and mixes up messages: seed %i', async (seed) => {
    const random = seeded(seed);
    const faults = { drop: 0.3, duplicate: 0.25, stale: 0.2 };
    const lines: [Line, Line] = [badLine(random, { ...faults }), badLine(random, { ...faults })];
    const healthy = lines.map((line) => (line.faults = { drop: 0, duplicate: 0, stale: 0 }));
    const { a, b, account, address } = await people.pair({ fetch: lines[0].fetch, pull_limit: 3, snapshot_limit: 7 }, { fetch: lines[1].fetch, pull_limit: 2, snapshot_limit: 5 });
    expect(healthy).toHaveLength(2);
    const known: string[] = [];
    for (const line of lines) line.faults = { ...faults };
    for (let round = 0; round < 12; round++) {
      for (const [n, device] of [a, b].entries()) {
        lines[n]!.down = random() < 0.3;
        storm(device, account, random, known, Math.floor(random() * 8));
        for (let steps = 0; steps < 6; steps++) {
          await device.step();
          expectOwnSeen(device);
        }
      }
    }
    for (const line of lines) Object.assign(line, { down: false, faults: { drop: 0, duplicate: 0, stale: 0 } });
    await settleAll(a, b);
    const c = await people.another(address, { snapshot_limit: 11 });
    await settleAll(a, b, c);
    expectSame(a, b, c);
    for (const device of [a, b, c]) expect(device.core.status.sync.unsent).toBe(0);
    await expectServerAgrees(a);
    await expectEverythingOnce(a, b);
    const total = lines.map(({ counts }) => counts);
    for (const fault of ['request lost', 'answer lost', 'sent twice', 'old answer'] as const) {
      expect(total[0]![fault] + total[1]![fault]).toBeGreaterThan(0);
    }
    for (const device of [a, b, c]) await device.close();
  });
});

describe('a household at work', () => {
  it.each([11, 12])('collides in every way and agrees in the end: seed %i', async (seed) => {
    const random = seeded(seed);
    const faults = { drop: 0.2, duplicate: 0.2, stale: 0.1 };
    const lines: [Line, Line] = [badLine(random, { drop: 0, duplicate: 0, stale: 0 }), badLine(random, { drop: 0, duplicate: 0, stale: 0 })];
    const { a, b, address } = await people.pair({ fetch: lines[0].fetch, pull_limit: 5 }, { fetch: lines[1].fetch, pull_limit: 3 });
    const storm = new Storm(random);
    for (const line of lines) line.faults = { ...faults };
    for (let round = 0; round < 15; round++) {
      for (const [n, device] of [a, b].entries()) {
        lines[n]!.down = random() < 0.4;
        storm.rage(device, 1 + Math.floor(random() * 9));
        expectTrue(device);
        for (let steps = 0; steps < 8; steps++) await device.step();
        expectTrue(device);
      }
    }
    for (const line of lines) Object.assign(line, { down: false, faults: { drop: 0, duplicate: 0, stale: 0 } });
    await settleAll(a, b);
    const c = await people.another(address, { snapshot_limit: 20 });
    await settleAll(a, b, c);
    expectSame(a, b, c);
    expectTrue(c);
    await expectServerAgrees(a);
    await expectEverythingOnce(a, b);
    expect(Object.keys(storm.done).length).toBeGreaterThan(10);
    for (const device of [a, b, c]) await device.close();
  });
});

/** Every change made on a device has an answer of the server, and what was made is there once or was deleted. */
async function expectEverythingOnce(...devices: TestDevice[]): Promise<void> {
  for (const device of devices) {
    const left = device.port.rows(`SELECT mid FROM outbox WHERE state <> 'acked' OR status IS NULL`);
    expect(left).toEqual([]);
    const made = device.port.rows(
      `SELECT o.ops ->> '$[0].id' FROM outbox o WHERE o.status LIKE 'ok%' AND o.ops ->> '$[0].k' = 'create' AND o.ops ->> '$[0].e' = 'transaction'`
    );
    for (const [id] of made) expect(device.port.value('SELECT count(*) FROM "transaction" WHERE id = :id', { id: id ?? null })).toBe(1);
  }
}
