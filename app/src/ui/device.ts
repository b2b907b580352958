/** What a device is called in the language in use: the app names it in English (kernel/device.ts), people as they like. */
import { partsOf } from '$src/kernel/device';
import { t } from '$src/messages';

export function deviceWords(name: string): string {
  const parts = partsOf(name);
  return parts ? t('devices.on', parts) : name;
}
