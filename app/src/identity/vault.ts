/**
 * Where the refresh token lies outside browsers: Keychain or Keystore in the phones' apps, which only a page can reach
 * (shells/shell.ts). The page that starts the worker hands it a port first of all; the worker asks over it. Owns what
 * is asked and how long is waited; must not know sessions.
 */

export interface Kept {
  token: string;
  /** Of a use whose answer may have been lost: repeated under this id it is no second use. */
  attempt: string | null;
}

export interface Vault {
  /** Throws while nobody answers; null for what is not there, or cannot be read any more. */
  load(): Promise<Kept | null>;
  /** Done when it is written. */
  save(kept: Kept | null): Promise<void>;
}

/** What goes over the port: `save` is a text, or null to remove it; left out, the text is asked for. */
export interface Asked {
  id: number;
  save?: string | null;
}

export interface Told {
  id: number;
  text?: string | null;
  failed?: string;
}

const PATIENCE_MS = 10_000;

export function vaultOver(port: Promise<MessagePort>, patience_ms = PATIENCE_MS): Vault {
  let asked = 0;
  const waiting = new Map<number, (told: Told) => void>();
  void port.then((page) => {
    page.onmessage = ({ data }: MessageEvent<Told>) => waiting.get(data.id)?.(data);
  });
  async function ask(question: Omit<Asked, 'id'>): Promise<string | null> {
    const id = ++asked;
    const told = await new Promise<Told>((resolve) => {
      waiting.set(id, resolve);
      setTimeout(() => resolve({ id, failed: 'the page does not answer' }), patience_ms);
      void port.then((page) => page.postMessage({ ...question, id } satisfies Asked));
    });
    waiting.delete(id);
    if (told.failed !== undefined) throw new Error(`the vault: ${told.failed}`);
    return told.text ?? null;
  }
  return {
    load: async () => read(await ask({})),
    save: async (kept) => void (await ask({ save: kept && JSON.stringify(kept) }))
  };
}

function read(text: string | null): Kept | null {
  if (text === null) return null;
  try {
    const { token, attempt } = JSON.parse(text) as Partial<Kept>;
    return typeof token === 'string' ? { token, attempt: attempt ?? null } : null;
  } catch {
    return null;
  }
}
