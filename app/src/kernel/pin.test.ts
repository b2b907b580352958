import { expect, test } from 'vitest';
import { pinKind, pinOf, pinProblem, waitAfter } from './pin.ts';

test.each([
  ['', 'short'],
  ['4820', 'short'],
  ['48201', 'short'],
  ['482017', null],
  ['000000', 'simple'],
  ['123456', 'simple'],
  ['98765432', 'simple'],
  ['135791', null],
  ['٤٨٢٠١٧', null],
  ['a long', 'short'],
  ['a longer one', null],
  ['长长长长长长长长', null]
])('%s as a PIN: %s', (typed, problem) => {
  expect(pinProblem(typed)).toBe(problem);
});

test('the same PIN by any keyboard', () => {
  expect(pinOf(' ٤٨٢٠١٧ ')).toBe('482017');
  expect(pinOf('４８２０１７')).toBe('482017');
  expect(pinOf('Stra\u00dfe u\u0308ber')).toBe(pinOf('Straße über'));
  expect([pinKind('482017'), pinKind('48201x')]).toEqual(['digits', 'text']);
});

test('five tries are free, then each costs a longer wait, for ever', () => {
  expect(Array.from({ length: 11 }, (_, at) => waitAfter(at) / 1000)).toEqual([0, 0, 0, 0, 0, 30, 60, 300, 900, 900, 900]);
});
