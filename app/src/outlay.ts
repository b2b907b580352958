/**
 * The page's composition root: the only thing screens import for data (besides
 * types of `api.ts` and pure functions of kernel, ledger and reports).
 * It owns no data. It starts the tab (`sync/tabs.ts`), hands requests to whichever
 * tab owns the worker, and keeps live queries fresh.
 */
import type {
  Answer, CommandArgs, CommandName, CommandResult, ImportPreview, Problem, QueryName, QueryParams,
  QueryResult, Readable, RequestInput, SignIn, SignOutResult, SignUp, Status, UseWithoutAccount
} from './api.ts';

export type * from './api.ts';

/** An error with a code from the closed list (spec/refusals.json) and a sentence for people. */
export class Refusal extends Error implements Problem {
  readonly code: string;
  readonly field: string | null;
  readonly params: Record<string, unknown>;
  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'Refusal';
    this.code = problem.code;
    this.field = problem.field ?? null;
    this.params = problem.params ?? {};
  }
}

export interface LiveResult<Q extends QueryName> {
  /** Undefined until the first answer; then always the newest one. */
  data: QueryResult[Q] | undefined;
  error?: Problem;
}

export interface Live<Q extends QueryName> extends Readable<LiveResult<Q>> {
  /** Asks again now, reading `params` anew: call it when what `params` reads has changed. */
  refresh(): void;
}

export interface Outlay {
  /** Settles when the worker answers, whether or not a book is open. */
  ready: Promise<void>;
  status: Readable<Status>;
  live<Q extends QueryName>(name: Q, params: QueryParams[Q] | (() => QueryParams[Q])): Live<Q>;
  query<Q extends QueryName>(name: Q, params: QueryParams[Q]): Promise<QueryResult[Q]>;
  /** Resolves after the local COMMIT; throws a Refusal. */
  command<C extends CommandName>(name: C, args: CommandArgs[C]): Promise<CommandResult[C]>;
  identity: {
    signUp(input: SignUp): Promise<void>;
    signIn(input: SignIn): Promise<void>;
    /** Without `force`, refuses to drop unsent changes and says how many there are. */
    signOut(options?: { force?: boolean }): Promise<SignOutResult>;
    useWithoutAccount(input: UseWithoutAccount): Promise<void>;
    /** Gives the local book an account; everything in it is uploaded. */
    attachAccount(input: SignUp): Promise<void>;
    openBook(id: string): Promise<void>;
  };
  sync: {
    /** Pull to refresh: asks the server now. */
    now(): Promise<void>;
  };
  remote: {
    importPreview(file: File, options?: Record<string, unknown>): Promise<ImportPreview>;
    importCommit(id: string, choices?: Record<string, unknown>): Promise<unknown>;
    importUndo(id: string): Promise<unknown>;
    imports(): Promise<unknown>;
    /** A path under /api/v1, with the person's token. */
    request<T = unknown>(path: string, init?: RequestInput): Promise<Answer<T>>;
  };
}

export declare const outlay: Outlay;
