/**
 * The key of a database file: 32 random bytes, kept only wrapped. Without an app lock the wrapping key is an AES-GCM key
 * that the browser keeps and no script can read out (W3C Web Cryptography, `extractable: false`); with one it is the
 * lock's key, which nobody has before the person has proved themselves (lock.ts).
 */
import type { KeyValue } from './idb.ts';

const WRAPPING = 'wrapping-key';
const FILE_KEY = 'file-key ';

/** AES-256-GCM, bound to what it is for. */
export interface Wrapped {
  iv: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}

interface WrappedFileKey extends Wrapped {
  /** Wrapped by the lock's key instead of the browser's. */
  locked?: true;
}

/** 64 hex digits; made at the first call for a file. `lock` is the lock's key while there is one. */
export async function fileKey(values: KeyValue, file: string, lock: CryptoKey | null = null): Promise<string> {
  const stored = await values.get<WrappedFileKey>(FILE_KEY + file);
  if (stored) return hex(await open(values, file, stored, lock));
  const raw = crypto.getRandomValues(new Uint8Array(32));
  await values.set(FILE_KEY + file, await close(values, file, raw.buffer, lock));
  return hex(raw.buffer);
}

/** Without its key a file is noise, even where its bytes remain on the disk. */
export async function forgetFileKey(values: KeyValue, file: string): Promise<void> {
  await values.remove(FILE_KEY + file);
}

/** Every file's key wrapped by `to`, to be stored together; null is the browser's own key, which goes when it wraps nothing any more. */
export async function rewrapped(values: KeyValue, from: CryptoKey | null, to: CryptoKey | null): Promise<[string, WrappedFileKey | undefined][]> {
  const all: [string, WrappedFileKey | undefined][] = to ? [[WRAPPING, undefined]] : [];
  for (const key of await values.keys(FILE_KEY)) {
    const file = key.slice(FILE_KEY.length);
    const raw = await open(values, file, (await values.get<WrappedFileKey>(key))!, from);
    all.push([key, await close(values, file, raw, to)]);
  }
  return all;
}

export async function wrap(key: CryptoKey, bytes: BufferSource, purpose: string): Promise<Wrapped> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(purpose);
  return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, bytes) };
}

/** Throws an OperationError for another key or purpose. */
export async function unwrap(key: CryptoKey, { iv, bytes }: Wrapped, purpose: string): Promise<ArrayBuffer> {
  const additionalData = new TextEncoder().encode(purpose);
  return crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, bytes);
}

async function open(values: KeyValue, file: string, stored: WrappedFileKey, lock: CryptoKey | null): Promise<ArrayBuffer> {
  if (stored.locked && !lock) throw new Error('the app is locked');
  return unwrap(stored.locked ? lock! : await wrappingKey(values), stored, file);
}

async function close(values: KeyValue, file: string, raw: ArrayBuffer, lock: CryptoKey | null): Promise<WrappedFileKey> {
  const wrapped = await wrap(lock ?? (await wrappingKey(values)), raw, file);
  return lock ? { ...wrapped, locked: true } : wrapped;
}

async function wrappingKey(values: KeyValue): Promise<CryptoKey> {
  const known = await values.get<CryptoKey>(WRAPPING);
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await values.set(WRAPPING, made);
  return made;
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
