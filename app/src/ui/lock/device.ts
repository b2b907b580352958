/**
 * The device's own way to open the lock: a passkey in a browser; in a phone's own app, whose WebView has none, a random
 * secret in Keychain or Keystore that the system gives to the person's face or finger only. It stands in the place of
 * the passkey's answer, so that the lock itself knows one way and not two.
 */
import { t } from '$src/messages';
import { shell } from '$src/shell';
import * as passkey from './passkey';
import type { Answered } from './passkey';

export type { Answered };

const BYTES = 32;

export const possible = (): Promise<boolean> => (shell ? shell.secret.possible() : passkey.possible());

/** Null when the device cannot. Throws when the person says no. */
export async function make(name: string): Promise<Answered | null> {
  if (!shell) return passkey.make(name);
  const secret = crypto.getRandomValues(new Uint8Array(BYTES));
  await shell.secret.keep([...secret].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  // asked for at once: what cannot be had back is no way in
  const way = { id: new Uint8Array(0), salt: crypto.getRandomValues(new Uint8Array(BYTES)) };
  return { ...way, prf: await ask(way) };
}

/** Throws when the person says no, or it is gone. */
export async function ask(way: Pick<Answered, 'id' | 'salt'>): Promise<Answered['prf']> {
  if (!shell) return passkey.ask(way);
  const text = await shell.secret.open({ title: t('lock.locked'), cancel: t('action.cancel') });
  const secret = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  if (secret.length !== BYTES) throw new Error('not the secret of the lock');
  return secret;
}

/** After the lock has: a secret that opens nothing any more may stay where it is. */
export async function forget(): Promise<void> {
  await shell?.secret.forget().catch(() => undefined);
}
