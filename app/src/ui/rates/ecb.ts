/**
 * Files of the European Central Bank's reference rates, read on the device: `eurofxref.csv`,
 * `eurofxref-hist.csv`, `eurofxref*.xml`, and the ZIP archives they come in. One euro in each currency;
 * `N/A` where there was none that day. Source of the formats:
 * https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
 */
import { unzipSync } from 'fflate';
import { CURRENCIES, parseRate } from '$src/kernel/money';

export interface EcbDay {
  day: string;
  /** Currency → units for one euro, as written. */
  rates: Map<string, string>;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
/** All rates since 1999 are 1.7 MB as CSV and 8 MB as XML. */
const MOST_BYTES = 40_000_000;

/** Days in order of the calendar. Throws where the bytes are no such file. */
export function readEcb(bytes: Uint8Array): EcbDay[] {
  const text = new TextDecoder().decode(bytes[0] === 0x50 && bytes[1] === 0x4b ? unpacked(bytes) : bytes);
  const days = text.trimStart().startsWith('<') ? fromXml(text) : fromCsv(text);
  if (days.length === 0) throw new Error('no rates');
  return days.sort((a, b) => (a.day < b.day ? -1 : 1));
}

function unpacked(bytes: Uint8Array): Uint8Array {
  const files = unzipSync(bytes, { filter: ({ name, originalSize }) => /\.(csv|xml)$/i.test(name) && originalSize <= MOST_BYTES });
  const [first] = Object.values(files);
  if (!first) throw new Error('no rates in the archive');
  return first;
}

function fromCsv(text: string): EcbDay[] {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const names = head.split(',').map((cell) => cell.trim());
  if (names[0] !== 'Date') throw new Error('no column of days');
  return lines.map((line) => {
    const cells = line.split(',').map((cell) => cell.trim());
    return { day: dayOf(cells[0] ?? ''), rates: known(names.slice(1).map((name, at) => [name, cells[at + 1] ?? ''])) };
  });
}

function fromXml(text: string): EcbDay[] {
  const document = new DOMParser().parseFromString(text, 'application/xml');
  if (document.querySelector('parsererror')) throw new Error('no XML');
  return [...document.querySelectorAll('Cube[time]')].map((cube) => ({
    day: dayOf(cube.getAttribute('time') ?? ''),
    rates: known([...cube.querySelectorAll('Cube[currency]')].map((one) => [one.getAttribute('currency') ?? '', one.getAttribute('rate') ?? '']))
  }));
}

/** `2026-04-13`, or `13 April 2026` as the file of a single day has it. */
function dayOf(text: string): string {
  const words = /^(\d{1,2}) ([A-Z][a-z]+) (\d{4})$/.exec(text);
  const day = words ? `${words[3]}-${String(MONTHS.indexOf(words[2] ?? '') + 1).padStart(2, '0')}-${(words[1] ?? '').padStart(2, '0')}` : text;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) throw new Error(`no day: ${text}`);
  return day;
}

/** Currencies that the ledger knows, with a rate in its one form. */
function known(pairs: [currency: string, rate: string][]): Map<string, string> {
  const rates = new Map<string, string>();
  for (const [currency, rate] of pairs) {
    if (rate !== '' && rate !== 'N/A' && Object.hasOwn(CURRENCIES, currency)) rates.set(currency, parseRate(rate));
  }
  return rates;
}

export interface EuroRate {
  day: string;
  from_currency: 'EUR';
  to_currency: string;
  rate: string;
}

/** The rates of some currencies from a day on, newest first, so that what matters most comes first. */
export function chosenRates(days: readonly EcbDay[], currencies: ReadonlySet<string>, from_day: string): EuroRate[] {
  const rates: EuroRate[] = [];
  for (const { day, rates: of } of [...days].reverse()) {
    if (day < from_day) continue;
    for (const [to_currency, rate] of of) if (currencies.has(to_currency)) rates.push({ day, from_currency: 'EUR', to_currency, rate });
  }
  return rates;
}
