/**
 * Sample data for a first look: the last hundred days of an invented household, as the
 * commands a person would have given. The same day gives the same household.
 */
import type { CommandArgs } from './api.ts';
import { dayNumber, dayOf } from './kernel/dates.ts';
import { exponent } from './kernel/money.ts';
import { categoryId } from './ledger/defaults.ts';

const DAYS = 100;

/** What a euro of everyday prices is roughly in other currencies; 1 where nothing is said. */
const SCALE: Record<string, number> = {
  JPY: 150, INR: 40, KRW: 1200, HUF: 350, IDR: 12000, VND: 20000, CNY: 5, RUB: 60, TRY: 25, CZK: 22, PLN: 4, SEK: 10, NOK: 10,
  DKK: 7, MXN: 15, BRL: 5, ZAR: 15, THB: 30, PHP: 45, ISK: 140, CLP: 900, COP: 4000, ARS: 900, NGN: 900, EGP: 30, PKR: 200,
  AED: 4, SAR: 4, QAR: 4, MAD: 8, DZD: 120, TND: 2, IQD: 1400, LBP: 90000, YER: 250, SYP: 10000, SDG: 600, BDT: 80, LKR: 250,
  NPR: 100, HKD: 8, TWD: 30, KES: 110, UAH: 30, KZT: 400, PEN: 4, UYU: 40, PYG: 7000, CRC: 500, GTQ: 8, HNL: 25, DOP: 55, BOB: 7,
  RSD: 100, RON: 5, XOF: 500, XAF: 500, TZS: 2500, UGX: 3500, ETB: 60
};

/** Category, least and most euros, chance a day (0 with `on`: that day of the month). */
type Habit = [category: string, least: number, most: number, chance: number, on?: number];

const HABITS: readonly Habit[] = [
  ['food.groceries', 18, 74, 0.38],
  ['food.groceries', 6, 22, 0.15],
  ['food.coffee', 2.8, 7.4, 0.35],
  ['food.restaurant', 19, 58, 0.1],
  ['transport.public', 2.9, 8.7, 0.25],
  ['transport.fuel', 42, 71, 0.05],
  ['leisure.events', 11, 26, 0.05],
  ['shopping.clothes', 24, 120, 0.04],
  ['shopping.household', 7, 60, 0.05],
  ['health.pharmacy', 5, 28, 0.05],
  ['home.rent', 940, 940, 0, 1],
  ['home.energy', 86, 86, 0, 5],
  ['bills.phone', 19.99, 19.99, 0, 12],
  ['bills.subscriptions', 11.99, 11.99, 0, 17],
  ['bills.insurance', 34.5, 34.5, 0, 20],
  ['health.sport', 45, 45, 0, 3]
];

/** Who is paid, in the order of the habits, and the few other names there are. */
interface Names {
  payees: string[];
  employer: string;
  salary: string;
  saved: string;
  split: string;
  bank: string;
  savings: string;
}

const NAMES: Record<string, Names> = {
  en: {
    payees: [
      'Corner Market', 'Farm Shop', 'Café Lumen', 'Trattoria Nove', 'City Transport', 'Station North', 'Odeon Cinema', 'Thread & Co',
      'Hardware Hill', 'Pharmacy at the Gate', 'Harbour Housing', 'City Power', 'Telewave', 'Streambox', 'Mutual Insurance', 'Climbing Hall'
    ],
    employer: 'Meridian Works', salary: 'Salary', saved: 'Put aside', split: 'Groceries and a new pan', bank: 'Bank', savings: 'Savings'
  },
  de: {
    payees: [
      'Markt am Eck', 'Hofladen', 'Café Lumen', 'Trattoria Nove', 'Stadtbahn', 'Tankstelle Nord', 'Odeon Kino', 'Faden & Co',
      'Baumarkt am Hügel', 'Apotheke am Tor', 'Hafen Wohnen', 'Stadtstrom', 'Telewave', 'Streambox', 'Hanse Versicherung', 'Kletterhalle'
    ],
    employer: 'Meridian Werke', salary: 'Gehalt', saved: 'Zurückgelegt', split: 'Lebensmittel und eine neue Pfanne', bank: 'Girokonto', savings: 'Sparkonto'
  },
  es: {
    payees: [
      'Mercado de la Esquina', 'Huerta del Sol', 'Café Lumen', 'Trattoria Nove', 'Transporte Urbano', 'Gasolinera Norte', 'Cine Odeón', 'Hilo y Cía.',
      'Ferretería del Cerro', 'Farmacia de la Puerta', 'Viviendas del Puerto', 'Luz de la Ciudad', 'Telewave', 'Streambox', 'Seguros Mutua', 'Rocódromo'
    ],
    employer: 'Talleres Meridiano', salary: 'Nómina', saved: 'Ahorro del mes', split: 'Compra y una sartén nueva', bank: 'Banco', savings: 'Ahorros'
  },
  hi: {
    payees: [
      'नुक्कड़ किराना', 'ताज़ा फल-सब्ज़ी', 'कैफ़े लुमेन', 'स्वाद रेस्तराँ', 'सिटी मेट्रो', 'उत्तर पेट्रोल पंप', 'ओडियन सिनेमा', 'धागा फ़ैशन',
      'पहाड़ी हार्डवेयर', 'द्वार मेडिकल', 'बंदरगाह आवास', 'सिटी बिजली', 'टेलीवेव', 'स्ट्रीमबॉक्स', 'मित्र बीमा', 'फ़िटनेस क्लब'
    ],
    employer: 'मेरिडियन वर्क्स', salary: 'वेतन', saved: 'बचत में रखा', split: 'राशन और नया तवा', bank: 'बैंक', savings: 'बचत'
  },
  ar: {
    payees: [
      'بقالة الزاوية', 'متجر المزرعة', 'مقهى لومن', 'مطعم الياسمين', 'مواصلات المدينة', 'محطة الشمال', 'سينما أوديون', 'خيوط وأقمشة',
      'عُدد التل', 'صيدلية البوابة', 'مساكن الميناء', 'كهرباء المدينة', 'تيليويف', 'ستريم بوكس', 'التأمين التعاوني', 'صالة التسلق'
    ],
    employer: 'شركة ميريديان', salary: 'راتب', saved: 'ادخار', split: 'بقالة ومقلاة جديدة', bank: 'المصرف', savings: 'المدخرات'
  },
  zh: {
    payees: [
      '街角超市', '农家果蔬', '流明咖啡', '老街饭馆', '城市公交', '城北加油站', '奥迪安影城', '线与衣',
      '山坡五金', '门前药房', '港湾公寓', '城市电力', '电波通信', '流光视频', '互助保险', '攀岩馆'
    ],
    employer: '子午线公司', salary: '工资', saved: '存起来', split: '买菜和一口新锅', bank: '银行卡', savings: '储蓄'
  }
};

export interface SampleBook {
  accounts: (CommandArgs['addAccount'] & { id: string })[];
  transactions: (CommandArgs['addTransaction'] & { id: string })[];
}

export interface SampleIds {
  account(name: 'bank' | 'savings'): string;
  transaction(number: number): string;
}

/** `today` is the last day of the sample. */
export function sampleBook(book_id: string, base_currency: string, language: string, today: string, ids: SampleIds): SampleBook {
  const random = repeatable(dayNumber(today));
  const names = NAMES[language.slice(0, 2)] ?? NAMES['en']!;
  const unit = 10 ** exponent(base_currency);
  const minor = (euros: number) => Math.max(1, Math.round(euros * (SCALE[base_currency] ?? 1) * unit));
  const bank = { id: ids.account('bank'), name: names.bank, kind: 'bank', currency: base_currency, opening_minor: minor(2400), icon: 'landmark', colour: 'blue' } as const;
  const savings = { id: ids.account('savings'), name: names.savings, kind: 'savings', currency: base_currency, opening_minor: minor(5200), icon: 'piggy-bank', colour: 'teal' } as const;
  const made: SampleBook = { accounts: [bank, savings], transactions: [] };
  const last = dayNumber(today);
  for (let number = last - DAYS; number <= last; number++) {
    const day = dayOf(number);
    const date = Number(day.slice(8));
    const add = (input: Omit<CommandArgs['addTransaction'], 'day' | 'account_id'>) =>
      made.transactions.push({ id: ids.transaction(made.transactions.length), day, account_id: bank.id, time: `${10 + Math.floor(random() * 10)}:${10 + Math.floor(random() * 50)}`, ...input });
    if (date === 28) add({ kind: 'income', amount_minor: minor(2850), category_id: categoryId(book_id, 'salary'), payee: names.employer, note: names.salary });
    if (date === 29) add({ kind: 'transfer', amount_minor: minor(300), to_account_id: savings.id, note: names.saved });
    HABITS.forEach(([category, least, most, chance, on], at) => {
      const due = on === undefined ? random() < chance : on === date;
      if (due) add({ kind: 'expense', amount_minor: minor(least + random() * (most - least)), category_id: categoryId(book_id, category), ...named(names.payees[at]) });
    });
    if (date === 14) add({ ...split(book_id, minor), ...named(names.payees[0]), note: names.split });
  }
  return made;
}

const named = (payee: string | undefined) => (payee === undefined ? {} : { payee });

/** One bill, two categories. */
function split(book_id: string, minor: (euros: number) => number): Omit<CommandArgs['addTransaction'], 'day' | 'account_id'> {
  const lines = [
    { category_id: categoryId(book_id, 'food.groceries'), amount_minor: minor(41.3) },
    { category_id: categoryId(book_id, 'shopping.household'), amount_minor: minor(17.95) }
  ];
  const amount_minor = lines.reduce((sum, line) => sum + line.amount_minor, 0);
  return { kind: 'expense', amount_minor, lines };
}

/** mulberry32: 0 ≤ x < 1 from a seed. */
function repeatable(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
