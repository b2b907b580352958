// The session against a real HTTP server that plays the auth routes: what a token's end looks like from here.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOBODY, type Profile } from './profile.ts';
import { ServerProblem, Session } from './session.ts';

const PERSON = { id: 'p1', email: 'a@example.com', name: null };

let server: Server;
let refreshes: string[];
let refreshStatus: number;
let valid: string;
let profile: Profile;
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
  profile = { ...NOBODY, person: PERSON, refresh_token: 'r0' };
  server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => server.close());

async function answer(request: IncomingMessage): Promise<[number, unknown]> {
  if (request.url === '/api/v1/auth/refresh') {
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

function session(url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`): Session {
  return new Session({
    server: url, native: true, fetch, now_ms: () => now_ms, newId: () => `attempt-${refreshes.length}`,
    profile: { load: async () => profile, save: async (saved) => void (profile = saved) }
  });
}

it('refreshes once for all who wait, and remembers the next refresh token', async () => {
  const one = session();
  const answers = await Promise.all([1, 2, 3].map((n) => one.request(`/x/${n}`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(refreshes).toHaveLength(1);
  expect(profile.refresh_token).toBe('r1');
  expect(profile.refresh_attempt).toBeNull();
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
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let lose = true;
  const one = new Session({
    server: url, native: true, now_ms: () => now_ms, newId: () => `attempt-${Math.random()}`,
    profile: { load: async () => profile, save: async (saved) => void (profile = saved) },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (lose && String(input).endsWith('/refresh')) {
        lose = false;
        throw new TypeError('the line was cut');
      }
      return response;
    }
  });
  await expect(one.request('/x')).rejects.toMatchObject({ code: 'offline' });
  expect((await one.request('/x')).status).toBe(200);
  expect(refreshes[0]).toBe(refreshes[1]);
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
