/** What the core of the app asks of the rooms below it, so that it can be composed in the worker and under Node. */
import type { CommandName, QueryName } from './api.ts';
import type { Born } from './ledger/defaults.ts';
import type { Port } from './store/port.ts';
import type { Op } from './sync/wire.ts';

/** What a command may use besides the database: all of it made before the call, so that a repeat is identical. */
export interface PlanContext {
  port: Port;
  book_id: string;
  now_ms: number;
  /** The person's own calendar day. */
  today: string;
  /** The next id of a list that is the same when the same call is sent again. */
  mint(): string;
}

/** A change as operations. */
export interface Plan {
  name: string;
  ops: Op[];
  /** The row that was made or changed. */
  id: string | null;
}

export interface Rooms {
  plan(name: CommandName, context: PlanContext, args: unknown): Plan;
  /** The changes that schedules make by themselves until this day; `id` is the schedule's. */
  due(context: PlanContext): { id: string; ops: Op[] }[];
  query(name: QueryName, port: Port, book_id: string, params: unknown, today: string): unknown;
  /** The tables whose change makes a query's answer old. */
  reads(name: QueryName): readonly string[];
  /** Reads what reports will ask for, a little at each step. */
  ahead(port: Port, book_id: string, today: string): Iterator<void>;
  /** The operations that fill a new book: settings, categories, a first account. */
  seed(book_id: string, base_currency: string, born: Born): Op[];
}
