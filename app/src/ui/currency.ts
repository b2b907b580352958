/** Currencies to choose from, and the one a region most likely counts in (ISO 3166 to ISO 4217). */
import { CURRENCIES } from '$src/kernel/money';
import { locale } from '$src/messages';
import { currencyName } from './format';

const EURO = 'AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK AD MC ME SM VA XK BG';
const OTHERS =
  'US:USD GB:GBP CH:CHF LI:CHF SE:SEK NO:NOK DK:DKK IS:ISK PL:PLN CZ:CZK HU:HUF RO:RON RS:RSD UA:UAH TR:TRY RU:RUB ' +
  'CA:CAD MX:MXN BR:BRL AR:ARS CL:CLP CO:COP PE:PEN UY:UYU AU:AUD NZ:NZD JP:JPY CN:CNY HK:HKD TW:TWD KR:KRW SG:SGD ' +
  'MY:MYR TH:THB ID:IDR PH:PHP VN:VND IN:INR PK:PKR BD:BDT LK:LKR NP:NPR AE:AED SA:SAR QA:QAR KW:KWD BH:BHD OM:OMR ' +
  'JO:JOD IL:ILS EG:EGP MA:MAD TN:TND DZ:DZD ZA:ZAR NG:NGN KE:KES GH:GHS ET:ETB GE:GEL AM:AMD AZ:AZN KZ:KZT EC:USD';

export function currencyOfRegion(): string {
  const tags = [locale, ...(globalThis.navigator?.languages ?? [])];
  const region = tags.map((tag) => new Intl.Locale(tag).region).find(Boolean) ?? '';
  if (EURO.split(' ').includes(region)) return 'EUR';
  return new RegExp(`\\b${region}:([A-Z]{3})`).exec(region ? OTHERS : '')?.[1] ?? 'EUR';
}

export interface CurrencyOption {
  value: string;
  label: string;
}

/** Every currency with its name, the named ones first. */
export function currencyOptions(...first: string[]): CurrencyOption[] {
  const option = (code: string) => ({ value: code, label: `${code} · ${currencyName(code)}` });
  const lead = [...new Set(first.filter(Boolean))];
  const rest = Object.keys(CURRENCIES).filter((code) => !lead.includes(code)).sort();
  return [...lead, ...rest].map(option);
}
