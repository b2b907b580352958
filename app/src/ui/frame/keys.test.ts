import { expect, it } from 'vitest';
import { keyOf, SHORTCUTS } from './keys.svelte';

it('has one meaning for a key', () => {
  const answered = SHORTCUTS.filter(({ own }) => !own).map(({ keys, mod }) => `${mod ? 'mod ' : ''}${keys[0]}`);
  expect(new Set(answered).size).toBe(answered.length);
});
it('takes no key from the browser', () => {
  // What Chromium, Firefox and Safari do with Ctrl or Command and a letter; K is theirs only in the address field.
  const taken = [...'abcdfghijlnoprstuvwxz0123456789+-'];
  for (const { mod, keys } of SHORTCUTS) if (mod) expect(taken).not.toContain(keys[0]);
  for (const { keys } of SHORTCUTS) for (const key of keys) expect(key).not.toMatch(/^F\d+$|^Tab$|^ $/);
});

it('finds a key by its place where another alphabet is typed', () => {
  const pressed = (key: string, code: string, shiftKey = false) => keyOf({ key, code, shiftKey });
  expect([pressed('ف', 'KeyT'), pressed('ظ', 'Slash'), pressed('؟', 'Slash', true), pressed('१', 'Digit1'), pressed('Ф', 'KeyA', true)]).toEqual(['t', '/', '?', '1', 'A']);
  // what a Latin keyboard has elsewhere stays what it is
  expect([pressed('z', 'KeyY'), pressed('/', 'Digit7', true), pressed('ö', 'Semicolon'), pressed('Enter', 'Enter')]).toEqual(['z', '/', 'ö', 'Enter']);
});
