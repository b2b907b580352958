/**
 * What people and devices are called, as the server said last. Kept in the book's file, so that a history and a
 * conflict name them without a network too.
 */
import type { Port } from '../store/port.ts';

interface Told {
  /** People who are no more: their names are forgotten here as well. */
  erased?: string[];
  items: { id?: string; person_id?: string; name?: string | null; email?: string | null }[];
}

/** Remembers an answer about the members or the devices of a book; true when it was one. */
export function remember(port: Port, path: string, body: unknown): boolean {
  const members = /^\/books\/[^/]+\/members$/.test(path);
  if (!members && path !== '/sync/devices') return false;
  port.tx(() => {
    for (const id of (body as Told).erased ?? []) port.run(`INSERT INTO known(id, name) VALUES (:id, '') ON CONFLICT(id) DO UPDATE SET name = ''`, { id });
    for (const { id, person_id, name, email } of (body as Told).items) {
      const named = { id: members ? person_id : id, name: name ?? email };
      if (named.id && named.name) port.run('INSERT INTO known(id, name) VALUES (:id, :name) ON CONFLICT(id) DO UPDATE SET name = excluded.name', { id: named.id, name: named.name });
    }
  });
  return true;
}

export function knownNames(port: Port): Record<string, string> {
  return Object.fromEntries(port.rows('SELECT id, name FROM known').map(([id, name]) => [String(id), String(name)]));
}
