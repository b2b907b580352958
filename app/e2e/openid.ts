// A certified OpenID provider (oidc-provider) as a process of its own, for the tests of both languages:
//
//   node app/e2e/openid.ts '{"redirect_uris": ["http://…/callback"]}'
//
// It prints its issuer and serves until it is ended. Whoever signs in is whom the form says, with the address
// SUBJECT@example.com, confirmed unless the subject begins with `unconfirmed`.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
// @ts-expect-error -- it brings no types
import Provider from 'oidc-provider';

const given = JSON.parse(process.argv[2] ?? '{}') as { redirect_uris: string[] };
const server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as { port: number };
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const provider = new Provider(issuer, {
  clients: [{ client_id: 'outlay', client_secret: 'the secret of outlay', redirect_uris: given.redirect_uris, application_type: 'native' }],
  cookies: { keys: ['a key that signs cookies'] },
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'first', use: 'sig', alg: 'RS256' }] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_: unknown, sub: string) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub}@example.com`, email_verified: !sub.startsWith('unconfirmed'), name: `${sub[0]?.toUpperCase()}${sub.slice(1)} Example` })
  })
});
server.on('request', provider.callback());
console.log(issuer);
