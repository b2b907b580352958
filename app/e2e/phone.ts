// A phone without the phone: the page as the apps have it, with the shell's own script, the plugins' own script and
// Capacitor's own bridge. Only what stands behind the bridge (Keychain or Keystore, the person's finger) is played, in
// the plugins' own calls.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { PATIENCE_MS } from './harness.ts';

const SHELLS = fileURLToPath(new URL('../../shells', import.meta.url));
const BUILD = fileURLToPath(new URL('../build', import.meta.url));
const BRIDGE = join(SHELLS, 'node_modules/@capacitor/android/capacitor/src/main/assets/native-bridge.js');
/** Whose calls stand in their own Java. */
const PLUGINS = {
  SecureStorage: '@aparajita/capacitor-secure-storage/android/src/main/java/com/aparajita/capacitor/securestorage/SecureStorage.java',
  NativeBiometric: '@capgo/capacitor-native-biometric/android/src/main/java/ee/forgr/biometric/NativeBiometric.java',
  App: '@capacitor/app/android/src/main/java/com/capacitorjs/plugins/app/AppPlugin.java',
  SplashScreen: '@capacitor/splash-screen/android/src/main/java/com/capacitorjs/plugins/splashscreen/SplashScreenPlugin.java',
  SystemBars: '@capacitor/android/capacitor/src/main/java/com/getcapacitor/plugin/SystemBars.java'
};
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.html': 'text/html' };

/** What BIOMETRY_CURRENT_SET is on the wire (AccessControl). */
const CURRENT_SET = 1;

interface Called {
  callbackId: string;
  pluginId: string;
  methodName: string;
  options: Record<string, unknown>;
}

class Refused extends Error {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

export class Phone {
  /** Keychain or Keystore: it outlives the page. */
  readonly stored = new Map<string, string>();
  /** What only a face or finger gives back. */
  readonly secrets = new Map<string, string>();
  /** Who holds the phone; null where no finger is known to it. */
  finger: 'right' | 'refused' | null = 'right';
  /** How often the system asked for a finger. */
  asked = 0;
  /** A write that matches gets no answer and is not done: the app ends in the middle of it. */
  ends_at: RegExp | null = null;
  ended = 0;
  /** How often the app was put away for what was open before it. */
  minimized = 0;
  readonly #told = new Map<string, (data: unknown) => void>();

  /** Another finger is made known to the phone: what was kept for those of before is gone. */
  enrol(): void {
    this.secrets.clear();
  }

  /** Another app, a shortcut or the browser opens an address of ours. */
  open(url: string): void {
    this.#told.get('appUrlOpen')?.({ url });
  }

  /** The back button; the system knows whether the page has something to go back to. */
  back(canGoBack: boolean): void {
    this.#told.get('backButton')?.({ canGoBack });
  }

  async context(browser: Browser): Promise<BrowserContext> {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-IE', serviceWorkers: 'block', reducedMotion: 'reduce' });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.exposeBinding('toPhone', ({ page }, text: string) => {
      const call = JSON.parse(text) as Called;
      const { callbackId, pluginId, methodName } = call;
      const answer = (result: object) => page.evaluate((result) => (window as unknown as { Capacitor: { fromNative(result: object): void } }).Capacitor.fromNative(result), { callbackId, pluginId, methodName, ...result }).catch(() => undefined);
      if (methodName === 'addListener') {
        this.#told.set(call.options['eventName'] as string, (data) => void answer({ success: true, save: true, data }));
        return;
      }
      void this.#do(call).then(
        (data) => answer({ success: true, data }),
        (error: unknown) => answer({ success: false, error: { message: String(error), ...(error instanceof Refused ? { code: error.code } : {}) } })
      );
    });
    const headers = await Promise.all(Object.entries(PLUGINS).map(async ([name, path]) => ({ name, methods: methodsOf(await readFile(join(SHELLS, 'node_modules', path), 'utf8')) })));
    await context.addInitScript(`window.androidBridge = { postMessage: (text) => window.toPhone(text) };\n${await readFile(BRIDGE, 'utf8')}\nwindow.Capacitor.PluginHeaders = ${JSON.stringify(headers)};`);
    return context;
  }

  async #do({ pluginId, methodName, options }: Called): Promise<object> {
    const text = (name: string) => options[name] as string;
    switch (`${pluginId}.${methodName}`) {
      case 'SecureStorage.internalGetItem':
        return { data: this.stored.get(text('prefixedKey')) ?? null };
      case 'SecureStorage.internalSetItem':
        if (this.ends_at?.test(text('data'))) {
          this.ended++;
          return new Promise<never>(() => undefined);
        }
        this.stored.set(text('prefixedKey'), text('data'));
        return {};
      case 'SecureStorage.internalRemoveItem':
        return { success: this.stored.delete(text('prefixedKey')) };
      case 'NativeBiometric.isAvailable':
        return { isAvailable: this.finger !== null, strongBiometryIsAvailable: this.finger !== null, deviceIsSecure: true, biometryType: 3, authenticationStrength: 1 };
      case 'NativeBiometric.setData':
        if (options['accessControl'] !== CURRENT_SET) throw new Error('kept for anybody');
        this.secrets.set(text('key'), text('value'));
        return {};
      case 'NativeBiometric.getSecureData': {
        const value = this.secrets.get(text('key'));
        if (value === undefined) throw new Refused('No protected data found', '21');
        this.asked++;
        if (this.finger !== 'right') throw new Refused('Cancel', '16');
        return { value };
      }
      case 'NativeBiometric.deleteData':
        this.secrets.delete(text('key'));
        return {};
      case 'App.minimizeApp':
        this.minimized++;
        return {};
      case 'App.getLaunchUrl':
      case 'SystemBars.setStyle':
      case 'SplashScreen.hide':
        return {};
      default:
        throw new Error(`nobody plays ${pluginId}.${methodName}`);
    }
  }
}

/** As the bridge lists them for a page. */
function methodsOf(java: string): { name: string; rtype: string }[] {
  const names = [...java.matchAll(/@PluginMethod(?:\([^)]*\))?\s+(?:@\w+(?:\([^)]*\))?\s+)*public void (\w+)\(/g)].map(([, name]) => name!);
  return [...names.map((name) => ({ name, rtype: 'promise' })), ...['addListener', 'removeListener'].map((name) => ({ name, rtype: 'callback' }))];
}

/** The app's files as `make android` packs them, at an address of their own. */
export async function serveInside(): Promise<{ origin: string; stop(): Promise<void> }> {
  if (!existsSync(BRIDGE)) throw new Error(`${BRIDGE} is missing: run "make android" first.`);
  const folder = await mkdtemp(join(tmpdir(), 'outlay-inside-'));
  execFileSync(process.execPath, [
    '--input-type=module', '-e',
    `const { bringApp } = await import(${JSON.stringify(join(SHELLS, 'www.ts'))}); await bringApp(...${JSON.stringify([BUILD, folder, join(SHELLS, 'shell.ts')])});`
  ]);
  const inside = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    const send = (path: string, body: Buffer) => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
    readFile(join(folder, pathname)).then((body) => send(pathname, body), async () => send('index.html', await readFile(join(folder, 'index.html'))));
  });
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(inside.address() as AddressInfo).port}`,
    stop: async () => {
      inside.closeAllConnections();
      inside.close();
      await rm(folder, { recursive: true, force: true });
    }
  };
}
