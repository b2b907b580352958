/**
 * Providers and passkeys as screens use them. A provider is a journey: the app keeps a verifier, the browser goes there
 * and comes back with a code, and only both together are a session (docs/sign-in.md). Passkeys are this browser's own.
 */
import { outlay } from '$src/outlay';
import { problemOf } from '$src/messages/problem';
import { shell } from '$src/shell';

export interface Provider {
  name: string;
  label: string;
  kind: 'google' | 'apple' | 'facebook' | 'x' | 'openid';
}

interface Journey {
  verifier: string;
  /** Another way into the account that is signed in. */
  linking: boolean;
  /** For somebody new, as at sign-up. */
  input: Record<string, unknown>;
}

interface Question {
  challenge: string;
  rp_id: string;
  timeout_ms: number;
  user_id: string | null;
  user_name: string | null;
  exclude: string[];
  allow: string[];
}

/** Outlives the page, which ends when the browser goes to the provider. */
const KEY = 'outlay.way';

/** In the phones' own apps pages have an address of their own, to which no passkey belongs. */
export const passkeys = !shell && 'PublicKeyCredential' in globalThis;

export async function providers(): Promise<Provider[]> {
  return (await outlay.identity.open<{ items: Provider[] }>('/auth/providers')).items;
}

/** Sends the browser to the provider. */
export async function depart(name: string, input: Record<string, unknown>, linking = false): Promise<void> {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(48)));
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  const body = { challenge, client: shell ? 'native' : 'browser' };
  const { url } = linking ? await signedIn<{ url: string }>(`/auth/ways/providers/${name}`, body) : await outlay.identity.open<{ url: string }>(`/auth/providers/${name}/start`, body);
  localStorage.setItem(KEY, JSON.stringify({ verifier, linking, input } satisfies Journey));
  // a phone's own app hands it to the system's browser
  if (shell) window.open(url, '_blank');
  else location.assign(url);
}

/** The words for what the address says went wrong. */
const PROBLEMS: Record<string, 'ways.denied' | 'ways.late'> = { provider_denied: 'ways.denied', way_expired: 'ways.late' };

/** Ends the journey: `told` is what stood behind the # of the address. Answers a message when it ended badly. */
export async function arrive(told: string): Promise<'ways.denied' | 'ways.late' | 'ways.broken' | null> {
  const found = new URLSearchParams(told);
  const journey = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Journey | null;
  localStorage.removeItem(KEY);
  const code = found.get('code');
  if (!code) return PROBLEMS[found.get('problem') ?? ''] ?? 'ways.broken';
  if (!journey) return 'ways.late';
  const proof = { code, verifier: journey.verifier };
  if (journey.linking) await signedIn('/auth/ways/exchange', proof);
  else await outlay.identity.signInAt('/auth/providers/exchange', { ...journey.input, ...proof });
  return null;
}

/** Whether the journey that is under way adds to an account: it then ends on the screen of ways. */
export const isLinking = (): boolean => (JSON.parse(localStorage.getItem(KEY) ?? 'null') as Journey | null)?.linking === true;

/** False when the person thought better of it. */
export async function passkeySignIn(): Promise<boolean> {
  const answer = await show(await outlay.identity.open<Question>('/auth/passkeys/start', {}));
  if (answer) await outlay.identity.signInAt('/auth/passkeys/sign-in', answer);
  return answer !== null;
}

/** Proves again that it is the person who is signed in. False when they thought better of it. */
export async function passkeyConfirm(): Promise<boolean> {
  const passkey = await show(await signedIn<Question>('/auth/confirm/passkey', {}));
  if (passkey) await signedIn('/auth/confirm', { passkey });
  return passkey !== null;
}

/** What a passkey answers, as the server reads it. */
async function show({ challenge, rp_id, timeout_ms, allow }: Question): Promise<Record<string, string> | null> {
  const allowCredentials = allow.map((id) => ({ type: 'public-key', id: bytes(id) }) as const);
  const shown = await ask(() =>
    navigator.credentials.get({ publicKey: { challenge: bytes(challenge), rpId: rp_id, timeout: timeout_ms, userVerification: 'required', allowCredentials } })
  );
  if (!shown) return null;
  const { clientDataJSON, authenticatorData, signature } = shown.response as AuthenticatorAssertionResponse;
  return { id: shown.id, client_data: text(clientDataJSON), authenticator_data: text(authenticatorData), signature: text(signature) };
}

/** False when the person thought better of it. */
export async function addPasskey(): Promise<boolean> {
  const question = await signedIn<Question>('/auth/ways/passkeys/start', {});
  const user_name = question.user_name ?? '';
  const made = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytes(question.challenge), timeout: question.timeout_ms, rp: { id: question.rp_id, name: 'Outlay' },
        user: { id: bytes(question.user_id ?? ''), name: user_name, displayName: user_name },
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: question.exclude.map((id) => ({ type: 'public-key', id: bytes(id) })),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' }
      }
    })
  );
  if (!made) return false;
  const { clientDataJSON, attestationObject } = made.response as AuthenticatorAttestationResponse;
  await signedIn('/auth/ways/passkeys', { id: made.id, client_data: text(clientDataJSON), attestation: text(attestationObject) });
  return true;
}

/** Browsers say alike that a person cancelled, that it took too long, and that there was no passkey. */
async function ask(question: () => Promise<Credential | null>): Promise<PublicKeyCredential | null> {
  try {
    return (await question()) as PublicKeyCredential | null;
  } catch (error) {
    if (error instanceof DOMException && ['NotAllowedError', 'AbortError', 'InvalidStateError'].includes(error.name)) return null;
    throw error;
  }
}

/** A POST with the person's token. Throws what the server refuses. */
async function signedIn<T>(path: string, body: unknown): Promise<T> {
  const answer = await outlay.remote.request<T>(path, { method: 'POST', body });
  if (!answer.ok) throw problemOf(answer);
  return answer.body;
}

const text = (buffer: ArrayBuffer): string => base64url(new Uint8Array(buffer));

function base64url(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function bytes(encoded: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
