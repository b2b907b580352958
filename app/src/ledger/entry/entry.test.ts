/** spec/entry/cases.json: what lines of every language mean; and that no line at all can break anything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import ar from '../../../../spec/entry/ar.json' with { type: 'json' };
import table from '../../../../spec/entry/cases.json' with { type: 'json' };
import de from '../../../../spec/entry/de.json' with { type: 'json' };
import en from '../../../../spec/entry/en.json' with { type: 'json' };
import es from '../../../../spec/entry/es.json' with { type: 'json' };
import hi from '../../../../spec/entry/hi.json' with { type: 'json' };
import zh from '../../../../spec/entry/zh.json' with { type: 'json' };
import defaults from '../../../../spec/ledger/defaults.json' with { type: 'json' };
import { parseDay } from '../../kernel/dates.ts';
import { limit } from '../../kernel/limits.ts';
import { formatPlain } from '../../kernel/money.ts';
import type { AccountKind } from '../../store/entities.ts';
import { plainNumber } from './amounts.ts';
import { grammarOf, type GrammarFile } from './grammar.ts';
import { parseEntry, readerOf, type Book, type Entry, type Habit, type Reader, type Ways } from './parse.ts';

const FILES = { ar, de, en, es, hi, zh } as unknown as Record<string, GrammarFile>;

interface Case {
  text: string;
  /** In the place of the table's own. */
  base?: string;
  decimal_sign?: '.' | ',';
  date_order?: Ways['date_order'];
  entry: Record<string, unknown>;
}

type Names = Record<string, string>;
const { book: given, ways, today } = table as unknown as {
  today: string;
  ways: Record<string, Pick<Ways, 'decimal_sign' | 'date_order'>>;
  book: {
    accounts: Record<string, { kind: AccountKind; currency?: string; names: Names }>;
    categories: Record<string, { kind: 'expense' | 'income'; names: Names }>;
    payees: string[];
    tags: string[];
    habits: Record<string, { category?: string; account?: string; kind: Habit['kind'] }>;
  };
};
const cases = table.cases as unknown as Record<string, Case[]>;

function bookIn(language: string, base: string): Book {
  return {
    accounts: Object.entries(given.accounts).map(([id, { kind, currency, names }]) => ({ id, kind, name: names[language]!, currency: currency ?? base })),
    categories: Object.entries(given.categories).map(([id, { kind, names }]) => ({ id, kind, name: names[language]!, system_key: id })),
    payees: given.payees.map((name) => ({ id: name, name })),
    tags: given.tags,
    settings: { base_currency: base, default_kind: 'expense', default_account_id: 'cash', default_category_id: null }
  };
}

const habits = new Map<string, Habit>(
  Object.entries(given.habits).map(([name, { category, account, kind }]) => [name, { category_id: category ?? null, account_id: account ?? null, kind }])
);
const readers = new Map<string, Reader>();
function reader(language: string, base: string): Reader {
  const key = `${language} ${base}`;
  const made = readers.get(key) ?? readerOf(grammarOf(FILES[language]!), bookIn(language, base));
  readers.set(key, made);
  return made;
}

/** Only what is not as it would be anyway, as a person would write it down. */
function summary(entry: Entry): Record<string, unknown> {
  const { kind, amount_minor, currency, account_id, to_account_id, to_amount_minor, category_id, payee, note, tags, day, time, problems } = entry;
  const of_account = to_account_id === null ? currency : (given.accounts[to_account_id]?.currency ?? currency);
  return {
    kind, amount: amount_minor === null ? null : formatPlain(amount_minor, currency), account: account_id, category: category_id, day, payee, note,
    to_account: to_account_id, to_amount: to_amount_minor === null ? null : formatPlain(to_amount_minor, of_account), tags, time, problems
  };
}
const NOTHING = { kind: 'expense', account: 'cash', category: null, day: today, payee: '', note: '', to_account: null, to_amount: null, tags: [], time: null, problems: [] };

for (const [language, lines] of Object.entries(cases)) {
  describe(`a line in ${language}`, () => {
    it.each(lines.map((one): [string, Case] => [one.text, one]))('%s', (text, { base = 'EUR', entry, ...way }) => {
      const read = parseEntry(text, reader(language, base), { today, habits, ...ways[language]!, ...way });
      expect(summary(read)).toEqual({ ...NOTHING, ...entry });
    });
    it('has at least fifteen cases', () => expect(lines.length).toBeGreaterThanOrEqual(15));
  });
}

describe('every grammar', () => {
  const system_keys = new Set(defaults.categories.flatMap(({ key, children }) => [key, ...children.map((child) => child.key)]));
  it.each(Object.entries(FILES))('%s is complete', (language, file) => {
    expect(file.language).toBe(language);
    expect([file.weekdays.length, file.months.length]).toEqual([7, 12]);
    expect(Object.keys(file)).toEqual(expect.arrayContaining(['days', 'shifts', 'dates', 'kinds', 'currencies', 'account_kinds', 'categories', 'fillers']));
    expect(Object.keys(file.categories).filter((key) => !system_keys.has(key))).toEqual([]);
    expect(Object.keys(file.kinds).sort()).toEqual(['expense', 'income', 'transfer']);
    expect(Object.values(file.weekday_phrases).filter((sense) => !/^(latest|before|after|week[-+][01])$/.test(sense))).toEqual([]);
  });
});

describe('numbers', () => {
  it.each<[string, '.' | ',', string | null]>([
    ['1.234,56', '.', '1234.56'], ['1,234.56', ',', '1234.56'], ['1.234', ',', '1234'], ['1.234', '.', '1.234'], ['1,234', '.', '1234'], ['0,500', '.', '0.500'],
    ['4,50', '.', '4.50'], ['12,34,567', '.', '1234567'], ['12,34,567.50', '.', '1234567.50'], ['1’234.50', '.', '1234.50'], ['1.2.3', '.', null], ['1,2,3', '.', null],
    ['٤٫٥٠'.replace(/[٤٥٠]/g, (digit) => '٠١٢٣٤٥٦٧٨٩'.indexOf(digit).toString()), '.', '4.50'], ['1٬234٫5', '.', '1234.5'], ['007', '.', '7'], ['.5', '.', '0.5'], ['1234567890123456789', '.', null]
  ])('%s with %s is %s', (text, decimal_sign, plain) => expect(plainNumber(text, decimal_sign)).toBe(plain));
});

describe('no line breaks anything', () => {
  const words = Object.values(FILES).flatMap((file) => [
    ...Object.keys(file.days), ...file.weekdays.flat(), ...Object.values(file.kinds).flat(), ...Object.values(file.before).flat(), ...Object.values(file.after).flat(),
    ...Object.keys(file.currencies), ...Object.keys(file.large), ...Object.values(file.account_kinds).flat()
  ]);
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words) },
    { weight: 2, arbitrary: fc.constantFrom('4.50', '1.234,56', '0', '5k', '12+3.5', '÷', '/', '-', '+', '#', '"', '@', '٤٫٥٠', '१२', '31.12.', '2026-02-30', '99:99', '12:30', '%', '€', '$', '９', '\u200f', '999999999999999999999', 'USD', '💸') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) }
  );
  const text = fc.oneof(fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(' ')), fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')), fc.string({ unit: 'binary', maxLength: 600 }));
  it.each(Object.keys(FILES))('%s', (language) => {
    const own = reader(language, 'EUR');
    fc.assert(
      fc.property(text, (typed) => {
        const entry = parseEntry(typed, own, { today, habits, ...ways[language]! });
        expect(parseDay(entry.day)).toBe(entry.day);
        for (const minor of [entry.amount_minor, entry.to_amount_minor]) {
          if (minor !== null) expect(Number.isSafeInteger(minor) && minor > 0 && minor <= limit('amount_minor')).toBe(true);
        }
        expect(entry.amount_minor === null).toBe(entry.problems.some((problem) => problem === 'amount' || problem === 'amount_too_large'));
        expect(own.book.accounts.map(({ id }) => id)).toContain(entry.account_id ?? 'cash');
        expect(entry.category_id === null || own.book.categories.some(({ id, kind }) => id === entry.category_id && kind === entry.kind)).toBe(true);
        expect(entry.tags.length <= limit('tags') && entry.payee.length <= 120 && entry.note.length <= 2000).toBe(true);
        if (entry.time !== null) expect(entry.time).toMatch(/^([01]\d|2[0-3]):[0-5]\d$/);
        if (entry.kind === 'transfer') expect([entry.payee, entry.category_id]).toEqual(['', null]);
      }),
      { numRuns: 300 }
    );
  });
});
