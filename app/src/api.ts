/**
 * What a screen can ask and tell: the typed surface between the page and the
 * worker. Types only, so that nothing of the store reaches the first load.
 * Amounts are integers of minor units; a field in a currency stands beside it.
 */
import type { LockStatus } from './api/lock.ts';

export type * from './api/commands.ts';
export type * from './api/lock.ts';
export type * from './api/queries.ts';
export type * from './api/server.ts';
export type { BudgetState } from './reports/budgets.ts';
export type {
  Account, AccountKind, Budget, BudgetAmount, Category, EntityName, Filter, Flow, Payee, Period, Rate, Receipt, Reconciliation,
  Schedule, Settings, SyncConflict, Tag, Template, Transaction, TransactionKind, TransactionLine
} from './store/entities.ts';
export type { FileState, ReceiptFile } from './store/files.ts';

/** Why something could not be done: `code` is from spec/refusals.json, `message` a sentence. */
export interface Problem {
  code: string;
  field?: string | null;
  message: string;
  params?: Record<string, unknown>;
}

/** The shape of a Svelte store, without importing Svelte. */
export interface Readable<T> {
  subscribe(run: (value: T) => void): () => void;
}

export interface Person {
  id: string;
  /** The account is deleted then, unless its person takes that back. */
  erase_at_ms?: number | null;
  /** Null: this person comes in another way. */
  email: string | null;
  /** False until the link of the mail to it was opened. */
  email_confirmed?: boolean;
  phone?: string | null;
  phone_confirmed?: boolean;
  name: string | null;
}

export interface BookHandle {
  id: string;
  name: string;
  role: 'owner' | 'editor' | 'viewer';
}

/** What somebody with the link may know before they join. */
export interface InvitationSeen {
  book_name: string;
  invited_by: string | null;
  role: BookHandle['role'];
  expires_at_ms: number;
}

export type SyncState =
  | 'saved_here' | 'sending' | 'up_to_date' | 'offline' | 'needs_sign_in' | 'hydrating' | 'upgrade'
  | 'revoked' | 'device_revoked' | 'book_deleted' | 'error';

export interface Status {
  /** `none`: show first run; `local`: used without an account; `needs_auth`: signed in, the server wants the password again. */
  session: 'none' | 'local' | 'signed_in' | 'needs_auth';
  person: Person | null;
  book: BookHandle | null;
  books: BookHandle[];
  /** A book that was begun on this device without an account, where another one is open or none is. */
  begun_here?: string;
  sync: {
    state: SyncState;
    /** Changes on this device that the server has not confirmed. */
    unsent: number;
    /** Changes that the server could not read: only this device has them, and they wait under Attention. */
    set_aside: number;
    /** Files of receipts that only this device has. */
    files: number;
    /** Conflicts, parked and rejected changes that wait for the person. */
    attention: number;
    progress?: { done: number; total: number | null };
    problem?: Problem;
    last_sync_ms?: number;
  };
  storage: { ready: boolean; persisted?: boolean; error?: Problem };
  /** This tab owns the database (others ask it). */
  leader: boolean;
  /** The app lock of this device; left out while it is off. While it is locked nothing else is told but that. */
  lock?: LockStatus;
}
