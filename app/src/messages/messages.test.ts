// The first screens load without the words of a book: whatever they say has to be among the first.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { book } from './en/book';
import { first } from './en/first';
import { security } from './en/security';
import { add, t, type Key } from './index';

const source = fileURLToPath(new URL('..', import.meta.url));
const FIRST = [
  ...['welcome', 'sign-in', 'sign-up', 'start'].map((name) => `routes/${name}/+page.svelte`),
  'routes/+layout.svelte',
  'messages/problem.ts',
  ...['Entrance.svelte', 'Credentials.svelte', 'entry.ts'].map((name) => `ui/frame/${name}`),
  ...['Toasts.svelte', 'toast.svelte.ts', 'Select.svelte', 'TextField.svelte', 'Button.svelte', 'IconButton.svelte', 'format.ts', 'currency.ts'].map(
    (name) => `ui/${name}`
  )
];

const keysIn = (file: string): string[] =>
  [...readFileSync(source + file, 'utf8').matchAll(/\bt\([^()]*?'([a-z_]+\.[a-z_]+)'(?: : '([a-z_]+\.[a-z_]+)')?/g)].flatMap((found) =>
    found.slice(1).filter((key): key is string => Boolean(key))
  );

describe('messages', () => {
  it.each(FIRST)('%s says only first words', (file) => {
    for (const key of keysIn(file)) expect(Object.keys(first)).toContain(key);
  });
  it('has every key once', () => {
    expect(Object.keys(first).filter((key) => key in book)).toEqual([]);
  });
  it('is used: a message nobody says is deleted', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(svelte|ts)$/.test(name) && (!name.startsWith('messages') || name === 'messages/problem.ts'));
    const text = files.map((name) => readFileSync(source + name, 'utf8')).join('\n');
    const made = /^(account_kind|account_type|attention|card|colour|entity|field|happened|hint|history|import|kind|missing|quick|role|start|sync|theme|toast)\./;
    expect([...Object.keys(first), ...Object.keys(book), ...Object.keys(security)].filter((key) => !made.test(key) && !text.includes(`'${key}'`))).toEqual([]);
  });
  it('fills places and chooses plurals', () => {
    add(book);
    expect(t('sync.attention' as Key, { count: 1 })).toBe('1 thing needs your attention');
    expect(t('sync.attention' as Key, { count: 1200 })).toMatch(/^1,200 things/);
    // neither none nor one
    for (const count of [1.5, -3]) expect(t('sync.attention' as Key, { count })).toMatch(/things/);
  });
});
