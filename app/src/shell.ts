/**
 * The page inside a phone's own app (shells/shell.ts puts `outlayShell` there before any module runs), and the address
 * of the server that such an app talks to. In a browser there is neither: the server is the one that served the page.
 */
export interface Opened {
  /** A file that another app handed over. */
  file?: File;
  /** A screen that a shortcut asks for. */
  path?: string;
}

/** What the system asks the person with. */
export interface Words {
  title: string;
  cancel: string;
}

interface OutlayShell {
  platform: string;
  onOpen(tell: (opened: Opened) => void): void;
  /** Hands a worker the port over which it reaches Keychain or Keystore (identity/vault.ts). */
  serve(worker: Worker): void;
  /** One text that the system gives only to who shows the face or finger that was known when it was kept. */
  secret: {
    possible(): Promise<boolean>;
    keep(text: string): Promise<void>;
    /** Throws when the person says no, or it is gone. */
    open(words: Words): Promise<string>;
    forget(): Promise<void>;
  };
}

/** What a server says of itself (`GET /api/v1/server`). */
export interface AboutServer {
  name: 'Outlay';
  version: string;
  sign_up: 'open' | 'closed';
}

/** Kept where `static/before.js` can read it before the first module. */
const KEY = 'outlay.server';
const PATIENCE_MS = 10_000;

export const shell: OutlayShell | undefined = (globalThis as { outlayShell?: OutlayShell }).outlayShell;

/** `https://…` without a slash at the end; '' while none is chosen, and always in a browser. */
export function serverAddress(): string {
  return shell ? (localStorage.getItem(KEY) ?? '') : '';
}

/** A phone's app that has not been told its server yet. */
export const needsServer = (): boolean => shell !== undefined && serverAddress() === '';

/** What a person types, as an address: https unless they say otherwise; null for what is none. */
export function addressOf(typed: string): string | null {
  const text = typed.trim().replace(/\/+$/, '');
  const whole = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) return null;
  const url = new URL(whole);
  const here = ['localhost', '127.0.0.1'].includes(url.hostname);
  const plain = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  return plain && (url.protocol === 'https:' || here) ? url.origin : null;
}

/** Asks an address who it is. Null when nobody answers there, or somebody else. */
export async function lookAt(address: string): Promise<AboutServer | null> {
  try {
    const answer = await fetch(`${address}/api/v1/server`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const about = (await answer.json()) as Partial<AboutServer>;
    return answer.ok && about.name === 'Outlay' && typeof about.version === 'string' ? (about as AboutServer) : null;
  } catch {
    return null;
  }
}

/** The worker knows its server from its start: the app begins anew at `path`. */
export function useServer(address: string, path: string): void {
  localStorage.setItem(KEY, address);
  location.replace(path);
}
