/** The wire of sync over the person's session: HTTP answers as values the machine understands. */
import { problemOf, ServerProblem, json, type Session } from '../identity/session.ts';
import type { Answer, Transport } from './machine.ts';

export function httpTransport(session: Session): Transport {
  const ask = <T>(path: string, init?: RequestInit) => answer<T>(session, path, init);
  return {
    push: (book, request) => ask(`/sync/push?book=${book}`, json('POST', request)),
    pull: (book, query) => ask(`/sync/pull?${search({ book, ...query })}`),
    snapshot: (book, query) => ask(`/sync/snapshot?${search({ book, ...query })}`),
    digest: (book) => ask(`/sync/digest?book=${book}`)
  };
}

async function answer<T>(session: Session, path: string, init?: RequestInit): Promise<Answer<T>> {
  try {
    const response = await session.request(path, init);
    if (response.ok) return { kind: 'ok', body: (await response.json()) as T };
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
