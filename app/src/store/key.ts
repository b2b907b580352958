/**
 * The key of a database file: 32 random bytes, kept only wrapped. The wrapping key
 * is an AES-GCM key that the browser keeps and no script can read out (W3C Web
 * Cryptography, `extractable: false`); a PIN may join it later.
 */
import type { KeyValue } from './idb.ts';

const WRAPPING = 'wrapping-key';

interface Wrapped {
  iv: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}

/** 64 hex digits; made at the first call for a file. */
export async function fileKey(values: KeyValue, file: string): Promise<string> {
  const wrapping = await wrappingKey(values);
  const additionalData = new TextEncoder().encode(file);
  const stored = await values.get<Wrapped>(`file-key ${file}`);
  if (stored) {
    return hex(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: stored.iv, additionalData }, wrapping, stored.bytes));
  }
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, wrapping, raw);
  await values.set(`file-key ${file}`, { iv, bytes } satisfies Wrapped);
  return hex(raw.buffer);
}

/** Without its key a file is noise, even where its bytes remain on the disk. */
export async function forgetFileKey(values: KeyValue, file: string): Promise<void> {
  await values.remove(`file-key ${file}`);
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
