/**
 * The server's pokes: server-sent events (WHATWG HTML 9.2) read from a fetch stream,
 * because EventSource cannot carry a token. A poke says "head is N" and nothing else;
 * a lost one costs a late pull, never data.
 */

/** The server beats every 20 s; silence for this long means the line is dead. */
export const WATCHDOG_MS = 45_000;

export interface Poke {
  epoch: string;
  head: number;
}

/** Splits a stream of text into events; a chunk may end anywhere. */
export class EventParser {
  #rest = '';
  #id = '';
  #event = '';
  #data = '';

  push(chunk: string): { id: string; event: string; data: string }[] {
    const events: { id: string; event: string; data: string }[] = [];
    const text = this.#rest + chunk;
    // a line break may be cut in two
    const whole = text.endsWith('\r') ? text.length - 1 : text.length;
    const lines = text.slice(0, whole).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + text.slice(whole);
    for (const line of lines) {
      if (line === '') {
        if (this.#data !== '' || this.#event !== '') events.push({ id: this.#id, event: this.#event || 'message', data: this.#data });
        this.#event = '';
        this.#data = '';
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'id') this.#id = value;
      else if (field === 'event') this.#event = value;
      else if (field === 'data') this.#data = this.#data === '' ? value : `${this.#data}\n${value}`;
    }
    return events;
  }
}

export interface EventsParts {
  /** Opens the stream with a valid token, or null when the server cannot be reached. */
  open(signal: AbortSignal): Promise<Response | null>;
  poke(poke: Poke): void;
  /** The line went up or down. */
  online(up: boolean): void;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  backoff(failures: number): number;
}

/** Keeps one stream open until `signal` ends it. */
export async function listen(parts: EventsParts, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const line = new AbortController();
    const end = () => line.abort();
    signal.addEventListener('abort', end, { once: true });
    const heard = await readOne(parts, line).catch(() => false);
    signal.removeEventListener('abort', end);
    line.abort();
    if (signal.aborted) return;
    parts.online(false);
    failures = heard ? 0 : failures + 1;
    await parts.wait(parts.backoff(failures), signal).catch(() => undefined);
  }
}

/** True when at least one event was heard: the next attempt starts without a long wait. */
async function readOne(parts: EventsParts, line: AbortController): Promise<boolean> {
  const response = await parts.open(line.signal);
  if (!response?.ok || !response.body) return false;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser();
  let heard = false;
  for (;;) {
    const watchdog = setTimeout(() => line.abort(), WATCHDOG_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(watchdog));
    if (done) return heard;
    if (!heard) parts.online(true);
    heard = true;
    for (const event of parser.push(value)) {
      if (event.event === 'reauth') return true;
      const separator = event.id.lastIndexOf(':');
      const head = Number(event.id.slice(separator + 1));
      if (separator > 0 && Number.isInteger(head)) parts.poke({ epoch: event.id.slice(0, separator), head });
    }
  }
}
