// A page with no screen: hands the app's surface to the test.
import { outlay, type Status } from '../../src/outlay.ts';

declare global {
  interface Window {
    outlay: typeof outlay;
    appStatus(): Status;
  }
}

let status: Status;
outlay.status.subscribe((now) => (status = now));
window.outlay = outlay;
window.appStatus = () => status;
