// The session against a real HTTP server that plays the auth routes: what a token's end looks like from here.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NOBODY, type Profile } from './profile.ts';
import { ServerProblem, Session, type SessionParts } from './session.ts';
import { vaultOver, type Asked, type Kept, type Told, type Vault } from './vault.ts';

const PERSON = { id: 'p1', email: 'a@example.com', name: null };

let server: Server;
let refreshes: string[];
let refreshStatus: number;
let valid: string;
let profile: Profile;
/** What lies in Keychain or Keystore. */
let kept: Kept | null;
/** Every refresh token that came, and how a sign-out is answered. */
let presented: (string | null)[];
let signOutStatus: number;
let now_ms: number;
let life_s: number;
let hold: Promise<void>;

beforeEach(async () => {
  refreshes = [];
  refreshStatus = 200;
  valid = 't0';
  now_ms = 1_000_000;
  life_s = 900;
  hold = Promise.resolve();
  profile = { ...NOBODY, person: PERSON };
  kept = { token: 'r0', attempt: null };
  [presented, signOutStatus] = [[], 204];
  server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => server.close());

async function answer(request: IncomingMessage): Promise<[number, unknown]> {
  if (request.url === '/api/v1/auth/sign-out') {
    presented.push(await tokenOf(request));
    await hold;
    return [signOutStatus, null];
  }
  if (request.url === '/api/v1/auth/sign-in') return [200, { access_token: 'new', expires_in: life_s, refresh_token: 'signed in', person: PERSON, books: [] }];
  if (request.url === '/api/v1/auth/refresh') {
    presented.push(await tokenOf(request));
    refreshes.push(String(request.headers['idempotency-key']));
    await new Promise((resolve) => setTimeout(resolve, 30));
    if (refreshStatus !== 200) return [refreshStatus, { code: 'refresh_invalid' }];
    valid = `t${refreshes.length}`;
    return [200, { access_token: valid, expires_in: life_s, refresh_token: `r${refreshes.length}`, person: PERSON, books: [] }];
  }
  const refused = request.headers.authorization !== `Bearer ${valid}`;
  if (request.url?.endsWith('/slow')) await hold;
  if (refused) return [401, { code: 'unauthenticated' }];
  return [200, { path: request.url }];
}

async function tokenOf(request: IncomingMessage): Promise<string | null> {
  let text = '';
  for await (const piece of request) text += piece;
  return text === '' ? null : (JSON.parse(text) as { refresh_token: string }).refresh_token;
}

const vault: Vault = { load: async () => kept, save: async (next) => void (kept = next) };

function session(url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`, others: Partial<SessionParts> = {}): Session {
  return new Session({
    server: url, vault, fetch, now_ms: () => now_ms, newId: () => `attempt-${Math.random()}`,
    profile: { load: async () => profile, save: async (saved) => void (profile = saved) },
    ...others
  });
}

/** The line is cut before the first answer to a refresh is here. */
function cutOnce(): typeof fetch {
  let lose = true;
  return async (input, init) => {
    const response = await fetch(input, init);
    if (lose && String(input).endsWith('/refresh')) {
      lose = false;
      throw new TypeError('the line was cut');
    }
    return response;
  };
}

it('refreshes once for all who wait, and remembers the next refresh token', async () => {
  const one = session();
  const answers = await Promise.all([1, 2, 3].map((n) => one.request(`/x/${n}`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(refreshes).toHaveLength(1);
  expect(kept).toEqual({ token: 'r1', attempt: null });
  expect(JSON.stringify(profile)).not.toContain('r1');
});

it('sends the same request again when its token ended on the way', async () => {
  const one = session();
  await one.request('/x');
  valid = 'revoked meanwhile';
  expect((await one.request('/y')).status).toBe(200);
  expect(refreshes).toHaveLength(2);
});

it('renews a token before it ends', async () => {
  const one = session();
  await one.request('/x');
  now_ms += 880_000;
  await one.request('/x');
  expect(refreshes).toHaveLength(2);
});

it('asks for the password when the refresh is refused, and says so in the profile', async () => {
  refreshStatus = 401;
  await expect(session().request('/x')).rejects.toMatchObject({ code: 'needs_auth' });
  expect(profile.needs_auth).toBe(true);
});

it('is offline, not signed out, when nothing answers or the server is down', async () => {
  await expect(session('http://127.0.0.1:9').request('/x')).rejects.toMatchObject({ code: 'offline' });
  refreshStatus = 503;
  await expect(session().request('/x')).rejects.toBeInstanceOf(ServerProblem);
  expect(profile.needs_auth).toBe(false);
});

it('repeats a refresh whose answer was lost under the same attempt', async () => {
  const one = session(undefined, { fetch: cutOnce() });
  await expect(one.request('/x')).rejects.toMatchObject({ code: 'offline' });
  expect((await one.request('/x')).status).toBe(200);
  expect(refreshes[0]).toBe(refreshes[1]);
});

it('has a cookie in a browser and nothing to send', async () => {
  const one = session(undefined, { fetch: cutOnce(), vault: null });
  await expect(one.request('/x')).rejects.toMatchObject({ code: 'offline' });
  expect(profile.refresh_attempt).toBe(refreshes[0]);
  expect((await session(undefined, { vault: null }).request('/x')).status).toBe(200);
  expect(refreshes[1]).toBe(refreshes[0]);
  expect([presented, profile.refresh_attempt, kept]).toEqual([[null, null], null, { token: 'r0', attempt: null }]);
});

it('does not throw away a token that was renewed while a slow request was refused', async () => {
  const one = session();
  await one.request('/x');
  valid = 'revoked on the server';
  let slow: () => void = () => undefined;
  hold = new Promise((resolve) => (slow = resolve));
  const late = one.request('/slow');
  expect((await one.request('/x')).status).toBe(200);
  slow();
  expect((await late).status).toBe(200);
  expect(refreshes).toHaveLength(2);
});

it('sends nothing of one person under the token of another', async () => {
  const one = session();
  expect((await one.request('/x', {}, 'p1')).status).toBe(200);
  await expect(one.request('/x', {}, 'p2')).rejects.toMatchObject({ code: 'needs_auth' });
});

it('uses a token that lives for seconds more than once', async () => {
  life_s = 10;
  const one = session();
  await one.request('/x');
  now_ms += 4000;
  await one.request('/x');
  expect(refreshes).toHaveLength(1);
  now_ms += 2000;
  await one.request('/x');
  expect(refreshes).toHaveLength(2);
});

describe('the vault of a phone', () => {
  it.each([
    ['between the answer and the vault', async () => Promise.reject(new Error('the app has ended'))],
    ['while the vault writes', () => new Promise<never>(() => undefined)]
  ])('repeats the use of the token it still has when the app ends %s', async (_, save) => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const ends: Vault = { load: vault.load, save: (next) => (next?.token === 'r0' ? vault.save(next) : save()) };
    void session(undefined, { vault: ends }).request('/x').catch(() => undefined);
    while (valid === 't0') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(kept).toEqual({ token: 'r0', attempt: refreshes[0] });
    expect((await session().request('/x')).status).toBe(200);
    expect([presented, refreshes[1]]).toEqual([['r0', 'r0'], refreshes[0]]);
    expect(kept).toEqual({ token: 'r2', attempt: null });
    said.mockRestore();
  });

  it('lets no request go before it has the new token', async () => {
    const order: string[] = [];
    const slow: Vault = { load: vault.load, save: async (next) => (await new Promise((resolve) => setTimeout(resolve, 20)), order.push(`has ${next!.token}`), vault.save(next)) };
    const seen: typeof fetch = (input, init) => (order.push(new URL(String(input)).pathname.split('/').at(-1)!), fetch(input, init));
    await session(undefined, { vault: slow, fetch: seen }).request('/x');
    expect(order).toEqual(['has r0', 'refresh', 'has r1', 'x']);
  });

  it('that fails to write ends no session while the app runs', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const full: Vault = { load: vault.load, save: async () => Promise.reject(new Error('no room')) };
    const one = session(undefined, { vault: full });
    await one.request('/x');
    now_ms += 880_000;
    expect((await one.request('/x')).status).toBe(200);
    expect([presented, kept]).toEqual([['r0', 'r1'], { token: 'r0', attempt: null }]);
    expect(said).toHaveBeenCalled();
    said.mockRestore();
  });

  it('that does not answer signs nobody out; one that is empty asks to sign in, without the server', async () => {
    const silent = new MessageChannel();
    const one = session(undefined, { vault: vaultOver(Promise.resolve(silent.port1), 20) });
    await expect(one.request('/x')).rejects.toMatchObject({ code: 'offline' });
    expect(profile.needs_auth).toBe(false);
    silent.port1.close();
    kept = null;
    await expect(session().request('/x')).rejects.toMatchObject({ code: 'needs_auth' });
    expect([profile.needs_auth, presented]).toEqual([true, []]);
  });

  it('keeps the token until the server knows that the session ended', async () => {
    signOutStatus = 503;
    const one = session();
    expect(await one.signOut()).toBe(false);
    expect(kept).toEqual({ token: 'r0', attempt: null });
    signOutStatus = 204;
    expect(await session().signOut()).toBe(true);
    expect(await session().signOut()).toBe(true);
    expect([presented, kept]).toEqual([['r0', 'r0'], null]);
  });

  it('keeps the token of who signs in while an older session is ended late', async () => {
    let slow: () => void = () => undefined;
    hold = new Promise((resolve) => (slow = resolve));
    const one = session();
    const ended = one.signOut();
    while (presented.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await one.signIn({ email: 'a@example.com', password: 'x' });
    slow();
    expect(await ended).toBe(true);
    expect([presented, kept]).toEqual([['r0'], { token: 'signed in', attempt: null }]);
  });

  it('is asked over a port, once it is there, and a page’s failure is one', async () => {
    const { port1, port2 } = new MessageChannel();
    let stored: string | null = 'not ours';
    port2.onmessage = ({ data: { id, save } }: MessageEvent<Asked>) => {
      if (save !== undefined) stored = save;
      port2.postMessage((save?.includes('bad') ? { id, failed: 'full' } : { id, text: save === undefined ? stored : null }) satisfies Told);
    };
    let give: (port: MessagePort) => void = () => undefined;
    const over = vaultOver(new Promise<MessagePort>((resolve) => (give = resolve)));
    const first = over.load();
    give(port1);
    expect(await first).toBeNull();
    await Promise.all([over.save({ token: 'r1', attempt: null }), over.save({ token: 'r2', attempt: 'a' })]);
    expect(await over.load()).toEqual({ token: 'r2', attempt: 'a' });
    await expect(over.save({ token: 'bad', attempt: null })).rejects.toThrow('full');
    await over.save(null);
    expect(await over.load()).toBeNull();
    port2.close();
  });
});
