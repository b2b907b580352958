import { describe, expect, it } from 'vitest';
import { deviceName, partsOf } from './device.ts';

const brands = (...names: string[]) => names.map((brand) => ({ brand }));
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

describe('the name of a device', () => {
  it.each([
    [{ userAgent: CHROME, userAgentData: { brands: brands('Not;A=Brand', 'Chromium', 'Google Chrome'), platform: 'Linux' } }, 'Chrome on Linux'],
    [{ userAgent: CHROME, userAgentData: { brands: brands('Chromium', 'Not;A=Brand', 'Microsoft Edge'), platform: 'macOS' } }, 'Edge on Mac'],
    [{ userAgent: CHROME, userAgentData: { brands: brands('Chromium'), platform: 'Chrome OS' } }, 'Chromium on ChromeOS'],
    [{ userAgent: CHROME, userAgentData: { brands: [], platform: '' } }, 'Chrome on Linux'],
    [{ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1' }, 'Safari on iPhone'],
    [{ userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0' }, 'Firefox on Windows'],
    [{ userAgent: 'Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36' }, 'Samsung Internet on Android'],
    [{ userAgent: 'curl/8' }, undefined]
  ])('%o', (browser, name) => expect(deviceName(browser)).toBe(name));
});

it.each([
  ['Samsung Internet on Android', { browser: 'Samsung Internet', system: 'Android' }],
  ['Chrome', null],
  ['Chrome on the kitchen table', null],
  ['Chrome on Linux on Mac', null],
  ['Kim’s laptop', null]
])('%s is made of %o', (name, parts) => expect(partsOf(name)).toEqual(parts));
