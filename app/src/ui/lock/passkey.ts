/**
 * The device's own authenticator (face, fingerprint, passcode) as a way to open the lock: a passkey whose PRF (WebAuthn
 * Level 3, 10.1.4) answers a salt with 32 bytes that only it can make. The server does not know this passkey, and no
 * list of accounts to sign in with shows it.
 */
const ALGORITHMS = [-7, -8, -257];
const BYTES = 32;
const TIMEOUT_MS = 120_000;

type Bytes = Uint8Array<ArrayBuffer>;

export interface Answered {
  id: Bytes;
  salt: Bytes;
  prf: Bytes;
}

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

/** Whether there is such an authenticator; that it can do PRF is known when a passkey is made. */
export async function possible(): Promise<boolean> {
  return (await globalThis.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false)) ?? false;
}

/** Null when the authenticator has no PRF. Throws when the person says no. */
export async function make(name: string): Promise<Answered | null> {
  const salt = random(BYTES);
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { name: 'Outlay' },
      user: { id: random(16), name, displayName: name },
      challenge: random(BYTES),
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'discouraged', userVerification: 'required' },
      extensions: { prf: { eval: { first: salt } } },
      timeout: TIMEOUT_MS
    }
  });
  if (!(made instanceof PublicKeyCredential)) return null;
  const { prf } = made.getClientExtensionResults();
  if (!prf?.enabled) return null;
  const id = new Uint8Array(made.rawId);
  // many answer only when they are asked for the passkey
  return { id, salt, prf: bytesOf(prf.results?.first) ?? (await ask({ id, salt })) };
}

/** Throws when the person says no, or the passkey is gone. */
export async function ask({ id, salt }: Pick<Answered, 'id' | 'salt'>): Promise<Bytes> {
  const got = await navigator.credentials.get({
    publicKey: {
      challenge: random(BYTES),
      allowCredentials: [{ type: 'public-key', id, transports: ['internal'] }],
      userVerification: 'required',
      extensions: { prf: { eval: { first: salt } } },
      timeout: TIMEOUT_MS
    }
  });
  const prf = got instanceof PublicKeyCredential ? bytesOf(got.getClientExtensionResults().prf?.results?.first) : null;
  if (!prf) throw new Error('no answer to the salt');
  return prf;
}

function bytesOf(source: BufferSource | undefined): Bytes | null {
  if (!source) return null;
  const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
  return bytes.length === BYTES ? new Uint8Array(bytes) : null;
}
