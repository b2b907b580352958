/** The theme of this device; `static/before.js` sets it before the first paint. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'outlay.theme';

export function theme(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function setTheme(next: Theme): void {
  if (next === 'system') {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset['theme'];
  } else {
    localStorage.setItem(KEY, next);
    document.documentElement.dataset['theme'] = next;
  }
}
