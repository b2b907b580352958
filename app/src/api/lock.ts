/** The app lock of a device (docs/app-lock.md), as a screen sees and works it. */

export interface LockStatus {
  locked: boolean;
  /** What to show: keys for digits, or a line for a passphrase. */
  pin: 'digits' | 'text';
  /** What to ask the device's authenticator for. */
  passkey: { id: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer> } | null;
  /** Seconds in the background after which it locks; null for never. */
  after_s: number | null;
  /** Ten wrong tries one after the other remove what is on this device. */
  wipe: boolean;
  tries_left: number | null;
  /** Until the next try. */
  wait_ms: number;
  /** Changes that only this device has. */
  unsent: number;
  /** A book of an account lies here. */
  account: boolean;
  /** A book without an account lies here: it is on no server. */
  local: boolean;
}

export type LockProof = { pin: string } | { prf: Uint8Array<ArrayBuffer> };
/** `wait`: it was not tried, because a wait is not over. `wiped`: this was one wrong try too many. */
export type LockOutcome = 'open' | 'wrong' | 'wait' | 'wiped';

export interface LockCalls {
  switchOn: { args: { pin: string; after_s: number | null; wipe: boolean }; answer: void };
  switchOff: { args: { proof: LockProof }; answer: LockOutcome };
  unlock: { args: { proof: LockProof }; answer: LockOutcome };
  changePin: { args: { proof: LockProof; pin: string }; answer: LockOutcome };
  addPasskey: { args: { proof: LockProof; id: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer>; prf: Uint8Array<ArrayBuffer> }; answer: LockOutcome };
  removePasskey: { args: Record<string, never>; answer: void };
  set: { args: { after_s: number | null; wipe: boolean }; answer: void };
  /** Locks every tab. */
  now: { args: Record<string, never>; answer: void };
  /** A tab came into sight or left it. */
  seen: { args: { visible: boolean }; answer: void };
  /** Who has forgotten the PIN begins anew: every file of this device goes. */
  forget: { args: Record<string, never>; answer: void };
}
