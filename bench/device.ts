// A device in Chromium: signs in to a book on a server, fetches it whole, and opens again what it has.
// Prints one line of JSON. Times are ms; bytes are what came over the wire, counted between browser and server.
//
//   node bench/device.ts SERVER_PORT EMAIL PASSWORD
import { connect, createServer, type AddressInfo } from 'node:net';
import { openDevice } from '../app/e2e/harness.ts';

const STARTS = 3;
const TIMEOUT_MS = 120_000;
const [port = '', email = '', password = ''] = process.argv.slice(2);

let received = 0;
const counter = createServer((client) => {
  const server = connect(Number(port), '127.0.0.1');
  server.on('data', (chunk) => (received += chunk.length));
  client.pipe(server);
  server.pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
});
await new Promise<void>((resolve) => counter.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(counter.address() as AddressInfo).port}`;

let device = await openDevice({ viewport: { width: 390, height: 844 }, locale: 'en-GB' });
try {
  const page = await device.context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(`${url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in' }).first().waitFor();
  // What a service worker fetches for later must not count as the book.
  await Promise.race([page.evaluate(async () => void (await navigator.serviceWorker.ready)), page.waitForTimeout(10_000)]);
  await page.waitForTimeout(1_000);
  const before = received;
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(password);
  const begun = performance.now();
  await page.getByRole('button', { name: 'Sign in' }).first().click();
  await page.getByText(/^Payee \d+/).first().waitFor();
  const usable = performance.now() - begun;
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
  const complete = performance.now() - begun;
  const bytes = received - before;

  const starts: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    device = await device.reopen();
    const again = await device.context.newPage();
    const opened = performance.now();
    await again.goto(url, { waitUntil: 'commit' });
    await again.getByText(/^Payee \d+/).first().waitFor();
    starts.push(performance.now() - opened);
  }
  console.log(JSON.stringify({ usable, complete, bytes, starts }));
} finally {
  await device.close();
  counter.close();
  process.exit();
}
