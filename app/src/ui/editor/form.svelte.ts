/**
 * What is in the editor while it is open: the fields, what follows from them, and the input a
 * command takes. Owns no rows and asks nothing; the rules are the ledger's, here is only what has
 * to be known to guide a thumb (which field is missing, what is left of a split).
 */
import { uuid7 } from '$src/kernel/ids';
import { allocate, convert, exponent, invertRate, parseRate } from '$src/kernel/money';
import type { Entry } from '$src/ledger/entry/parse';
import type { AccountView, ReceiptFile, ScheduleInput, Settings, TemplateInput, TemplateView, TransactionInput, TransactionKind, TransactionView } from '$src/outlay';
import { typed, value } from '$src/kernel/calculator';
import { nowTime, today } from '../format';
import type { Repeated } from '../schedules/RepeatSheet.svelte';

export interface SplitLine {
  category_id: string | null;
  text: string;
}

/** What a draft keeps: plain data. */
export interface Snapshot {
  kind: TransactionKind;
  text: string;
  account_id: string;
  to_account_id: string;
  to_text: string;
  category_id: string | null;
  split: SplitLine[];
  day: string;
  time: string;
  payee: string;
  note: string;
  tags: string[];
  receipts?: ReceiptFile[];
  repeated?: Repeated | null;
  rate: string;
  cross_rate: string;
  follows: Follows;
  /** Of a new one: which it will be. */
  id?: string;
  /** Of an existing one: what it was when this was typed. */
  shown?: Snapshot;
}

/** Fields of one meaning: what was typed of them goes together. */
const TOGETHER: (keyof Snapshot)[][] = [['text', 'to_text', 'cross_rate', 'follows'], ['category_id', 'split']];

/** What was typed over what was shown. */
export function since(shown: Snapshot, typed: Snapshot): Partial<Snapshot> {
  const differs = (name: keyof Snapshot) => JSON.stringify(typed[name]) !== JSON.stringify(shown[name]);
  const said = (name: keyof Snapshot) => (TOGETHER.find((names) => names.includes(name)) ?? [name]).some(differs);
  return Object.fromEntries(Object.entries(typed).filter(([name]) => said(name as keyof Snapshot)));
}

/** A rate as far as it is typed, `1.` and `.9` are some already; '' while it is none. */
export function finished(rate: string): string {
  try {
    return parseRate(rate.replace(/^\./, '0.').replace(/\.$/, ''));
  } catch {
    return '';
  }
}

/** Of a transfer's two amounts and its rate: which one is worked out from the others. */
export type Follows = 'to' | 'from' | 'rate';

export type Missing = 'amount' | 'account' | 'to_account' | 'same_account' | 'to_amount' | 'split' | 'day' | null;

export class EditorForm {
  /** Of a new one, from its first draft on: it is made once, and its draft is over then. */
  id = uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
  kind = $state<TransactionKind>('expense');
  /** The calculator's text, `.` as the decimal sign. */
  text = $state('');
  account_id = $state('');
  to_account_id = $state('');
  to_text = $state('');
  category_id = $state<string | null>(null);
  /** Empty: one line with `category_id`. */
  split = $state<SplitLine[]>([]);
  day = $state(today());
  time = $state(nowTime());
  payee = $state('');
  note = $state('');
  tags = $state<string[]>([]);
  /** Of a new transaction: files that are kept here already. */
  receipts = $state.raw<ReceiptFile[]>([]);
  /** Until those that were chosen are among them; null while there are none to come. */
  receiving = $state.raw<Promise<unknown> | null>(null);
  /** What is to come round, once it is saved. */
  repeated = $state.raw<Repeated | null>(null);
  /** Base units for one unit of the account's currency, as typed; empty: the newest known. */
  rate = $state('');
  /** Of a transfer, units that arrive for one that leaves, as typed; empty: the newest known. */
  cross_rate = $state('');
  follows = $state<Follows>('to');
  known_rate = $state('');
  accounts = $state.raw<AccountView[]>([]);

  #chosen: Partial<Record<TransactionKind, Pick<Snapshot, 'category_id' | 'split'>>> = {};
  /** Of an existing one: what it is today. */
  #shown: Snapshot | undefined;

  readonly account = $derived(this.accounts.find((account) => account.id === this.account_id));
  readonly to_account = $derived(this.accounts.find((account) => account.id === this.to_account_id));
  readonly digits = $derived(this.account ? exponent(this.account.currency) : 2);
  readonly to_digits = $derived(this.to_account ? exponent(this.to_account.currency) : 2);
  readonly amount_minor = $derived(value(this.text, this.digits) ?? 0);
  readonly cross = $derived(
    this.kind === 'transfer' && this.account && this.to_account
      ? this.account.currency !== this.to_account.currency
      : false
  );
  readonly to_amount_minor = $derived(this.cross ? (value(this.to_text, this.to_digits) ?? 0) : this.amount_minor);
  readonly split_minor = $derived(this.split.map((line) => value(line.text, this.digits) ?? 0));
  /** What of the amount has no category yet; negative when the lines are more than the amount. */
  readonly rest_minor = $derived(this.amount_minor - this.split_minor.reduce((sum, part) => sum + part, 0));

  readonly missing = $derived.by<Missing>(() => {
    if (this.amount_minor <= 0) return 'amount';
    if (!this.account_id) return 'account';
    if (!this.day) return 'day';
    if (this.kind === 'transfer') {
      if (!this.to_account_id) return 'to_account';
      if (this.to_account_id === this.account_id) return 'same_account';
      return this.to_amount_minor <= 0 ? 'to_amount' : null;
    }
    // a part without an amount is none yet, and not in the way of the others
    const faulty = this.split.length > 0 && (this.rest_minor !== 0 || this.split.some(({ text }, index) => text !== '' && (this.split_minor[index] ?? 0) <= 0));
    return faulty ? 'split' : null;
  });

  /** A fresh entry: the defaults of the book, else the account that was used last. */
  start(settings: Settings, accounts: AccountView[], wish: Partial<Snapshot>): void {
    const open = accounts.filter((account) => !account.archived);
    const known = (id: string | null | undefined) => (open.some((account) => account.id === id) ? (id as string) : '');
    const latest = [...open].sort((a, b) => (b.last_day ?? '').localeCompare(a.last_day ?? '') || b.count - a.count)[0];
    this.accounts = accounts;
    this.kind = wish.kind ?? settings.default_kind;
    this.account_id = known(wish.account_id) || known(settings.default_account_id) || (latest?.id ?? '');
    this.to_account_id = known(wish.to_account_id) || (open.find((account) => account.id !== this.account_id)?.id ?? '');
    this.category_id = wish.category_id ?? (this.kind === 'expense' ? settings.default_category_id : null);
    if (wish.day) this.day = wish.day;
  }

  /** An existing transaction, or a copy of one: a copy is of today. */
  load(item: TransactionView, accounts: AccountView[], copy: boolean): void {
    const digits = exponent(item.currency);
    this.accounts = accounts;
    this.kind = item.kind;
    this.text = typed(item.amount_minor, digits);
    this.account_id = item.account_id ?? '';
    this.to_account_id = item.to_account_id ?? '';
    this.to_text = item.to_amount_minor === null ? '' : typed(item.to_amount_minor, exponent(item.to_currency ?? item.currency));
    this.category_id = item.lines[0]?.category_id ?? null;
    this.split =
      item.lines.length > 1
        ? item.lines.map((line) => ({ category_id: line.category_id, text: typed(line.amount_minor, digits) }))
        : [];
    this.payee = item.payee_name ?? '';
    this.note = item.note ?? '';
    this.tags = [...item.tag_names];
    this.rate = item.rate && item.currency !== item.base_currency ? item.rate : '';
    this.follows = 'rate';
    if (!copy) {
      this.day = item.day;
      this.time = item.time ?? '';
      this.#shown = this.snapshot();
    }
  }

  /** What a line said; of the rest, what was there before it. */
  take(entry: Entry, before: Snapshot): void {
    const { kind, amount_text: text, account_id, to_account_id, to_amount_text, category_id, day, time, payee, note, tags } = entry;
    const split = entry.sources.category === 'said' || kind !== before.kind ? [] : before.split.map((line) => ({ ...line }));
    const currency = (id: string | null) => this.accounts.find((account) => account.id === id)?.currency;
    const rate = currency(account_id ?? before.account_id) === currency(before.account_id) ? before.rate : '';
    Object.assign(this, before, { kind, text, day, payee, note, tags: [...tags], category_id, split, rate, cross_rate: '' });
    this.account_id = account_id ?? before.account_id;
    this.to_account_id = to_account_id ?? (before.to_account_id === this.account_id ? '' : before.to_account_id);
    this.to_text = to_amount_text;
    this.follows = !to_amount_text ? 'to' : text ? 'rate' : 'from';
    if (time) this.time = time;
    this.balance();
  }

  /** Files were chosen that are still being prepared. */
  receive(added: Promise<unknown>): void {
    const all = Promise.all([this.receiving, added]).finally(() => {
      if (this.receiving === all) this.receiving = null;
    });
    this.receiving = all;
  }

  /** Those that another form, which is closed, is waiting for. */
  receiveOf(other: EditorForm): void {
    const before = other.receipts;
    const come = () => (this.receipts = [...this.receipts, ...other.receipts.filter((file) => !before.includes(file))]);
    if (other.receiving) this.receive(other.receiving.then(come));
  }

  /** A template's fields over what there is; without an amount of its own it leaves the one that is typed. */
  fill(template: TemplateView): void {
    const open = (id: string | null) => this.accounts.some((account) => account.id === id && !account.archived);
    const { kind, account_id, to_account_id, amount_minor, lines, payee_name, note, tag_names } = template;
    this.kind = kind;
    this.choose({ ...(open(account_id) ? { account_id: account_id! } : {}), ...(open(to_account_id) ? { to_account_id: to_account_id! } : {}) });
    if (amount_minor !== null) this.text = typed(amount_minor, this.digits);
    this.category_id = lines?.[0]?.category_id ?? null;
    const shares = amount_minor === null && this.amount_minor > 0 ? allocate(this.amount_minor, (lines ?? []).map((line) => line.amount_minor)) : null;
    const part = (at: number, minor: number) => (shares ? typed(shares[at]!, this.digits) : amount_minor === null ? '' : typed(minor, this.digits));
    this.split = lines && lines.length > 1 ? lines.map((line, at) => ({ category_id: line.category_id, text: part(at, line.amount_minor) })) : [];
    this.payee = payee_name ?? '';
    this.note = note ?? '';
    this.tags = [...tag_names];
    this.balance();
  }

  /** What was typed before the accounts came, over a fresh entry. A draft of before has left out what it has not. */
  resume(typed: Snapshot, restored: boolean): void {
    const { kind, account_id, to_account_id, category_id } = this;
    const chosen = { account_id: typed.account_id || account_id, to_account_id: typed.to_account_id || to_account_id };
    const complete = restored && typed.account_id !== '';
    this.restore({ ...typed, ...chosen, kind, category_id: typed.category_id ?? (complete ? null : category_id) }, this.accounts);
  }

  /** Of an existing one only what was typed: the rest others may have changed meanwhile. */
  restore({ shown, ...typed }: Snapshot, accounts: AccountView[]): void {
    this.accounts = accounts;
    Object.assign(this, this.#shown && shown ? since(shown, typed) : typed);
  }

  /** Nothing was typed over what is there today. */
  get untouched(): boolean {
    const { shown, ...typed } = this.snapshot();
    return shown !== undefined && Object.keys(since(shown, typed)).length === 0;
  }

  snapshot(): Snapshot {
    const { id, kind, text, account_id, to_account_id, to_text, category_id, day, time, payee, note, rate, cross_rate, follows } = this;
    const split = this.split.map((line) => ({ ...line }));
    return { kind, text, account_id, to_account_id, to_text, category_id, split, day, time, payee, note, tags: [...this.tags], receipts: this.receipts, repeated: this.repeated, rate, cross_rate, follows, ...(this.#shown ? { shown: this.#shown } : { id }) };
  }

  /** Another kind has its own categories; those of the one before are there again when it is. */
  turn(kind: TransactionKind): void {
    const { category_id, split } = this;
    if (this.kind !== 'transfer') this.#chosen[this.kind] = { category_id, split };
    this.kind = kind;
    if (kind !== 'transfer') ({ category_id: this.category_id, split: this.split } = this.#chosen[kind] ?? { category_id: null, split: [] });
  }

  /** Other accounts: a rate that was typed was of the currencies before, and so is an amount that arrives in another one. */
  choose(accounts: Partial<Pick<Snapshot, 'account_id' | 'to_account_id'>>): void {
    const { cross } = this;
    const from = this.account?.currency;
    const to = this.to_account?.currency;
    Object.assign(this, accounts);
    if (this.account?.currency !== from) this.rate = '';
    if (this.account?.currency === from && this.to_account?.currency === to) return;
    this.cross_rate = '';
    if (this.follows === 'rate' && (!cross || this.to_account?.currency !== to)) this.follows = 'to';
  }

  /* Between two currencies: whichever of the amounts and the rate is typed, the one that nobody typed follows. */

  typeAmount(text: string): void {
    this.text = text;
    if (this.follows === 'from') this.follows = this.to_amount_minor > 0 && !this.cross_rate ? 'rate' : 'to';
    this.balance();
  }

  typeArrives(text: string): void {
    this.to_text = text;
    this.follows = this.amount_minor > 0 && this.follows !== 'from' ? 'rate' : 'from';
    if (this.follows === 'rate') this.cross_rate = '';
    this.balance();
  }

  typeRate(text: string): void {
    this.cross_rate = text;
    this.follows = this.amount_minor > 0 ? 'to' : 'from';
    this.balance();
  }

  /** The amount that follows, at the typed rate or the newest known; nothing where there is none. */
  balance(): void {
    if (!this.cross || !this.account || !this.to_account || this.follows === 'rate') return;
    const rate = finished(this.cross_rate) || (this.cross_rate ? null : this.known_rate);
    // one that is not finished
    if (rate === null) return;
    const [here, there] = [this.account.currency, this.to_account.currency];
    try {
      if (rate === '') this[this.follows === 'to' ? 'to_text' : 'text'] = '';
      else if (this.follows === 'to') this.to_text = this.amount_minor > 0 ? typed(convert(this.amount_minor, rate, here, there), this.to_digits) : '';
      else if (this.to_amount_minor > 0) this.text = typed(convert(this.to_amount_minor, invertRate(rate), there, here), this.digits);
    } catch {
      // an amount that is too large: nothing follows
    }
  }

  /** The rate that was typed is none, between the two accounts or else into `base_currency`. */
  faultyRate(base_currency = ''): boolean {
    const typed = this.cross ? this.cross_rate : this.kind === 'transfer' ? '' : this.rate;
    const here = this.account?.currency ?? base_currency;
    const there = this.cross ? this.to_account!.currency : base_currency;
    if (!typed || here === there) return false;
    try {
      const rate = finished(typed);
      if (this.cross && this.follows === 'from') convert(this.to_amount_minor, invertRate(rate), there, here);
      else convert(this.amount_minor, rate, here, there);
      return false;
    } catch {
      return true;
    }
  }

  /** Two lines: what is chosen now, and the rest. */
  begin_split(): void {
    this.split = [
      { category_id: this.category_id, text: this.text && this.amount_minor > 0 ? typed(this.amount_minor, this.digits) : '' },
      { category_id: null, text: '' }
    ];
  }

  give_rest(index: number): void {
    const line = this.split[index];
    if (!line) return;
    const own = value(line.text, this.digits) ?? 0;
    const whole = own + this.rest_minor;
    line.text = whole > 0 ? typed(whole, this.digits) : '';
  }

  swap(): void {
    [this.account_id, this.to_account_id] = [this.to_account_id, this.account_id];
    if (this.cross) [this.text, this.to_text] = [this.to_text, this.text];
    this.rate = this.cross_rate = '';
    this.follows = this.to_text && this.text ? 'rate' : 'to';
  }

  input(base_currency: string): TransactionInput {
    const transfer = this.kind === 'transfer';
    const currency = this.account?.currency ?? base_currency;
    const lines = this.split
      .map((line, index) => ({ category_id: line.category_id, amount_minor: this.split_minor[index] ?? 0 }))
      .filter(({ amount_minor }) => amount_minor > 0);
    return {
      kind: this.kind,
      account_id: this.account_id,
      amount_minor: this.amount_minor,
      currency,
      to_account_id: transfer ? this.to_account_id : null,
      to_amount_minor: transfer ? this.to_amount_minor : null,
      ...(transfer ? { lines: [] } : lines.length ? { lines } : { category_id: this.category_id }),
      ...(this.rate && currency !== base_currency ? { rate: finished(this.rate) || this.rate } : {}),
      day: this.day,
      time: this.time || null,
      utc_offset_min: -new Date(`${this.day}T${this.time || '12:00'}`).getTimezoneOffset(),
      payee: transfer ? null : this.payee.trim() || null,
      note: this.note.trim() || null,
      tag_ids: [],
      tags: this.tags,
      ...(this.receipts.length ? { receipts: this.receipts } : {})
    };
  }

  /** What of it is kept under a name; `with_amount`: also how much. */
  template(name: string, base_currency: string, with_amount: boolean): TemplateInput {
    const { kind, account_id, amount_minor, currency, to_account_id, lines, category_id, payee, note, tags } = this.input(base_currency);
    const money = { kind, account_id, amount_minor: with_amount && amount_minor > 0 ? amount_minor : null, currency: currency ?? null, to_account_id };
    return { name, ...money, ...(lines ? { lines } : { category_id }), payee, note, tag_ids: [], tags } as TemplateInput;
  }

  /** The same again from its day on. */
  schedule(name: string, base_currency: string, rule: string, mode: 'post' | 'ask'): ScheduleInput {
    const { day, rate, base_minor, utc_offset_min, reconciled, receipts, ...planned } = this.input(base_currency);
    void [rate, base_minor, utc_offset_min, reconciled, receipts];
    return { ...planned, name, rule, mode, start_day: day, done_through: day };
  }
}

/** Two sides of one amount: of a transfer each gives the other its meaning. */
const SIDES = ['kind', 'account_id', 'amount_minor', 'currency', 'to_account_id', 'to_amount_minor'] as const;

/** What a person has changed; of the rest nothing is said, others may have changed it meanwhile. */
export function changed(before: TransactionInput, after: TransactionInput): Partial<TransactionInput> {
  const differs = (name: string) => JSON.stringify(after[name as keyof TransactionInput]) !== JSON.stringify(before[name as keyof TransactionInput]);
  const sides = SIDES.some(differs) ? SIDES : [];
  // a moment that stays has the offset that it was written with
  const moment = ['day', 'time'].some(differs) ? ['utc_offset_min'] : [];
  const names: string[] = [...Object.keys(after).filter((name) => name !== 'utc_offset_min' && differs(name)), ...sides, ...moment];
  return {
    ...Object.fromEntries(Object.entries(after).filter(([name]) => names.includes(name))),
    // an own rate that was taken out
    ...(before.rate && !after.rate ? { rate: null } : {})
  };
}
