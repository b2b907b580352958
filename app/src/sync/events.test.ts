import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { EventParser, listen, type Poke } from './events.ts';
import { backoff, BACKOFF_MOST_MS, POLL_MS, SyncRunner } from './runner.ts';
import type { Step, SyncMachine } from './machine.ts';

it('reads events however the stream is cut', () => {
  const stream = 'id: e:12\ndata: {"head":12}\n\n: beat\n\nid: e:13\r\ndata: {"head":13}\r\n\r\nevent: reauth\ndata: {}\n\n';
  for (const size of [1, 2, 7, 1000]) {
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < stream.length; at += size) events.push(...parser.push(stream.slice(at, at + size)));
    expect(events.map(({ id, event }) => `${event} ${id}`)).toEqual(['message e:12', 'message e:13', 'reauth e:13']);
  }
});

it('comes back after the stream was cut, and stops when told', async () => {
  let opened = 0;
  const server = createServer((_, response) => {
    opened += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`id: abc:${opened}\ndata: {}\n\n`);
    setTimeout(() => response.destroy(), 20);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = new AbortController();
  const pokes: Poke[] = [];
  const lines: boolean[] = [];
  await listen({
    open: (signal) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { signal }),
    poke: (poke) => {
      pokes.push(poke);
      if (pokes.length === 3) end.abort();
    },
    online: (up) => lines.push(up),
    wait: async () => undefined,
    backoff: () => 1
  }, end.signal);
  expect(pokes).toEqual([1, 2, 3].map((head) => ({ epoch: 'abc', head })));
  expect(lines.slice(0, 4)).toEqual([true, false, true, false]);
  server.close();
});

it('waits one second at first and a minute at most, never the same for everybody', () => {
  expect(backoff(0, 0)).toBe(1000);
  expect(backoff(3, 0.999)).toBeLessThanOrEqual(8000);
  expect(backoff(3, 0)).toBe(4000);
  expect(backoff(50, 0.999)).toBeLessThanOrEqual(BACKOFF_MOST_MS);
  expect(backoff(50, 0)).toBe(BACKOFF_MOST_MS / 2);
});

it('runs one round at a time, once more when poked meanwhile, and plans the next', async () => {
  const steps: Step[] = [];
  const planned: number[] = [];
  let timer: (() => void) | null = null;
  let running = 0;
  const script: Step['next'][] = ['more', 'idle', 'idle', 'retry', 'retry', 'idle'];
  const machine = {
    step: async (): Promise<Step> => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      const next = script.shift() ?? 'idle';
      return (next === 'retry' ? { next, offline: true } : { next, tables: new Set() }) as Step;
    },
    checkDigest: async () => false
  } as unknown as SyncMachine;
  const timers = {
    set: (run: () => void, ms: number) => ((timer = run), planned.push(ms), 1),
    clear: () => undefined,
    random: () => 0
  };
  const runner = new SyncRunner(machine, timers, (step) => steps.push(step));
  const first = runner.poke();
  void runner.poke();
  await first;
  expect(steps.map(({ next }) => next)).toEqual(['more', 'idle', 'idle']);
  expect(planned).toEqual([POLL_MS * 0.9]);
  for (let n = 0; n < 3; n++) {
    timer!();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(planned.slice(1)).toEqual([1000, 1000, POLL_MS * 0.9]);
  runner.stop();
  await runner.poke();
  expect(steps).toHaveLength(6);
});
