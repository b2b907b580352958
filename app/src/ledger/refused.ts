/** Changes that the server could not read (`sync` set them aside), in the shape of the conflicts it makes of those it rejects. */
import { isId } from '../kernel/ids.ts';
import type { SyncConflict } from '../store/entities.ts';
import { readMeta } from '../store/meta.ts';
import type { Port } from '../store/port.ts';

interface Stored {
  mid: string;
  name: string;
  ops: string;
  base: number;
  made_at: number;
  status: string;
}

/** Newest first. Their id is the mutation's. */
export function refused(port: Port): SyncConflict[] {
  const stored = port.all<Stored>(`SELECT mid, name, ops, base, made_at, status FROM outbox WHERE state = 'refused' ORDER BY position DESC`);
  const facts = stored.length > 0 ? readMeta(port) : null;
  return stored.map(({ mid, name, ops: text, base, made_at, status }): SyncConflict => {
    const ops = JSON.parse(text) as ({ e?: unknown; id?: unknown } | null)[];
    const { e, id } = ops[0] ?? {};
    return {
      id: mid, ver: 0, deleted: false, extra: null, kind: 'rejected', entity: typeof e === 'string' ? e : '', row_id: isId(id) ? id : mid,
      unit: null, code: status.split(':')[1] ?? null, kept: null, lost: { name, base, made_at, ops }, mutation_id: mid,
      device_id: facts?.device_id ?? '', person_id: facts?.person_id ?? null, at_ms: made_at,
      kept_device_id: null, kept_person_id: null, kept_at_ms: null, resolved_at_ms: null
    };
  });
}
