/**
 * Signing up, in and out, and every request that carries the person's token
 * (`/api/v1/auth`). The access token lives in this object only; the refresh token is
 * a cookie no script can read, or outside browsers lies in a vault (vault.ts).
 */
import type { BookHandle, Person, Problem } from '../api.ts';
import type { ProfileStore } from './profile.ts';
import type { Kept, Vault } from './vault.ts';

export const API = '/api/v1';
const TIMEOUT_MS = 30_000;
/** A token is renewed this long before it ends, a short-lived one in the second half of its life. */
const EARLY_MS = 30_000;

export interface SignedIn {
  access_token: string;
  expires_in: number;
  refresh_token?: string;
  person: Person;
  books: (BookHandle & { epoch: string; ver?: number; base_currency?: string | null })[];
}

export interface SessionParts {
  /** Where the server is: '' for the one that served the page. */
  server: string;
  fetch: typeof fetch;
  profile: ProfileStore;
  now_ms(): number;
  newId(): string;
  /** Where the refresh token lies, which then travels in bodies; null in a browser, which has its cookie. */
  vault: Vault | null;
}

/** A refusal of the server, or the code `offline`. */
export class ServerProblem extends Error implements Problem {
  readonly code: string;
  readonly field: string | null;
  readonly params: Record<string, unknown>;
  readonly status: number;
  constructor(code: string, message: string, status = 0, field: string | null = null, params: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.field = field;
    this.params = params;
  }
}

const NEEDS_AUTH = () => new ServerProblem('needs_auth', 'Please sign in again.', 401);
export const LOCKED = () => new ServerProblem('locked', 'Outlay is locked on this device.');
export const OTHER_BOOK = () => new ServerProblem('other_book', 'Another book has been opened meanwhile. Nothing was changed in it.');
export const OFFLINE = () => new ServerProblem('offline', 'The server cannot be reached.');

export class Session {
  readonly #parts: SessionParts;
  #token: { text: string; person_id: string; renew_at_ms: number } | null = null;
  #refreshing: Promise<'ok' | 'offline' | 'refused'> | null = null;
  /** What the vault holds, or soon will; undefined until it was asked. */
  #kept: Kept | null | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  async signUp(input: Record<string, unknown>): Promise<SignedIn> {
    return this.#enter('/auth/sign-up', input);
  }

  async signIn(input: Record<string, unknown>): Promise<SignedIn> {
    return this.#enter('/auth/sign-in', input);
  }

  /** Signs in at another door than the password's. */
  async signInAt(path: string, input: Record<string, unknown>): Promise<SignedIn> {
    return this.#enter(path, input);
  }

  /** What the server answers without anybody's token. Throws ServerProblem. */
  async open<T>(path: string, body?: unknown): Promise<T> {
    const response = await this.#send(path, body === undefined ? {} : json('POST', body));
    if (!response.ok) throw await problemOf(response);
    return (response.status === 204 ? null : await response.json()) as T;
  }

  /** The second step: the server knows from the ticket who signs in, and where. */
  async secondStep(input: { ticket: string; code: string }): Promise<SignedIn> {
    return this.#enter('/auth/second-factor', input, {});
  }

  /** Ends the session at the server. False when it could not be told. */
  async signOut(): Promise<boolean> {
    this.#token = null;
    try {
      const kept = await this.#load();
      if (this.#parts.vault && !kept) return true;
      const response = await this.#send('/auth/sign-out', json('POST', bodyOf(kept)));
      if (!response.ok && response.status !== 401) return false;
      // somebody may have signed in meanwhile
      if (this.#kept && this.#kept.token === kept?.token) await this.#store(null);
      return true;
    } catch {
      return false;
    }
  }

  /** Takes over a token that an older version kept elsewhere; false while the vault has not taken it. */
  async adopt(kept: Kept): Promise<boolean> {
    this.#kept = kept;
    return this.#store(kept);
  }

  forget(): void {
    this.#token = null;
  }

  /**
   * A request with the person's token. A 401 is answered by one refresh, shared by
   * all who wait, and the same request again. With `as` it never leaves under the
   * token of somebody else, who may have signed in meanwhile. Throws ServerProblem
   * `offline`, or `needs_auth` when the server wants the password.
   */
  async request(path: string, init: RequestInit = {}, as?: string): Promise<Response> {
    let token = await this.#valid(as);
    let response = await this.#send(path, init, token);
    if (response.status !== 401) return response;
    // another request may have renewed it while this one was away
    if (this.#token?.text === token) this.#token = null;
    token = await this.#valid(as);
    response = await this.#send(path, init, token);
    if (response.status === 401) throw NEEDS_AUTH();
    return response;
  }

  async #valid(as?: string): Promise<string> {
    if (!this.#token || this.#token.renew_at_ms <= this.#parts.now_ms()) {
      this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null));
      const outcome = await this.#refreshing;
      if (outcome === 'offline') throw OFFLINE();
      if (outcome === 'refused') throw NEEDS_AUTH();
    }
    if (!this.#token || (as !== undefined && this.#token.person_id !== as)) throw NEEDS_AUTH();
    return this.#token.text;
  }

  async #refresh(): Promise<'ok' | 'offline' | 'refused'> {
    const profile = await this.#parts.profile.load();
    if (!profile?.person) return 'refused';
    let kept: Kept | null;
    try {
      kept = await this.#load();
    } catch {
      return 'offline';
    }
    if (this.#parts.vault && !kept) {
      await this.#parts.profile.save({ ...profile, needs_auth: true });
      return 'refused';
    }
    const known = kept ? kept.attempt : profile.refresh_attempt;
    const attempt = known ?? this.#parts.newId();
    if (known === null) await (kept ? this.#store({ ...kept, attempt }) : this.#parts.profile.save({ ...profile, refresh_attempt: attempt }));
    const init = json('POST', bodyOf(kept));
    (init.headers as Record<string, string>)['Idempotency-Key'] = attempt;
    let response: Response;
    try {
      response = await this.#send('/auth/refresh', init);
    } catch {
      return 'offline';
    }
    if (response.status >= 500 || response.status === 429) return 'offline';
    const current = (await this.#parts.profile.load()) ?? profile;
    if (!response.ok) {
      await this.#parts.profile.save({ ...current, refresh_attempt: null, needs_auth: true });
      return 'refused';
    }
    const signedIn = (await response.json()) as SignedIn;
    // the cookie may belong to somebody who signed in elsewhere in this browser
    if (signedIn.person.id !== current.person?.id) return 'refused';
    await this.#keep(signedIn);
    await this.#parts.profile.save({ ...current, refresh_attempt: null, needs_auth: false, person: signedIn.person, books: signedIn.books });
    return 'ok';
  }

  async #enter(path: string, input: Record<string, unknown>, client: object = this.#parts.vault ? { client: 'native' } : {}): Promise<SignedIn> {
    const body = { ...input, ...client };
    // its late answer would bring back the session that this one replaces
    await this.#refreshing?.catch(() => undefined);
    const response = await this.#send(path, json('POST', body));
    if (!response.ok) throw await problemOf(response);
    const signedIn = (await response.json()) as SignedIn;
    await this.#keep(signedIn);
    return signedIn;
  }

  async #keep({ access_token, expires_in, person, refresh_token }: SignedIn): Promise<void> {
    const life_ms = expires_in * 1000;
    const renew_at_ms = this.#parts.now_ms() + Math.max(life_ms - EARLY_MS, life_ms / 2);
    this.#token = { text: access_token, person_id: person.id, renew_at_ms };
    if (this.#parts.vault && refresh_token !== undefined) await this.#store({ token: refresh_token, attempt: null });
  }

  /** Throws while the vault does not answer: nobody is signed out by that. */
  async #load(): Promise<Kept | null> {
    if (!this.#parts.vault) return null;
    if (this.#kept !== undefined) return this.#kept;
    const kept = await this.#parts.vault.load();
    return (this.#kept ??= kept);
  }

  /**
   * A vault that fails ends no session while the app runs: it goes on from memory. The next start repeats the use of
   * the token that the vault still has, under the attempt beside it.
   */
  async #store(kept: Kept | null): Promise<boolean> {
    this.#kept = kept;
    return this.#parts.vault!.save(kept).then(() => true, (error: unknown) => (console.error(error), false));
  }

  async #send(path: string, init: RequestInit, token?: string): Promise<Response> {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
    const signal = init.signal ?? AbortSignal.timeout(TIMEOUT_MS);
    try {
      return await this.#parts.fetch(this.#parts.server + API + path, { ...init, headers, signal });
    } catch {
      throw OFFLINE();
    }
  }
}

const bodyOf = (kept: Kept | null) => (kept ? { refresh_token: kept.token } : undefined);

/** Options of a JSON request. */
export function json(method: string, body?: unknown): RequestInit {
  if (body === undefined) return { method, headers: {} };
  return { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

/** The problem document of a failed response (RFC 9457). */
export async function problemOf(response: Response): Promise<ServerProblem> {
  const document = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const text = (name: string) => (typeof document[name] === 'string' ? (document[name] as string) : null);
  return new ServerProblem(
    text('code') ?? `http_${response.status}`,
    text('detail') ?? text('title') ?? 'The server answered with an error.',
    response.status,
    text('field'),
    (document['params'] as Record<string, unknown> | undefined) ?? {}
  );
}
