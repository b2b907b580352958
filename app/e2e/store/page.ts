// Starts the worker of `worker.ts` and hands its answers to the test.
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

declare global {
  interface Window {
    ask(question: unknown): Promise<unknown>;
  }
}

window.ask = (question) =>
  new Promise((resolve) => {
    worker.onmessage = (event: MessageEvent<unknown>) => resolve(event.data);
    worker.postMessage(question);
  });
