// A device of Outlay under Node: the app's core over a real SQLite file, syncing by itself.
//
//   node bench/core.ts SERVER_PORT EMAIL PASSWORD [counted]
import { mint, TestDevice } from '../app/e2e/sync/device.ts';
import { counter, cpu_s, now_ns, obey, timed } from './lines.ts';

const [port = '', email = '', password = '', counted] = process.argv.slice(2);
const line = counted ? await counter(Number(port)) : { url: `http://127.0.0.1:${port}`, received: () => 0 };
let heard = (): void => undefined;
const device = new TestDevice(line.url, { live: true, emit: () => heard() });

/** Resolves as soon as `holds`, which is asked again whenever something has changed. */
const until = (holds: () => boolean) =>
  new Promise<void>((resolve) => {
    heard = () => {
      if (!holds()) return;
      heard = () => undefined;
      resolve();
    };
    heard();
  });

const upToDate = () => device.core.status.sync.state === 'up_to_date' && device.core.book.meta.cursor !== null;

await obey({
  async start() {
    await device.core.start();
  },
  /** Signs in on a new device and fetches the book. */
  async download() {
    const before = line.received();
    let first_s = 0;
    const begun = now_ns();
    const { seconds, cpu } = await timed(async () => {
      await device.core.signIn({ email, password });
      await until(() => {
        if (first_s === 0 && device.port.value('SELECT 1 FROM "transaction" LIMIT 1') !== null) first_s = (now_ns() - begun) / 1e9;
        return upToDate();
      });
    });
    return { seconds, cpu, first_s, bytes: line.received() - before };
  },
  /** New transactions, each a tap on Save; the last one has `last` as its id. Sync follows by itself. */
  async add({ count, last, account_id }) {
    const begun_ns = now_ns();
    for (let n = 0; n < count; n += 1) {
      const id = n === count - 1 ? { id: last } : {};
      device.command('addTransaction', { kind: 'expense', account_id, amount_minor: 100 + n, day: '2026-01-15', note: 'lunch with Anna', ...id });
    }
    return { begun_ns, saved_ns: now_ns() };
  },
  /** Until a row is here, and then when. */
  async await({ id }) {
    await until(() => device.port.value('SELECT 1 FROM "transaction" WHERE id = :id', { id }) !== null);
    return { at_ns: now_ns() };
  },
  /** Until everything is sent and confirmed. */
  async rest() {
    await until(upToDate);
    return { at_ns: now_ns() };
  },
  async count() {
    return { count: device.port.value('SELECT count(*) FROM "transaction" WHERE NOT deleted') };
  },
  /** The first page of the list and a month's cards, as the screens ask for them. */
  async look({ today }) {
    const list = await timed(async () => device.core.query('transactions', { filter: {}, before: null, limit: 50 }, today));
    const report = await timed(async () => device.core.query('report', { name: 'totals', params: {} }, today));
    return { list_s: list.seconds, report_s: report.seconds };
  },
  async usage() {
    return { cpu: cpu_s(), rss: process.memoryUsage().rss, at_ns: now_ns() };
  },
  async close() {
    await device.close();
  }
});
