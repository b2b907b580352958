/**
 * The app lock: a random key that wraps the keys of all files, itself wrapped once for each way to open it. Owns the
 * ways, the count of wrong tries and the waiting; must not know books, sync or screens. docs/app-lock.md says why each
 * part is there, docs/decisions/0021 why it is this derivation.
 *
 *     PIN ── PBKDF2 ──┐
 *                     ├── HMAC by a key that the browser keeps ── HKDF ── opens the lock's key ── opens a file's key
 *     passkey ─ PRF ──┘
 */
import { pinKind, pinOf, waitAfter } from '../kernel/pin.ts';
import type { KeyValue } from './idb.ts';
import { rewrapped, unwrap, wrap, type Wrapped } from './key.ts';

/** OWASP's Password Storage Cheat Sheet for PBKDF2-HMAC-SHA-256. */
export const ROUNDS = 600_000;
/** With `wipe`, so many wrong tries one after the other remove what is here. */
export const WIPE_AFTER = 10;

const RECORD = 'lock';
const DEVICE_KEY = 'lock-device-key';
const UNSENT = 'unsent';

/** What a person shows: a PIN or passphrase, or what their passkey answered (WebAuthn's `prf` extension, 32 bytes). */
export type Proof = { pin: string } | { prf: Uint8Array<ArrayBuffer> };
export type Outcome = 'open' | 'wrong' | 'wait' | 'wiped';

/** Where a passkey is asked for, and with which salt. */
export interface Passkey {
  id: Uint8Array<ArrayBuffer>;
  salt: Uint8Array<ArrayBuffer>;
}

interface PinWay extends Wrapped {
  kind: 'digits' | 'text';
  salt: Uint8Array<ArrayBuffer>;
  rounds: number;
}

interface LockRecord {
  pin: PinWay;
  passkey: (Passkey & Wrapped) | null;
  /** Seconds in the background after which it locks; null for never. */
  after_s: number | null;
  wipe: boolean;
  wrong: number;
  wait_ms: number;
}

export interface LockChoices {
  after_s: number | null;
  wipe: boolean;
}

export interface LockParts {
  values(): Promise<KeyValue>;
  /** Milliseconds that only ever grow while the app runs: a wait is counted by it, so that no clock can be set. */
  running_ms(): number;
  /** Fewer for tests of all else. */
  rounds?: number;
}

export class Lock {
  readonly #parts: LockParts;
  #record: LockRecord | null = null;
  #key: CryptoKey | null = null;
  #unsent: Record<string, number> = {};
  #counted_ms = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: LockParts) {
    this.#parts = parts;
  }

  /** Reads what is stored: at the start, and when the browser has cleared it. */
  async load(): Promise<void> {
    const values = await this.#parts.values();
    this.#record = (await values.get<LockRecord>(RECORD)) ?? null;
    this.#unsent = (await values.get<Record<string, number>>(UNSENT)) ?? {};
    this.#counted_ms = this.#parts.running_ms();
  }

  get on(): boolean {
    return this.#record !== null;
  }

  get locked(): boolean {
    return this.#record !== null && this.#key === null;
  }

  /** Wraps the keys of files while the lock is on and open. */
  get key(): CryptoKey | null {
    return this.#key;
  }

  /** Null while it is off. */
  get view() {
    if (!this.#record) return null;
    const { pin, passkey, after_s, wipe, wrong } = this.#record;
    return {
      locked: this.locked, pin: pin.kind, passkey: passkey && { id: passkey.id, salt: passkey.salt }, after_s, wipe,
      tries_left: wipe ? WIPE_AFTER - wrong : null,
      wait_ms: this.#left(),
      unsent: Object.values(this.#unsent).reduce((sum, count) => sum + count, 0)
    };
  }

  /** Switches it on and leaves it open. */
  switchOn(pin: string, choices: LockChoices): Promise<void> {
    return this.#next(async (values) => {
      if (this.#record) throw new Error('the app lock is on');
      const device = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      const raw = crypto.getRandomValues(new Uint8Array(32));
      const key = await lockKey(raw);
      const record: LockRecord = { pin: await pinWay(device, pin, raw, this.#parts.rounds), passkey: null, ...choices, wrong: 0, wait_ms: 0 };
      raw.fill(0);
      await values.change([...(await rewrapped(values, null, key)), [DEVICE_KEY, device], [RECORD, record]]);
      this.#record = record;
      this.#key = key;
    });
  }

  unlock(proof: Proof): Promise<Outcome> {
    return this.#proved(proof, async (raw) => {
      this.#key = await lockKey(raw);
    });
  }

  /** Back to the browser's own key. */
  switchOff(proof: Proof): Promise<Outcome> {
    return this.#proved(proof, async (raw, values) => {
      await values.change([...(await rewrapped(values, await lockKey(raw), null)), [DEVICE_KEY, undefined], [RECORD, undefined]]);
      this.#record = null;
      this.#key = null;
    });
  }

  changePin(proof: Proof, pin: string): Promise<Outcome> {
    return this.#proved(proof, async (raw, values) => this.#keep(values, { pin: await pinWay(await deviceKey(values), pin, raw, this.#parts.rounds) }));
  }

  addPasskey(proof: Proof, passkey: Passkey, prf: Uint8Array<ArrayBuffer>): Promise<Outcome> {
    return this.#proved(proof, async (raw, values) => {
      const key = await wayKey(await deviceKey(values), prf, passkey.salt, 'passkey');
      await this.#keep(values, { passkey: { ...passkey, ...(await wrap(key, raw, 'lock passkey')) } });
    });
  }

  removePasskey(): Promise<void> {
    return this.#next((values) => this.#keep(values, { passkey: null }));
  }

  set(choices: LockChoices): Promise<void> {
    return this.#next((values) => this.#keep(values, choices));
  }

  /** Forgets the key; what it wraps is noise until somebody proves themselves. */
  close(): void {
    this.#key = null;
  }

  /** Nothing is left that it could protect: no file, no key, no count. */
  drop(): Promise<void> {
    return this.#next(async (values) => {
      const files = await values.keys('file-key ');
      await values.change([...files, DEVICE_KEY, RECORD, UNSENT].map((key): [string, undefined] => [key, undefined]));
      this.#record = null;
      this.#key = null;
      this.#unsent = {};
    });
  }

  /** How many changes only this device has, for who has forgotten the PIN: a number, nothing of what they say. */
  note(file: string, unsent: number): void {
    if ((this.#unsent[file] ?? 0) === unsent) return;
    const { [file]: _, ...others } = this.#unsent;
    this.#unsent = unsent > 0 ? { ...others, [file]: unsent } : others;
    const now = this.#unsent;
    void this.#next((values) => values.set(UNSENT, now)).catch(() => undefined);
  }

  /** Writes down how much of a wait is over; called every few seconds. */
  async tick(): Promise<void> {
    if (this.#record?.wait_ms) await this.#next((values) => this.#keep(values, {}));
  }

  #left(): number {
    return Math.max(0, (this.#record?.wait_ms ?? 0) - (this.#parts.running_ms() - this.#counted_ms));
  }

  /** The try is counted before it is made: ending the app in the middle of one saves nothing. */
  #proved(proof: Proof, then: (raw: ArrayBuffer, values: KeyValue) => Promise<void>): Promise<Outcome> {
    return this.#next(async (values) => {
      if (!this.#record) return 'open';
      if (this.#left() > 0) return 'wait';
      const wrong = this.#record.wrong + 1;
      await this.#keep(values, { wrong, wait_ms: waitAfter(wrong) });
      const raw = await this.#open(values, proof);
      if (!raw) return this.#record.wipe && wrong >= WIPE_AFTER ? 'wiped' : 'wrong';
      await this.#keep(values, { wrong: 0, wait_ms: 0 });
      await then(raw, values);
      new Uint8Array(raw).fill(0);
      return 'open';
    });
  }

  async #open(values: KeyValue, proof: Proof): Promise<ArrayBuffer | null> {
    const { pin, passkey } = this.#record!;
    const device = await deviceKey(values);
    try {
      if ('pin' in proof) return await unwrap(await wayKey(device, await stretched(proof.pin, pin), pin.salt, 'pin'), pin, 'lock pin');
      if (!passkey) return null;
      return await unwrap(await wayKey(device, proof.prf, passkey.salt, 'passkey'), passkey, 'lock passkey');
    } catch (error) {
      if (error instanceof DOMException && error.name === 'OperationError') return null;
      throw error;
    }
  }

  async #keep(values: KeyValue, changes: Partial<LockRecord>): Promise<void> {
    if (!this.#record) return;
    const record: LockRecord = { ...this.#record, wait_ms: this.#left(), ...changes };
    this.#record = record;
    this.#counted_ms = this.#parts.running_ms();
    await values.set(RECORD, record);
  }

  /** One after the other: tabs try at the same time too. */
  #next<T>(run: (values: KeyValue) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => run(await this.#parts.values()));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

async function pinWay(device: CryptoKey, typed: string, raw: BufferSource, rounds = ROUNDS): Promise<PinWay> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await wayKey(device, await stretched(typed, { salt, rounds }), salt, 'pin');
  return { kind: pinKind(pinOf(typed)), salt, rounds, ...(await wrap(key, raw, 'lock pin')) };
}

/** PBKDF2-HMAC-SHA-256 (RFC 8018), 32 bytes. */
async function stretched(typed: string, { salt, rounds }: Pick<PinWay, 'salt' | 'rounds'>): Promise<ArrayBuffer> {
  const pin = await crypto.subtle.importKey('raw', new TextEncoder().encode(pinOf(typed)), 'PBKDF2', false, ['deriveBits']);
  return crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, pin, 256);
}

/** What opens the lock's key: of the person's secret and of this browser's key, by HKDF (RFC 5869). */
async function wayKey(device: CryptoKey, secret: BufferSource, salt: BufferSource, way: 'pin' | 'passkey'): Promise<CryptoKey> {
  const bound = await crypto.subtle.importKey('raw', await crypto.subtle.sign('HMAC', device, secret), 'HKDF', false, ['deriveKey']);
  const info = new TextEncoder().encode(`outlay lock ${way}`);
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info }, bound, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

async function deviceKey(values: KeyValue): Promise<CryptoKey> {
  const key = await values.get<CryptoKey>(DEVICE_KEY);
  if (!key) throw new Error('the key of this device is gone');
  return key;
}

const lockKey = (raw: BufferSource): Promise<CryptoKey> => crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
