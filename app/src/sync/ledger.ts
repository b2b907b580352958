/** What sync asks of the ledger: apply a mutation for the eye, put confirmed rows. */
import type { Entities, EntityName } from '../store/entities.ts';
import type { Params } from '../kernel/refusal.ts';
import type { Port } from '../store/port.ts';
import type { Op } from './wire.ts';

export type AnyRow = Entities[EntityName];

/** A row that an optimistic mutation wrote, and how it stood before (null: it did not exist). */
export interface Touched {
  entity: EntityName;
  id: string;
  before: AnyRow | null;
}

export interface Placed {
  entity: EntityName;
  id: string;
  /** Null: remove it, the server never had it. */
  row: AnyRow | null;
}

export interface Ledger {
  /** Decides and writes rows, lines and rollups. A status other than `ok…` has written nothing. */
  apply(
    port: Port, book_id: string, mutation: { mid: string; ops: readonly Op[]; base: number; made_at: number }
  ): { status: string; touched: Touched[]; field?: string | null; params?: Params };
  /** Puts rows as they are, with their lines and rollups. */
  place(port: Port, book_id: string, rows: readonly Placed[]): void;
  /** Fills an empty book at hydration: rows only come once and there are no lines or rollups yet. */
  fill?(port: Port, book_id: string, rows: readonly Placed[]): void;
}
