// For `node --import`, before the server of Actual: a connection that rests stays open. After Node's five seconds it
// would be closed while a device of Actual is busy with the file that it has fetched, and that device, which asks on
// the closed one and never again, says that its download failed.
import { Server } from 'node:http';

const REST_MS = 600_000;
const listen = Server.prototype.listen;

Server.prototype.listen = function (this: Server, ...given: unknown[]) {
  this.keepAliveTimeout = REST_MS;
  return (listen as (...given: unknown[]) => Server).apply(this, given);
} as typeof listen;
