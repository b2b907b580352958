import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import born from '../../../spec/ledger/born.json' with { type: 'json' };
import countries from '../../../spec/ledger/countries.json' with { type: 'json' };
import { seedOps } from './defaults.ts';

const BOOK = '01890000-0000-7000-8000-000000000001';
const named = (ops: ReturnType<typeof seedOps>) =>
  new Map(ops.flatMap(({ e, f }) => (e === 'category' ? [[String(f?.['system_key']), f?.['name']]] : [])));

describe('a new book', () => {
  it.each(born.cases)('in $country, in $language', ({ country, language, first_day_of_week, added, names }) => {
    const usual = named(seedOps(BOOK, 'EUR'));
    const ops = seedOps(BOOK, 'EUR', { language, country: country ?? undefined });
    const found = named(ops);
    expect([...found.keys()].filter((key) => !usual.has(key)).sort()).toEqual(added);
    for (const [key, name] of Object.entries(names)) expect(found.get(key)).toBe(name);
    expect(ops.at(-1)?.f).toMatchObject({ first_day_of_week });
  });

  it('has pictures that there are', () => {
    const icons = readFileSync(new URL('../ui/icon-set.ts', import.meta.url), 'utf8');
    for (const { icon } of countries.categories) expect(icons).toContain(`@lucide/svelte/icons/${icon}'`);
  });
});
