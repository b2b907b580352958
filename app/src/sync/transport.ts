/** The wire of sync over the person's session: HTTP answers as values the machine understands. */
import { problemOf, ServerProblem, json, type Session } from '../identity/session.ts';
import { isTable } from '../store/table.ts';
import type { Answer, Transport } from './machine.ts';

/** `person_id`: whose book it is. Nothing of it leaves under anybody else's token. */
export function httpTransport(session: Session, person_id: string): Transport {
  const ask = <T>(path: string, init?: RequestInit, check?: (body: T) => boolean) => answer<T>(() => session.request(path, init, person_id), check);
  return {
    push: (book, request) => ask(`/sync/push?book=${book}`, json('POST', request)),
    pull: (book, query) => ask(`/sync/pull?${search({ book, ...query })}`),
    snapshot: (book, query) => ask(`/sync/snapshot?${search({ book, ...query })}`, {}, ({ tables }) => Object.values(tables).every((table) => isTable(table, query.limit))),
    digest: (book) => ask(`/sync/digest?book=${book}`)
  };
}

/** `check`: whether the body is what was asked for, and not what something between device and server says. */
async function answer<T>(send: () => Promise<Response>, check: (body: T) => boolean = () => true): Promise<Answer<T>> {
  try {
    const response = await send();
    if (response.ok) {
      const body = (await response.json()) as T;
      return check(body) ? { kind: 'ok', body } : { kind: 'offline' };
    }
    const { code, status, message, params } = await problemOf(response);
    const after = Number(response.headers.get('Retry-After') ?? Number.NaN);
    const epoch = params['epoch'];
    return {
      kind: 'problem', status, code, message,
      ...(Number.isFinite(after) ? { retry_after_s: after } : {}),
      ...(typeof epoch === 'string' ? { epoch } : {})
    };
  } catch (error) {
    if (error instanceof ServerProblem && error.code === 'needs_auth') return { kind: 'needs_auth' };
    // also a body that was cut off: the request is repeated as it was
    return { kind: 'offline' };
  }
}

function search(query: Record<string, string | number | null>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null) search.set(name, String(value));
  return search.toString();
}
