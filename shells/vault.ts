// What only the phone itself keeps: the refresh token in Keychain or Keystore, for the worker that asks over a port
// (app/src/identity/vault.ts), and the secret of the app lock, which the system gives to a face or finger only
// (docs/decisions/0022-the-phones-vault.md says why these two plugins).
import { KeychainAccess, SecureStorage } from '@aparajita/capacitor-secure-storage';
import { AccessControl, NativeBiometric } from '@capgo/capacitor-native-biometric';

const TOKEN = 'session';
const SECRET = 'outlay-lock';

interface Asked {
  id: number;
  save?: string | null;
}

// readable while a screen that was just locked still sends; in no backup, on no other phone
const ready = SecureStorage.setDefaultKeychainAccess(KeychainAccess.afterFirstUnlockThisDeviceOnly);

/** What cannot be decrypted any more is as good as gone: the person signs in again. */
async function answer({ save }: Asked): Promise<string | null> {
  await ready;
  if (save === undefined) return (await SecureStorage.getItem(TOKEN).catch(() => null)) ?? null;
  if (save === null) await SecureStorage.removeItem(TOKEN);
  else await SecureStorage.setItem(TOKEN, save);
  return null;
}

export function serve(worker: Worker): void {
  const { port1, port2 } = new MessageChannel();
  // in order: an older token never overwrites a newer one
  let turn: Promise<unknown> = Promise.resolve();
  port1.onmessage = ({ data }: MessageEvent<Asked>) => {
    turn = turn.then(() => answer(data)).then(
      (text) => port1.postMessage({ id: data.id, text }),
      (error: unknown) => port1.postMessage({ id: data.id, failed: String(error) })
    );
  };
  worker.postMessage(null, [port2]);
}

/** Whether a key can be bound to it: Android calls it class 3, which many phones' faces are not. */
async function possible(): Promise<boolean> {
  const { strongBiometryIsAvailable, deviceIsSecure } = await NativeBiometric.isAvailable();
  return strongBiometryIsAvailable && deviceIsSecure;
}

export const secret = {
  possible: () => possible().catch(() => false),
  keep: (value: string) => NativeBiometric.setData({ key: SECRET, value, accessControl: AccessControl.BIOMETRY_CURRENT_SET }),
  async open({ title, cancel }: { title: string; cancel: string }): Promise<string> {
    const { value } = await NativeBiometric.getSecureData({ key: SECRET, title, reason: title, negativeButtonText: cancel });
    return value;
  },
  forget: () => NativeBiometric.deleteData({ key: SECRET })
};
