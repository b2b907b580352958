/** Adds cells up and values them in the base currency. Every rounding of reports happens in `Values`. */
import { checkSum, convert } from '../kernel/money.ts';
import type { Cell } from './cells.ts';
import { compare, type Rates } from './rates.ts';
import type { Amount, CurrencySum, Flows, Missing, Mode, RateUsed } from './shapes.ts';

/** Lines of one flow and currency. `baseMinor` is what they have in the current base as written. */
interface Sum {
  flow: string;
  currency: string;
  amountMinor: number;
  baseMinor: number;
  count: number;
  missing: number;
  otherBase: number;
}

/**
 * Sums by flow and currency; amounts turned so that money moved the flow's way is positive. A report has thousands of
 * them, most with one sum or none: those are looked through, not hashed.
 */
export class Sums {
  readonly all: Sum[] = [];
  readonly #base: string;

  constructor(baseCurrency: string) {
    this.#base = baseCurrency;
  }

  add(cell: Cell): void {
    const sign = cell.flow === 'expense' || cell.flow === 'transfer_out' ? -1 : 1;
    const into = this.#into(cell.flow, cell.currency);
    into.amountMinor += sign * cell.amountMinor;
    into.count += cell.lines;
    if (cell.baseCurrency === this.#base) {
      into.baseMinor += sign * cell.baseMinor;
      into.missing += cell.linesWithoutRate;
    } else if (cell.currency === this.#base) {
      // written under another base, known in this one all the same
      into.baseMinor += sign * cell.amountMinor;
    } else {
      into.missing += cell.lines;
      into.otherBase += cell.lines;
    }
  }

  /** Adds what another one holds. */
  take(other: Sums): void {
    for (const found of other.all) {
      const into = this.#into(found.flow, found.currency);
      into.amountMinor += found.amountMinor;
      into.baseMinor += found.baseMinor;
      into.count += found.count;
      into.missing += found.missing;
      into.otherBase += found.otherBase;
    }
  }

  #into(flow: string, currency: string): Sum {
    let sum = this.all.find((each) => each.flow === flow && each.currency === currency);
    if (!sum) {
      sum = { flow, currency, amountMinor: 0, baseMinor: 0, count: 0, missing: 0, otherBase: 0 };
      this.all.push(sum);
    }
    return sum;
  }
}

type Valued = readonly [CurrencySum, baseMinor: number];

/** Values sums in the base currency, as it was or at today's rates, and notes what it used and missed. */
export class Values {
  readonly baseCurrency: string;
  readonly #mode: Mode;
  readonly #today: string;
  readonly #rates: Rates;
  readonly #used = new Map<string, RateUsed>();

  constructor(baseCurrency: string, mode: Mode, today: string, rates: Rates) {
    this.baseCurrency = baseCurrency;
    this.#mode = mode;
    this.#today = today;
    this.#rates = rates;
  }

  sums(): Sums {
    return new Sums(this.baseCurrency);
  }

  /** A flow's amount. At today's rate every currency is converted once, from its whole sum. */
  amount(sums: Sums, flow: string): Amount {
    const found: Valued[] = [];
    for (const sum of sums.all) if (sum.flow === flow) found.push(this.#valued(sum));
    if (found.length > 1) found.sort(([a], [b]) => compare(a.currency, b.currency));
    return amountOf(found);
  }

  /** What went through some days; the balance is taken of valued amounts, so that the three agree. */
  flows(sums: Sums, [from_day, to_day]: readonly [string, string]): Flows {
    const income = this.amount(sums, 'income');
    const expense = this.amount(sums, 'expense');
    return {
      from_day,
      to_day,
      income,
      expense,
      balance: less(income, expense),
      transfer_in: this.amount(sums, 'transfer_in'),
      transfer_out: this.amount(sums, 'transfer_out')
    };
  }

  /** What an account holds, by currency, valued at the newest rate of the day or of today. */
  held(balances: ReadonlyMap<string, number>, day: string): Amount {
    const at = this.#mode === 'as_it_was' ? day : this.#today;
    const sorted = [...balances].sort(([a], [b]) => compare(a, b));
    return amountOf(
      sorted.map(([currency, amount_minor]): Valued => {
        const baseMinor = this.#convert(currency, amount_minor, at);
        return [{ currency, amount_minor, count: 1, missing: baseMinor === null ? 1 : 0 }, baseMinor ?? 0];
      })
    );
  }

  /** What the base sums of the asked days leave out, and what a balance does. */
  missing(sums: Sums, balance: Amount | null): Missing {
    const left: Missing = { count: 0, other_base: 0, balances: balance?.missing ?? 0, currencies: [] };
    const currencies = new Set<string>();
    for (const sum of sums.all) {
      const [{ missing }] = this.#valued(sum);
      left.count += missing;
      if (this.#mode === 'as_it_was') left.other_base += sum.otherBase;
      if (missing) currencies.add(sum.currency);
    }
    for (const each of balance?.currencies ?? []) if (each.missing) currencies.add(each.currency);
    left.currencies = [...currencies].sort(compare);
    return left;
  }

  /** The newest rate used of each currency other than the base. */
  ratesUsed(): RateUsed[] {
    return [...this.#used.values()].sort((a, b) => compare(a.currency, b.currency));
  }

  #valued({ currency, amountMinor, baseMinor, count, missing }: Sum): Valued {
    const sum = { currency, amount_minor: amountMinor, count, missing };
    if (this.#mode === 'as_it_was') return [sum, baseMinor];
    const converted = this.#convert(currency, amountMinor, this.#today);
    sum.missing = converted === null ? count : 0;
    return [sum, converted ?? 0];
  }

  /** In the base currency, rounded half to even; null without a rate. Nothing is nothing at any rate. */
  #convert(currency: string, amountMinor: number, day: string): number | null {
    if (checkSum(amountMinor) === 0 || currency === this.baseCurrency) return amountMinor;
    const rate = this.#rates.at(currency, day);
    if (!rate) return null;
    const used = this.#used.get(currency);
    if (!used || used.day < rate.day) this.#used.set(currency, rate);
    return convert(amountMinor, rate.rate, currency, this.baseCurrency);
  }
}

function amountOf(valued: readonly Valued[]): Amount {
  const amount: Amount = { base_minor: 0, count: 0, missing: 0, currencies: [] };
  for (const [sum, baseMinor] of valued) {
    amount.base_minor += baseMinor;
    amount.count += sum.count;
    amount.missing += sum.missing;
    amount.currencies.push(sum);
  }
  return exact(amount);
}

/** The amount when its numbers are exact. Refuses `sum_too_large`. */
function exact(amount: Amount): Amount {
  checkSum(amount.base_minor);
  for (const { amount_minor } of amount.currencies) checkSum(amount_minor);
  return amount;
}

/** The sum of amounts, currency by currency. */
export function plus(amounts: Iterable<Amount>): Amount {
  return signed([...amounts].map((amount) => [amount, 1]));
}

/** Income less expense, currency by currency; counts add. */
export function less(income: Amount, expense: Amount): Amount {
  return signed([
    [income, 1],
    [expense, -1]
  ]);
}

function signed(amounts: readonly (readonly [Amount, 1 | -1])[]): Amount {
  const total: Amount = { base_minor: 0, count: 0, missing: 0, currencies: [] };
  const by = new Map<string, CurrencySum>();
  for (const [amount, sign] of amounts) {
    total.base_minor += sign * amount.base_minor;
    total.count += amount.count;
    total.missing += amount.missing;
    for (const { currency, amount_minor, count, missing } of amount.currencies) {
      let into = by.get(currency);
      if (!into) by.set(currency, (into = { currency, amount_minor: 0, count: 0, missing: 0 }));
      into.amount_minor += sign * amount_minor;
      into.count += count;
      into.missing += missing;
    }
  }
  total.currencies = [...by.values()].sort((a, b) => compare(a.currency, b.currency));
  return exact(total);
}
