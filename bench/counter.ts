// A line that counts, on a thread of its own: a device that is busy must find a closed connection closed, as it would
// without it.
import { connect, createServer, type AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { port, shared } = workerData as { port: number; shared: SharedArrayBuffer };
const received = new BigInt64Array(shared);
const server = createServer((client) => {
  const line = connect(port, '127.0.0.1');
  line.on('data', (chunk) => void Atomics.add(received, 0, BigInt(chunk.length)));
  client.pipe(line);
  line.pipe(client);
  client.on('error', () => line.destroy());
  line.on('error', () => client.destroy());
});
server.listen(0, '127.0.0.1', () => parentPort!.postMessage((server.address() as AddressInfo).port));
