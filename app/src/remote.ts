/** What only the server can do, asked with the person's token: file imports and plain requests. */
import type { Answer, RequestInput } from './api.ts';
import { json, problemOf, type Session } from './identity/session.ts';

export type RemoteName = 'importPreview' | 'importCommit' | 'importUndo' | 'imports' | 'request';

/** `book_id` goes into the query; an import lands in the open book. */
export async function callRemote(session: Session, book_id: string, name: RemoteName, args: Record<string, unknown>, mid: string): Promise<unknown> {
  const book = `book=${book_id}`;
  const id = encodeURIComponent(String(args['id'] ?? ''));
  switch (name) {
    case 'importPreview':
      return ask(session, `/imports?${book}`, { method: 'POST', body: form(args['file'] as Blob, args['options']) });
    case 'importCommit':
      return ask(session, `/imports/${id}/commit?${book}`, keyed(json('POST', args['choices'] ?? {}), mid));
    case 'importUndo':
      return ask(session, `/imports/${id}?${book}`, keyed(json('DELETE'), mid));
    case 'imports':
      return ask(session, `/imports?${book}`, {});
    case 'request':
      return request(session, String(args['path']), args['init'] as RequestInput);
  }
}

function form(file: Blob, options: unknown): FormData {
  const form = new FormData();
  form.set('file', file, 'name' in file ? String(file.name) : 'import');
  if (options && Object.keys(options).length > 0) form.set('options', JSON.stringify(options));
  return form;
}

/** The server does a call with the same key once. */
function keyed(init: RequestInit, mid: string): RequestInit {
  return { ...init, headers: { ...(init.headers as Record<string, string>), 'Idempotency-Key': mid } };
}

async function ask(session: Session, path: string, init: RequestInit): Promise<unknown> {
  const signal = AbortSignal.timeout(300_000);
  const response = await session.request(path, { ...init, signal });
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}

async function request(session: Session, path: string, init: RequestInput): Promise<Answer> {
  if (!path.startsWith('/')) throw new TypeError('a path begins with a slash');
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(init.query ?? {})) if (value != null) search.set(name, String(value));
  const query = search.size > 0 ? `${path.includes('?') ? '&' : '?'}${search.toString()}` : '';
  const { method = 'GET', body } = init;
  const options = body instanceof Blob ? { method, headers: { 'Content-Type': body.type }, body } : json(method, body);
  const response = await session.request(path + query, { ...options, headers: { ...(options.headers as Record<string, string>), ...init.headers } });
  if (init.blob && response.ok) return { ok: true, status: response.status, headers: Object.fromEntries(response.headers), body: await response.blob() };
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  return {
    ok: response.ok, status: response.status, headers: Object.fromEntries(response.headers),
    body: isJson && text !== '' ? (JSON.parse(text) as unknown) : text
  };
}
