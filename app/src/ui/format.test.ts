import { expect, it } from 'vitest';
import { money, oneWord, sentences } from './format';

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

it('keeps the letters and the sign of a currency in their order where a line runs from right to left', () => {
  expect(oneWord('290.62 UK£')).toBe('290.62 UK£\u200e');
  expect(oneWord('290.62 €')).toBe('290.62 €');
});

it('says one sentence after the other', () => {
  expect(sentences(['One.', null, '', 'Two.'])).toBe('One. Two.');
});
