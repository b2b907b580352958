/** Signing in and out, and what only the server can do. */
import type { Op } from '../sync/wire.ts';

export interface SignUp {
  email: string;
  password: string;
  name?: string;
  base_currency?: string;
  language?: string;
  /** ISO 3166: what is usual there is in the new book. */
  country?: string;
}

export type SignIn =
  | {
      email: string;
      password: string;
    }
  /** The second step, after `second_factor_required`. */
  | { ticket: string; code: string };

export interface UseWithoutAccount {
  base_currency: string;
  language?: string;
  country?: string;
  /** Fill the book with sample data. */
  sample?: boolean;
}

/** Changes that a device could not send, to be taken in again elsewhere (`sync/unsent.ts`). */
export interface UnsentFile {
  outlay: 'unsent';
  version: 1;
  book_id: string;
  person_id: string | null;
  device_id: string;
  epoch: string | null;
  saved_at_ms: number;
  mutations: { mid: string; base: number; made_at: number; name: string; ops: Op[] }[];
}

/** What stands in the way of logging out: changes that only this device has. */
export interface SignOutResult {
  signed_out: boolean;
  unsent: number;
}

export interface ImportRow {
  line: number;
  day: string | null;
  amount_minor: number | null;
  currency?: string;
  payee: string | null;
  note: string | null;
  bank_id: string | null;
  state: 'new' | 'present' | 'possible' | 'faulty';
  problem?: string | null;
}

/** Answer of POST /api/v1/imports; `questions` is empty when nothing is left to ask. */
export interface ImportPreview {
  id: string;
  format: string;
  accounts: Record<string, unknown>[];
  columns: Record<string, unknown>[];
  questions: Record<string, unknown>[];
  rows: ImportRow[];
  [more: string]: unknown;
}

/** An answer of the server as data: `ok` is the status class. */
export interface Answer<T = unknown> {
  ok: boolean;
  status: number;
  headers: Record<string, string>;
  body: T;
}

export interface RequestInput {
  method?: string;
  /** Sent as JSON; a Blob as it is. */
  body?: unknown;
  /** The answer's body is asked for as a Blob. */
  blob?: boolean;
  headers?: Record<string, string>;
  query?: Record<string, string | number | boolean | null | undefined>;
}
