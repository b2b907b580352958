/** Currencies to choose from, and the one a region most likely counts in (ISO 3166 to ISO 4217). */
import { CURRENCIES } from '$src/kernel/money';
import { region } from '$src/messages';
import { currencyName } from './format';

/** By currency, as CLDR's supplemental data has them (currencyData: the newest legal tender of each region). */
const REGIONS: Record<string, string> = {
  EUR: 'AD AT AX BE BG BL CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MF MQ MT NL PM PT RE SI SK SM TF VA XK YT',
  USD: 'AS BQ DG EC FM GU IO MH MP PR PW SV TC TL UM US VG VI ZW',
  XCD: 'AG AI DM GD KN LC MS VC',
  XOF: 'BF BJ CI GW ML NE SN TG',
  XAF: 'CF CG CM GA GQ TD',
  XPF: 'NC PF WF',
  AUD: 'AU CC CX KI NF NR TV',
  NZD: 'CK NU NZ PN TK',
  GBP: 'GB GG GS IM JE TA',
  NOK: 'BV NO SJ',
  DKK: 'DK FO GL',
  CHF: 'CH LI',
  MAD: 'EH MA',
  ILS: 'IL PS',
  XCG: 'CW SX'
};
const OTHERS =
  'AE:AED AF:AFN AL:ALL AM:AMD AO:AOA AR:ARS AW:AWG AZ:AZN BA:BAM BB:BBD BD:BDT BH:BHD BI:BIF BM:BMD BN:BND BO:BOB BR:BRL BS:BSD ' +
  'BT:BTN BW:BWP BY:BYN BZ:BZD CA:CAD CD:CDF CL:CLP CN:CNY CO:COP CR:CRC CU:CUP CV:CVE CZ:CZK DJ:DJF DO:DOP DZ:DZD EG:EGP ER:ERN ' +
  'ET:ETB FJ:FJD FK:FKP GE:GEL GH:GHS GI:GIP GM:GMD GN:GNF GT:GTQ GY:GYD HK:HKD HN:HNL HT:HTG HU:HUF ID:IDR IN:INR IQ:IQD IR:IRR ' +
  'IS:ISK JM:JMD JO:JOD JP:JPY KE:KES KG:KGS KH:KHR KM:KMF KP:KPW KR:KRW KW:KWD KY:KYD KZ:KZT LA:LAK LB:LBP LK:LKR LR:LRD LS:LSL ' +
  'LY:LYD MD:MDL MG:MGA MK:MKD MM:MMK MN:MNT MO:MOP MR:MRU MU:MUR MV:MVR MW:MWK MX:MXN MY:MYR MZ:MZN NA:NAD NG:NGN NI:NIO NP:NPR ' +
  'OM:OMR PA:PAB PE:PEN PG:PGK PH:PHP PK:PKR PL:PLN PY:PYG QA:QAR RO:RON RS:RSD RU:RUB RW:RWF SA:SAR SB:SBD SC:SCR SD:SDG SE:SEK ' +
  'SG:SGD SH:SHP SL:SLE SO:SOS SR:SRD SS:SSP ST:STN SY:SYP SZ:SZL TH:THB TJ:TJS TM:TMT TN:TND TO:TOP TR:TRY TT:TTD TW:TWD TZ:TZS ' +
  'UA:UAH UG:UGX UY:UYU UZ:UZS VE:VES VN:VND VU:VUV WS:WST YE:YER ZA:ZAR ZM:ZMW';

/** The currency of an ISO 3166 region; EUR where none is known. */
export function currencyOf(region: string | undefined): string {
  if (!region) return 'EUR';
  const [shared] = Object.entries(REGIONS).find(([, regions]) => regions.includes(region)) ?? [];
  return shared ?? new RegExp(`\\b${region}:([A-Z]{3})`).exec(OTHERS)?.[1] ?? 'EUR';
}

export const currencyOfRegion = (): string => currencyOf(region);

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
