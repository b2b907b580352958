// A device's disk that may die just before or just after a COMMIT, as a phone does that is switched off.
import type { Bindable, Params, Port, Row, Value } from '../../src/store/port.ts';

/** The device is gone; what was committed is on its disk. */
export class Crash extends Error {}

/** Says of each outermost transaction whether the device dies: before its COMMIT, after it, or not. */
export type Fate = () => 'before' | 'after' | null;

export class MortalPort implements Port {
  readonly #port: Port;
  readonly #fate: Fate;
  readonly #shared: () => boolean;

  /** `shared`: somebody else has the file open too, so that its journal stays as it is. */
  constructor(port: Port, fate: Fate, shared: () => boolean = () => false) {
    this.#port = port;
    this.#fate = fate;
    this.#shared = shared;
  }

  tx<T>(work: () => T): T {
    if (this.#port.inTransaction) return this.#port.tx(work);
    const fate = this.#fate();
    const result = this.#port.tx(() => {
      const made = work();
      if (fate === 'before') throw new Crash('before the commit');
      return made;
    });
    if (fate === 'after') throw new Crash('after the commit');
    return result;
  }

  get inTransaction(): boolean {
    return this.#port.inTransaction;
  }

  exec(sql: string): void {
    this.#port.exec(sql);
  }

  run(sql: string, params?: Params): number {
    return this.#port.run(sql, params);
  }

  many(sql: string, rows: readonly (readonly Bindable[])[]): void {
    this.#port.many(sql, rows);
  }

  manyOf(...given: Parameters<Port['manyOf']>): void {
    this.#port.manyOf(...given);
  }

  all<T extends object = Row>(sql: string, params?: Params): T[] {
    return this.#port.all<T>(sql, params);
  }

  rows(sql: string, params?: Params): Value[][] {
    return this.#port.rows(sql, params);
  }

  one<T extends object = Row>(sql: string, params?: Params): T | null {
    return this.#port.one<T>(sql, params);
  }

  value<T extends Value = Value>(sql: string, params?: Params): T | null {
    return this.#port.value<T>(sql, params);
  }

  filling(on: boolean): void {
    if (!this.#shared()) this.#port.filling(on);
  }

  close(): void {
    this.#port.close();
  }
}
