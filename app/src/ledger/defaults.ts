/** What a new book is born with, and the kinds and types that are data (spec/ledger/defaults.json, countries.json). */
import countries from '../../../spec/ledger/countries.json' with { type: 'json' };
import data from '../../../spec/ledger/defaults.json' with { type: 'json' };
import { uuid5 } from '../kernel/ids.ts';
import type { Op } from './entities.ts';

type Names = Record<string, string>;

interface CategoryDefault {
  key: string;
  name: Names;
  icon: string;
  colour?: string;
}

function named(names: Names, language: string): string {
  return names[language.slice(0, 2).toLowerCase()] ?? names['en'] ?? '';
}

/** Entries with their name in one language. */
function localized<T extends { name: Names }>(entries: readonly T[], language: string): (Omit<T, 'name'> & { name: string })[] {
  return entries.map((entry) => ({ ...entry, name: named(entry.name, language) }));
}

export function accountKinds(language = 'en') {
  return localized(data.account_kinds, language);
}

export function transactionTypes(language = 'en') {
  return localized(data.transaction_types, language);
}

/** The id of a category that books are born with. */
export function categoryId(book_id: string, key: string): string {
  return uuid5(book_id, `category:${key}`);
}

/** 1 Monday to 7 Sunday, as people of a country (ISO 3166) count. */
export function firstDayOfWeek(country?: string): number {
  const found = Object.entries(countries.first_day_of_week).find(([, where]) => country && where.split(' ').includes(country));
  return Number(found?.[0] ?? 1);
}

/** The subcategories that people of a country have besides, below the category `parent`. */
function additions(parent: string, country?: string): CategoryDefault[] {
  return countries.categories.filter((entry) => entry.parent === parent && country && entry.countries.split(' ').includes(country));
}

export interface Born {
  language?: string | undefined;
  /** Of the book; else one of the language. */
  name?: string | undefined;
  /** ISO 3166: what is usual there is added. */
  country?: string | undefined;
  /** Of the cash account; else one that every device gives it. */
  account_id?: string | undefined;
}

/** The operations that make a new book usable: settings, categories in two levels, one cash account. */
export function seedOps(book_id: string, base_currency: string, { language = 'en', name, country, account_id = uuid5(book_id, `account:${data.account.key}`) }: Born = {}): Op[] {
  const { account } = data;
  const ops: Op[] = [{
    e: 'account', id: account_id, k: 'create',
    f: {
      name: named(account.name, language), kind: account.kind, currency: base_currency, opening_minor: 0, position: 0,
      archived: false, icon: account.icon, colour: account.colour, note: null
    }
  }];
  data.categories.forEach((top, position) => {
    const category = (entry: CategoryDefault, parent_id: string | null, at: number): Op => ({
      e: 'category', id: categoryId(book_id, entry.key), k: 'create',
      f: {
        name: named(entry.name, language), kind: top.kind, parent_id, system_key: entry.key, icon: entry.icon,
        colour: top.colour, position: at, archived: false
      }
    });
    ops.push(category(top, null, position));
    [...top.children, ...additions(top.key, country)].forEach((child, below) => ops.push(category(child, categoryId(book_id, top.key), below)));
  });
  const settings = {
    name: name ?? named(data.book_name, language), base_currency, first_day_of_week: firstDayOfWeek(country), first_day_of_month: 1,
    first_month_of_year: 1, default_kind: 'expense', default_account_id: account_id, default_category_id: null, dashboard: null
  };
  return [...ops, { e: 'settings', id: book_id, k: 'create', f: settings }];
}
