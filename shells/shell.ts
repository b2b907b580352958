// What a phone's own app adds to the page: the back button, the bars' colours, files that another app hands over, the
// shortcut, and what lies in Keychain or Keystore (vault.ts). Loaded before the page's modules; the page knows it as
// `window.outlayShell` (app/src/shell.ts).
import { App } from '@capacitor/app';
import { Capacitor, SystemBars, SystemBarsStyle } from '@capacitor/core';
import { SplashScreen } from '@capacitor/splash-screen';
import { secret, serve } from './vault.ts';

const ADD = 'outlay://add';
/** Where the system's browser ends a sign-in by a provider (RFC 8252, 7.1); the page has the other half of the secret. */
const SIGNED_IN = 'outlay://signed-in?';

interface Opened {
  file?: File;
  path?: string;
}

const waiting: Opened[] = [];
let listener: ((opened: Opened) => void) | null = null;

Object.assign(window, {
  outlayShell: {
    platform: Capacitor.getPlatform(),
    /** What came before somebody listened is told at once. */
    onOpen(tell: (opened: Opened) => void) {
      listener = tell;
      for (const opened of waiting.splice(0)) tell(opened);
    },
    serve,
    secret,
    ready: () => void SplashScreen.hide()
  }
});

function tell(opened: Opened): void {
  if (listener) listener(opened);
  else waiting.push(opened);
}

/** A shortcut's address, or a file that the system has put where only this app reads it. */
async function open(url: string): Promise<void> {
  if (url.startsWith(ADD)) return tell({ path: '/add' });
  if (url.startsWith(SIGNED_IN)) return tell({ path: `/signed-in#${url.slice(SIGNED_IN.length)}` });
  if (!url.startsWith('file:')) return;
  const answer = await fetch(Capacitor.convertFileSrc(url));
  const name = decodeURIComponent(new URL(url).pathname.split('/').pop() ?? 'file');
  tell({ file: new File([await answer.blob()], name) });
}

let launched = '';
void App.getLaunchUrl().then((launch) => {
  launched = launch?.url ?? '';
  if (launched) void open(launched);
});
void App.addListener('appUrlOpen', ({ url }) => {
  // the one that started the app is told twice on some systems
  if (url === launched) launched = '';
  else void open(url);
});

/** A sheet closes, then the page goes back, then the app is left. */
void App.addListener('backButton', ({ canGoBack }) => {
  // what lies over a screen is a step of the history (app/src/ui/layers.svelte.ts)
  const over = document.querySelector('dialog[open], [data-step]');
  if (over || (canGoBack && !['/', '/welcome'].includes(location.pathname))) history.back();
  else void App.minimizeApp();
});

/** iOS has letters up to three times the usual size; the screens are proven with twice as large ones (WCAG 2.2, 1.4.4). */
const LARGEST_PX = 34;
/** What the screens of a tablet, side by side, need of its width (`--breakpoint-wide` in app/src/app.css). */
const WIDE_PX = 900;
const WIDE_REM = 56.25;
function letters(): void {
  const root = document.documentElement;
  root.style.removeProperty('font-size');
  const most = innerWidth < WIDE_PX ? LARGEST_PX : Math.min(LARGEST_PX, innerWidth / WIDE_REM);
  if (parseFloat(getComputedStyle(root).fontSize) > most) root.style.fontSize = `${most}px`;
}
document.addEventListener('DOMContentLoaded', letters);
// it may have been changed in the system's settings, and a tablet is turned
addEventListener('resize', letters);
document.addEventListener('visibilitychange', letters);

/** The bars' signs stand on the ground of the theme that is chosen or the system's. */
const dark = matchMedia('(prefers-color-scheme: dark)');
function bars(): void {
  const chosen = document.documentElement.dataset['theme'];
  const isDark = chosen === 'dark' || (chosen !== 'light' && dark.matches);
  void SystemBars.setStyle({ style: isDark ? SystemBarsStyle.Dark : SystemBarsStyle.Light });
}
dark.addEventListener('change', bars);
new MutationObserver(bars).observe(document.documentElement, { attributeFilter: ['data-theme'] });
bars();
