import { expect, it } from 'vitest';
import { money } from './format';

it.each([
  [-490, 'EUR', '−€4.90'],
  [500, 'EUR', '€5'],
  [5_770, 'EUR', '€58'],
  [49_950, 'EUR', '€500'],
  [126_000, 'EUR', '€1.3K'],
  [1_234_500, 'EUR', '€12K'],
  [7, 'JPY', '¥7'],
  [1_250, 'KWD', 'KWD\u00a01.250']
])('says %i minor units of %s briefly as %s', (minor, currency, text) => {
  expect(money(minor, currency, { compact: true })).toBe(text);
});
