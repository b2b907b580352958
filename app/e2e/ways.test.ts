// Other ways in than a password, in a real browser: an account by a certified OpenID provider, a passkey in Chromium's
// virtual authenticator, signed out, and back in by the passkey.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, forgetProofs, launchBrowser, outbox, secondContext, type Server, startServer } from './harness.ts';

let folder: string;
let server: Server;
let provider: ChildProcess;
let browser: Browser;
let page: Page;
let cdp: CDPSession;
let at: string;

/** Starts oidc-provider for our address; its issuer. */
async function openid(redirect_uri: string): Promise<string> {
  const script = fileURLToPath(new URL('./openid.ts', import.meta.url));
  provider = spawn(process.execPath, [script, JSON.stringify({ redirect_uris: [redirect_uri] })], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: provider.stdout! })) if (line.startsWith('http')) return line;
  throw new Error('the OpenID provider did not start');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outlay-providers-'));
  const file = join(folder, 'providers.toml');
  await writeFile(file, '');
  server = await startServer({ OUTLAY_PROVIDERS: file });
  // passkeys belong to a name, not to a number
  at = `http://localhost:${server.port}`;
  const issuer = await openid(`${at}/api/v1/auth/providers/example/callback`);
  await writeFile(file, `[example]\nlabel = "Example"\nissuer = "${issuer}"\nclient_id = "outlay"\nclient_secret = "the secret of outlay"\n`);
  await server.kill();
  await server.restart();
  browser = await launchBrowser();
  const context = await secondContext(browser, { serviceWorkers: 'allow', viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB', reducedMotion: 'reduce' });
  page = await context.newPage();
  cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
  await cdp.send('WebAuthn.addVirtualAuthenticator', { options });
});

afterAll(async () => {
  await browser?.close();
  provider?.kill();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const synced = () => page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();

test('somebody new comes by a provider and has a book', async () => {
  await page.goto(`${at}/sign-up`);
  await button('Continue with Example').click();
  await page.locator('input[name=login]').fill('robin');
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' });
  await page.locator('button[type=submit]').click();
  await synced();
  expect(new URL(page.url()).pathname).toBe('/');
  await page.goto(`${at}/settings/ways`);
  await page.getByText('robin@example.com').filter({ visible: true }).first().waitFor();
});

test('ten minutes later a code by mail proves who they are, before a passkey is added', async () => {
  forgetProofs(server);
  await button('A passkey for this device').click();
  const proof = page.getByRole('dialog').filter({ hasText: 'Is it you?' });
  await proof.getByRole('button', { name: 'Send a code' }).click();
  await proof.getByText('A code is on its way to robin@example.com.').waitFor();
  const codes = () => outbox(server, '.eml').flatMap((mail) => /^Subject: (\d{6}) /m.exec(mail)?.[1] ?? []);
  await expect.poll(codes).toHaveLength(1);
  const [code] = codes();
  await proof.getByLabel('Code').fill(String((Number(code) + 1) % 1e6).padStart(6, '0'));
  await proof.getByRole('button', { name: 'Confirm' }).click();
  await proof.getByText('This is not the code.').waitFor();
  await proof.getByLabel('Code').fill(code!);
  await proof.getByRole('button', { name: 'Confirm' }).click();
  await button(/Chrom.*Not used yet/).waitFor();
});

test('with a second factor the provider is not enough', async () => {
  await page.goto(`${at}/settings/security`);
  await button('Set up').click();
  const sheet = page.getByRole('dialog');
  const secret = (await sheet.locator('.select-all').textContent()) ?? '';
  await sheet.getByLabel('Code').fill(codeOf(secret));
  await button('Turn on').click();
  const recovery = (await sheet.getByRole('listitem').first().textContent()) ?? '';
  await button('I have kept them').click();
  await page.getByText('Left: 10').waitFor();
  await page.goto(`${at}/settings/account`);
  await button('Log out').click();
  await page.waitForURL('**/welcome');
  await page.goto(`${at}/sign-in`);
  await button('Continue with Example').click();
  // there they are known, and asked for their consent alone
  await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' });
  await page.locator('button[type=submit]').click();
  await page.getByLabel('Code').fill('000000');
  await button('Sign in').click();
  await page.getByText('This code is not right, or it was used.').waitFor();
  await page.getByLabel('Code').fill(recovery);
  await button('Sign in').click();
  await synced();
  await page.goto(`${at}/settings/ways`);
});

test('the passkey is named, proves who they are, and then the provider may go', async () => {
  const passkey = button(/Chrom.*Not used yet/);
  await passkey.click();
  await page.getByLabel('Name of the passkey').fill('My phone');
  await button('Save').click();
  await button(/My phone/).waitFor();
  await button(/Example.*robin@example.com/).click();
  forgetProofs(server);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await button('Confirm with a passkey').click();
  await expect.poll(() => page.getByText('robin@example.com').filter({ visible: true }).count()).toBe(0);
  // The last one stays.
  await button(/My phone/).click();
  expect(await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).count()).toBe(0);
});

test('signed out, they come back by the passkey', async () => {
  await page.goto(`${at}/settings/account`);
  await button('Log out').click();
  await page.waitForURL('**/welcome');
  await page.goto(`${at}/sign-in`);
  await button('Sign in with a passkey').click();
  await synced();
  await page.goto(`${at}/settings/ways`);
  await button(/My phone.*Last used/).waitFor();
});

test('a password is set, too', async () => {
  await button('Password').click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('textbox', { name: 'New password' }).fill('short');
  await button('Save').click();
  await sheet.getByText('At least 8 characters.', { exact: true }).waitFor();
  await sheet.getByRole('textbox', { name: 'New password' }).fill('nine quiet otters');
  await button('Save').click();
  await button(/^Password robin@example.com/).waitFor();
});

test('what went wrong there is said', async () => {
  await page.goto(`${at}/settings/account`);
  await button('Log out').click();
  await page.waitForURL('**/welcome');
  await page.goto(`${at}/signed-in#problem=provider_denied`);
  await page.getByRole('alert').getByText('It was cancelled there.').waitFor();
  await page.goto(`${at}/sign-in`);
  await page.goto(`${at}/signed-in#code=stolen`);
  await page.getByRole('alert').getByText('took too long').waitFor();
});
