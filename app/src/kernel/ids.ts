/** Ids: UUIDv7 made where the row is made, UUIDv5 for rows that two devices would both invent (RFC 9562). */
import { sha1 } from './sha1.ts';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

function dashed(digits: string): string {
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32)
  ].join('-');
}

/** UUIDv7 (RFC 9562, 5.7) of a time in ms since the epoch and 10 random bytes; lower case text. */
export function uuid7(ms: number, randomBytes: Uint8Array): string {
  if (randomBytes.length !== 10) throw new RangeError('uuid7 takes 10 random bytes');
  const bytes = Uint8Array.from(randomBytes);
  bytes[0] = (bytes[0]! & 0x0f) | 0x70;
  bytes[2] = (bytes[2]! & 0x3f) | 0x80;
  return dashed(ms.toString(16).padStart(12, '0') + hex(bytes));
}

/** UUIDv5 (RFC 9562, 5.5) of a name in a namespace that is itself an id (a book's). */
export function uuid5(namespace: string, name: string): string {
  const space = namespace.replaceAll('-', '');
  const text = new TextEncoder().encode(name);
  const input = new Uint8Array(16 + text.length);
  for (let i = 0; i < 16; i++) input[i] = parseInt(space.slice(2 * i, 2 * i + 2), 16);
  input.set(text, 16);
  const bytes = sha1(input).slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return dashed(hex(bytes));
}

/** True for the lower case text of a UUID version 5 or 7. */
export function isId(text: unknown): text is string {
  return typeof text === 'string' && ID.test(text);
}

/** The UUID's version: 5 (deterministic) or 7 (made once). */
export function version(id: string): number {
  return parseInt(id.charAt(14), 16);
}
