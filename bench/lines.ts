// A measured device is a process that is told what to do: one line of JSON in, one line of JSON out. Nothing else may
// come out of it, so what libraries print goes to the other stream.
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';

type Arguments = Record<string, never>;

for (const name of ['log', 'info', 'debug', 'warn'] as const) console[name] = console.error;

/** Nanoseconds on a clock that all processes of the machine share, as a number (exact to a microsecond). */
export const now_ns = (): number => Number(process.hrtime.bigint());

/** CPU seconds of this process so far, all its threads. */
export const cpu_s = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Runs `act`; how long it took and what it cost this process. */
export async function timed<T>(act: () => Promise<T>): Promise<{ value: T; seconds: number; cpu: number }> {
  const [begun, cpu] = [now_ns(), cpu_s()];
  const value = await act();
  return { value, seconds: (now_ns() - begun) / 1e9, cpu: cpu_s() - cpu };
}

/** Answers every command, in order, until the input ends. An error ends the process. */
export async function obey(commands: Record<string, (told: Arguments) => Promise<unknown>>): Promise<never> {
  for await (const line of createInterface({ input: process.stdin })) {
    const told = JSON.parse(line) as { do: string } & Arguments;
    const found = await commands[told.do]!(told);
    process.stdout.write(JSON.stringify(found ?? {}) + '\n');
  }
  process.exit();
}

/** Stands between a device and its server and counts what comes from the server. */
export async function counter(port: number): Promise<{ url: string; received: () => number }> {
  const shared = new SharedArrayBuffer(8);
  const thread = new Worker(new URL('./counter.ts', import.meta.url), { workerData: { port, shared } });
  const own = await new Promise<number>((resolve) => thread.once('message', resolve));
  return { url: `http://127.0.0.1:${own}`, received: () => Number(Atomics.load(new BigInt64Array(shared), 0)) };
}
