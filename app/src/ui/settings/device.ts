/** A browser's long name for itself as a person would say it: `Firefox on Windows`. Pure. */
import { t } from '$src/messages';

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/HeadlessChrome\/|Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari']
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux|X11/, 'Linux']
];

const find = (list: [RegExp, string][], text: string): string | undefined => list.find(([pattern]) => pattern.test(text))?.[1];

/** A name that a person gave stays as it is. */
export function deviceName(name: string | null): string | null {
  if (!name?.startsWith('Mozilla/')) return name;
  const browser = find(BROWSERS, name);
  const system = find(SYSTEMS, name);
  return browser && system ? t('devices.browser_on', { browser, system }) : (browser ?? system ?? null);
}
