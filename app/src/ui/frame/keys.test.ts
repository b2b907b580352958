import { expect, it } from 'vitest';
import { SHORTCUTS } from './keys.svelte';

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
