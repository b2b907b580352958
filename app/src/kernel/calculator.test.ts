import { describe, expect, it } from 'vitest';
import { clean, isSum, press, typed, value, type CalculatorKey } from './calculator.ts';

const keys = (text: string, digits = 2): string =>
  [...text].reduce((made, key) => press(made, key as CalculatorKey, digits), '');

describe('value', () => {
  it.each([
    ['12', 2, 1200],
    ['12.5', 2, 1250],
    ['12.5+', 2, 1250],
    ['0.1+0.2', 2, 30],
    ['2+3×4', 2, 1400],
    ['10−4−3', 2, 300],
    ['10÷4×2', 2, 500],
    ['100÷3', 2, 3333],
    ['1÷8', 2, 12],
    ['3÷8', 2, 38],
    ['5−8', 2, -300],
    ['1500', 0, 1500],
    ['1.234', 3, 1234],
    ['9007199254740991', 0, 9007199254740991]
  ])('%s with %i decimals is %i', (text, digits, minor) => expect(value(text, digits)).toBe(minor));

  it.each([['', 2], ['5÷0', 2], ['+', 2], ['90071992547409.92', 2]])('%s has none', (text, digits) =>
    expect(value(text, digits)).toBeNull());
});

describe('clean', () => {
  it.each([
    ['١٢٫٥٠', '٫', '12.50'],
    ['١٬٢٣٤+٥', '٫', '1234+5'],
    ['12.50', '٫', '12.50'],
    ['१२,३४५.६', '.', '12345.6'],
    ['１２．５', '.', '12.5'],
    ['1.234,5', ',', '1234.5']
  ])('%s with the sign %s is %s', (text, sign, plain) => expect(clean(text, sign)).toBe(plain));
});

describe('press', () => {
  it.each([
    ['007', '7'],
    ['1..5', '1.5'],
    ['.5', '0.5'],
    ['1.239', '1.23'],
    ['1+−×2', '1×2'],
    ['+5', '5'],
    ['10×1.0825', '10×1.0825']
  ])('%s becomes %s', (typedKeys, text) => expect(keys(typedKeys)).toBe(text));
  it('has no decimals where the currency has none', () => expect(keys('1.5', 0)).toBe('15'));
  it('deletes one key', () => expect(press('1+2', 'back', 2)).toBe('1+'));
});

describe('words', () => {
  it('reads pasted text in both decimal signs', () => {
    expect(clean('1.234,50 €', ',')).toBe('1234.50');
    expect(clean('1,234.50 * 2', '.')).toBe('1234.50×2');
  });
  it('knows a sum', () => expect([isSum('1+2'), isSum('1+'), isSum('12')]).toEqual([true, false, false]));
  it('writes minor units back', () =>
    expect([typed(1250, 2), typed(1200, 2), typed(5, 2), typed(7, 0), typed(1, 3)]).toEqual(['12.50', '12', '0.05', '7', '0.001']));
});
