// Rules of the device taken away one at a time, outside of its code: by what stands between it and its file or the
// server. Each removal must be noticed by what the stories check in the end.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Port } from '../../src/store/port.ts';
import { type Server, startServer } from '../harness.ts';
import { PASSWORD, TestDevice } from '../sync/device.ts';
import { expense, expectSame, People, settleAll } from '../sync/people.ts';
import { Crash, MortalPort } from './disk.ts';

let server: Server;
let people: People;

beforeAll(async () => {
  server = await startServer({ OUTLAY_RATE_LIMIT: 'false' });
  people = new People(server.url);
});

afterAll(() => server?.stop());

/** True when the check fails. */
const noticed = (check: () => void): boolean => {
  try {
    check();
  } catch {
    return true;
  }
  return false;
};

/** A file whose transactions are none: what was written before the device died stays. */
class TornPort extends MortalPort {
  writes = Infinity;

  constructor(port: Port) {
    super(port, () => null);
  }

  override tx<T>(work: () => T): T {
    return work();
  }

  override run(...given: Parameters<Port['run']>): number {
    if ((this.writes -= 1) < 0) throw new Crash('in the middle');
    return super.run(...given);
  }
}

for (const torn of [false, true]) {
  it(`${torn ? 'notices a change that is half written' : 'writes a change whole or not at all'}`, async () => {
    let last: TornPort | MortalPort | null = null;
    let armed = false;
    const disk = (port: Port) => (last = torn ? new TornPort(port) : new MortalPort(port, () => (armed ? 'before' : null)));
    const { a, b, account } = await people.pair({ disk });
    let missed = 0;
    for (let writes = 1; writes < 12; writes++) {
      armed = true;
      if (torn) (last as unknown as TornPort).writes = writes;
      expect(() => a.command('addTransaction', expense(account, 100, `half ${writes}`))).toThrow(Crash);
      armed = false;
      await a.restart();
      await settleAll(a, b);
      missed += Number(noticed(() => expectSame(a, b)));
      if (missed > 0) break;
    }
    expect(missed).toBe(torn ? 1 : 0);
    for (const device of [a, b]) await device.close();
  });
}

type Body = { from: string; acks: [number, string, ...unknown[]][]; page?: Body };

/** A line that changes what is read from it. */
function rewriting(change: (page: Body, url: URL) => void): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    const url = new URL(String(input));
    if (!answer.ok || !/\/sync\/(push|pull)$/.test(url.pathname)) return answer;
    const body = (await answer.json()) as Body;
    change(body.page ?? body, url);
    return new Response(JSON.stringify(body), { status: answer.status, headers: { 'content-type': 'application/json' } });
  };
}

for (const blind of [false, true]) {
  it(`${blind ? 'notices a device that counts acknowledgements by their number' : 'knows its own changes by their ids'}`, async () => {
    let restored: TestDevice | null = null;
    const mine = (seq: number) => restored?.port.value<string>(`SELECT mid FROM outbox WHERE state = 'pending' AND seq = :seq`, { seq });
    const line = rewriting(({ acks }) => {
      if (blind) for (const ack of acks) ack[1] = mine(ack[0]) ?? ack[1];
    });
    const { a, b, account, address } = await people.pair({}, { pull_limit: 2 });
    for (let n = 0; n < 6; n++) a.command('addTransaction', expense(account, 100, `page ${n}`));
    await a.settle();
    await b.step();
    restored = b.copy(server.url, { pull_limit: 2, fetch: line });
    b.command('addTransaction', expense(account, 200, 'lost with the disk'));
    await b.settle();
    await b.close();
    await restored.core.start();
    await restored.core.signIn({ email: address, password: PASSWORD });
    restored.command('addTransaction', expense(account, 300, 'after the restore'));
    await settleAll(restored, a);
    expect(noticed(() => expectSame(a, restored!)) || a.port.value(`SELECT count(*) FROM "transaction" WHERE note = 'after the restore'`) === 0).toBe(blind);
    await a.close();
    await restored.close();
  });
}

for (const blind of [false, true]) {
  it(`${blind ? 'notices a page that is taken wherever the device stands' : 'takes a page only where it stands'}`, async () => {
    const old: Body[] = [];
    let late = false;
    const line = rewriting((page, url) => {
      if (late && old.length > 0) Object.assign(page, structuredClone(old[0]), blind ? { from: url.searchParams.get('cursor') ?? page.from } : {});
      else if (url.pathname.endsWith('/pull')) old.push(structuredClone(page));
    });
    const { a, b, account } = await people.pair({}, { fetch: line });
    old.length = 0;
    a.command('addTransaction', expense(account, 100, 'first'));
    await settleAll(a, b);
    a.command('addTransaction', expense(account, 200, 'second'));
    await settleAll(a, b);
    await b.step();
    late = true;
    const back = await b.step().then(() => false, () => true);
    late = false;
    await settleAll(a, b);
    expect(back || noticed(() => expectSame(a, b))).toBe(blind);
    for (const device of [a, b]) await device.close();
  });
}
