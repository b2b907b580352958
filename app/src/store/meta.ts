/** Small facts of one database file: whose it is, where its sync stands. */
import type { Port } from './port.ts';

export interface Meta {
  book_id: string;
  /** Null: used without an account. The outbox is never sent with another person's token. */
  person_id: string | null;
  device_id: string;
  epoch: string | null;
  /** `VER:ID`; null until the first hydration is through. */
  cursor: string | null;
  /** Highest version applied: the `base` of new mutations. */
  next_seq: number;
  last_ack: number;
  /** Where a staged pull stands; null when nothing is staged. */
  staged_to: string | null;
  hydration: Hydration | null;
  /** Words of transactions up to this id are indexed; null: of all. */
  searched_to: string | null;
  last_sync_ms: number | null;
  last_digest_ms: number | null;
  /** What the server said last that the person may do here; null: not said yet. */
  role: 'owner' | 'editor' | 'viewer' | null;
  /** The server no longer speaks this schema, or has closed the book to this person. */
  stopped: 'upgrade' | 'revoked' | 'device_revoked' | 'book_deleted' | null;
}

export interface Hydration {
  epoch: string | null;
  v0: number | null;
  /** `entity,id` of the last staged row. */
  after: string | null;
  done: number;
  total: number | null;
  /** The snapshot is here; what remains is the pull from v0. */
  complete: boolean;
  /** The book was empty: pages go straight into its tables. Else they are staged and swapped in at the end. */
  fresh: boolean;
}

const DEFAULTS: Omit<Meta, 'book_id' | 'device_id'> = {
  person_id: null, epoch: null, cursor: null, next_seq: 1, last_ack: 0, staged_to: null, hydration: null, searched_to: null,
  last_sync_ms: null, last_digest_ms: null, role: null, stopped: null
};

/** The file's facts, or null in a new file. */
export function readMeta(port: Port): Meta | null {
  const stored: Record<string, unknown> = {};
  for (const [key, value] of port.rows('SELECT key, value FROM meta')) {
    stored[String(key)] = JSON.parse(String(value)) as unknown;
  }
  if (!('book_id' in stored)) return null;
  return { ...DEFAULTS, ...stored } as Meta;
}

export function writeMeta(port: Port, facts: Partial<Meta>): void {
  for (const [key, value] of Object.entries(facts)) {
    port.run('INSERT INTO meta(key, value) VALUES (:key, :value) ON CONFLICT(key) DO UPDATE SET value = excluded.value', {
      key,
      value: JSON.stringify(value ?? null)
    });
  }
}
