/** What a browser calls itself, as a person would say it: `Chrome on Linux`, `Safari on iPhone`; in English, for screens to say (ui/device.ts). Pure. */

/** What is read of `navigator`; `userAgentData` is there in Chromium only. */
export interface Browser {
  userAgent: string;
  userAgentData?: { brands: { brand: string }[]; platform: string };
}

/** The first that is found names it: whoever builds on Chrome also says Chrome, and everybody says Safari. */
const BROWSERS: [RegExp, string][] = [
  [/Microsoft Edge|Edg(A|iOS)?\//, 'Edge'],
  [/Opera|OPR\//, 'Opera'],
  [/Samsung ?(Internet|Browser)/, 'Samsung Internet'],
  [/Vivaldi/, 'Vivaldi'],
  [/Brave/, 'Brave'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Google Chrome|HeadlessChrome|Chrome\/|CriOS\//, 'Chrome'],
  [/Chromium/, 'Chromium'],
  [/Safari\//, 'Safari']
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/macOS|Mac OS X|Macintosh/, 'Mac'],
  [/Chrom(e|ium) ?OS|CrOS/, 'ChromeOS'],
  [/Linux|X11/, 'Linux']
];

const named = (list: [RegExp, string][], text: string): string | undefined => list.find(([pattern]) => pattern.test(text))?.[1];

/** Undefined for a browser that says nothing of itself. */
export function deviceName({ userAgent, userAgentData }: Browser): string | undefined {
  const brands = userAgentData?.brands.map(({ brand }) => brand).join(';') ?? '';
  const browser = named(BROWSERS, brands) ?? named(BROWSERS, userAgent);
  const system = named(SYSTEMS, userAgentData?.platform ?? '') ?? named(SYSTEMS, userAgent);
  return browser && system ? `${browser} on ${system}` : (browser ?? system);
}

/** What a name is made of, if it is one that is made here. */
export function partsOf(name: string): { browser: string; system: string } | null {
  const [browser = '', system = '', ...more] = name.split(' on ');
  const known = more.length === 0 && BROWSERS.some(([, one]) => one === browser) && SYSTEMS.some(([, one]) => one === system);
  return known ? { browser, system } : null;
}
