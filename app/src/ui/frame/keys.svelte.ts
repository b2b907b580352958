/**
 * Keyboard shortcuts: one table, which the help sheet shows. None works while something is typed or a dialog is open,
 * none is one of the browser's own, and the single keys can be switched off (WCAG 2.1.4).
 */
import { goto } from '$app/navigation';
import type { Key } from '$src/messages';
import { openEditor } from '../editor/request.svelte';

export interface Shortcut {
  id: string;
  /** As `KeyboardEvent.key` says it. */
  keys: readonly string[];
  label: Key;
  group: 'anywhere' | 'go' | 'list' | 'editor';
  /** With Ctrl, on Apple's machines with Command. */
  mod?: true;
  /** With Shift, when the key itself does not say so. */
  shift?: true;
  /** The focused element answers it itself; it stands here to be told of. */
  own?: true;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'palette', keys: ['k'], mod: true, label: 'keys.palette', group: 'anywhere' },
  { id: 'add', keys: ['n'], label: 'nav.add', group: 'anywhere' },
  { id: 'quick', keys: ['q'], label: 'keys.quick', group: 'anywhere' },
  { id: 'expense', keys: ['e'], label: 'keys.expense', group: 'anywhere' },
  { id: 'income', keys: ['i'], label: 'keys.income', group: 'anywhere' },
  { id: 'transfer', keys: ['m'], label: 'keys.transfer', group: 'anywhere' },
  { id: 'search', keys: ['/'], label: 'keys.search', group: 'anywhere' },
  { id: 'help', keys: ['?'], label: 'keys.help', group: 'anywhere' },
  { id: 'escape', keys: ['Escape'], label: 'keys.escape', group: 'anywhere', own: true },
  { id: 'home', keys: ['h'], label: 'nav.home', group: 'go' },
  { id: 'transactions', keys: ['t'], label: 'nav.transactions', group: 'go' },
  { id: 'stats', keys: ['s'], label: 'nav.stats', group: 'go' },
  { id: 'accounts', keys: ['a'], label: 'nav.accounts', group: 'go' },
  { id: 'budgets', keys: ['b'], label: 'nav.budgets', group: 'go' },
  { id: 'schedules', keys: ['r'], label: 'nav.schedules', group: 'go' },
  { id: 'settings', keys: [','], label: 'nav.settings', group: 'go' },
  { id: 'rows', keys: ['ArrowUp', 'ArrowDown'], label: 'keys.rows', group: 'list', own: true },
  { id: 'open', keys: ['Enter'], label: 'keys.open', group: 'list', own: true },
  { id: 'delete', keys: ['Delete'], label: 'action.delete', group: 'list', own: true },
  { id: 'choose', keys: ['x'], label: 'keys.choose', group: 'list', own: true },
  { id: 'choose_more', keys: ['ArrowUp', 'ArrowDown'], shift: true, label: 'keys.choose_more', group: 'list', own: true },
  { id: 'select', keys: ['v'], label: 'select.begin', group: 'list' },
  { id: 'select_all', keys: ['A'], shift: true, label: 'keys.select_all', group: 'list' },
  { id: 'earlier', keys: ['ArrowLeft'], label: 'keys.earlier', group: 'list' },
  { id: 'later', keys: ['ArrowRight'], label: 'keys.later', group: 'list' },
  { id: 'filter', keys: ['f'], label: 'filter.title', group: 'list' },
  { id: 'daily', keys: ['1'], label: 'view.daily', group: 'list' },
  { id: 'monthly', keys: ['2'], label: 'view.monthly', group: 'list' },
  { id: 'annual', keys: ['3'], label: 'view.annual', group: 'list' },
  { id: 'period', keys: ['4'], label: 'view.period', group: 'list' },
  { id: 'calendar', keys: ['5'], label: 'view.calendar', group: 'list' },
  { id: 'save', keys: ['Enter'], label: 'action.save', group: 'editor', own: true },
  { id: 'close', keys: ['Escape'], label: 'keys.keep', group: 'editor', own: true }
];

const KEY = 'outlay.keys';
let single = $state(globalThis.localStorage?.getItem(KEY) !== 'off');

/** Whether the single keys work on this device. */
export const singleKeys = {
  get on(): boolean {
    return single;
  },
  set on(on: boolean) {
    single = on;
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  }
};

/** What is open over the screen: the palette or the help sheet. */
export const over = $state<{ sheet: 'palette' | 'help' | null }>({ sheet: null });

const ANYWHERE: Record<string, () => void> = {
  palette: () => (over.sheet = 'palette'),
  help: () => (over.sheet = 'help'),
  add: () => openEditor({ mode: 'add' }),
  quick: () => openEditor({ mode: 'add', quick: true }),
  expense: () => openEditor({ mode: 'add', kind: 'expense' }),
  income: () => openEditor({ mode: 'add', kind: 'income' }),
  transfer: () => openEditor({ mode: 'add', kind: 'transfer' }),
  search: () => void goto('/transactions?search'),
  home: () => void goto('/'),
  transactions: () => void goto('/transactions'),
  stats: () => void goto('/stats'),
  accounts: () => void goto('/accounts'),
  budgets: () => void goto('/budgets'),
  schedules: () => void goto('/schedules'),
  settings: () => void goto('/settings')
};

let offered: Record<string, () => unknown> = {};

/** What the screen answers while it is open; called while a component starts. */
export function offerKeys(runs: Record<string, () => unknown>): void {
  $effect(() => {
    offered = runs;
    return () => {
      if (offered === runs) offered = {};
    };
  });
}

const apple = /Mac|iP(hone|ad|od)/.test(globalThis.navigator?.platform ?? '');

/** What a key is called on the help sheet. */
export function keyNames({ keys, mod, shift }: Shortcut): string[] {
  const signs: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', Enter: apple ? '↩' : 'Enter', Delete: apple ? '⌦' : 'Del' };
  return [...(mod ? [apple ? '⌘' : 'Ctrl'] : []), ...(shift ? [apple ? '⇧' : 'Shift'] : []), ...keys.map((key) => signs[key] ?? key.toUpperCase())];
}

/** Where a letter is a letter and an arrow moves something. */
const TYPED = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]';
const MOVED = 'input, textarea, select, [contenteditable], [role="radiogroup"], [role="slider"], svg, .calendar';

/** The key as a Latin keyboard has it: where another alphabet is typed, by its place (UI Events, `code`). */
export function keyOf({ key, code, shiftKey }: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  if (key.length !== 1 || key <= '\x7f') return key;
  const letter = /^(?:Key|Digit)(.)$/.exec(code)?.[1];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  return { Slash: shiftKey ? '?' : '/', Comma: ',' }[code] ?? key;
}

function found(event: KeyboardEvent): Shortcut | undefined {
  const mod = apple ? event.metaKey : event.ctrlKey;
  const other = event.altKey || (apple ? event.ctrlKey : event.metaKey);
  if (other) return undefined;
  let key = keyOf(event);
  if (document.documentElement.dir === 'rtl' && /^Arrow(Left|Right)$/.test(key)) key = key === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
  return SHORTCUTS.find((one) => !one.own && Boolean(one.mod) === mod && (one.mod ? key.toLowerCase() : key) === one.keys[0]);
}

export function shortcut(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.defaultPrevented || event.repeat || document.querySelector('dialog:modal')) return;
  const one = found(event);
  if (!one) return;
  if (!one.mod && (!single || target.closest(event.key.startsWith('Arrow') ? MOVED : TYPED) || target.closest('form'))) return;
  const run = offered[one.id] ?? ANYWHERE[one.id];
  if (!run) return;
  event.preventDefault();
  run();
}
