/** What the command palette can do without asking the book: screens, new entries, looks. */
import { t, type Key } from '$src/messages';
import { outlay } from '$src/outlay';
import { openEditor } from '../editor/request.svelte';
import { status } from '../live.svelte';
import { toastProblem } from '../toast.svelte';
import { over, SHORTCUTS, type Shortcut } from './keys.svelte';
import { setTheme, type Theme } from './theme';

export interface Command {
  id: string;
  title: string;
  detail?: string;
  /** Its key, when it has one. */
  shortcut?: Shortcut | undefined;
  href?: string;
  run?: () => void;
}

const SCREENS: [href: string, label: Key][] = [
  ['/', 'nav.home'], ['/transactions', 'nav.transactions'], ['/stats', 'nav.stats'], ['/accounts', 'nav.accounts'], ['/budgets', 'nav.budgets'], ['/schedules', 'nav.schedules'], ['/settings', 'nav.settings'],
  ['/transactions?view=monthly', 'palette.monthly'], ['/transactions?view=annual', 'palette.annual'], ['/transactions?view=calendar', 'palette.calendar'],
  ['/transactions?uncategorised=true', 'palette.uncategorised'], ['/settings/categories', 'settings.categories'], ['/settings/payees', 'settings.payees'], ['/settings/templates', 'template.title'],
  ['/settings/tags', 'field.tags'], ['/settings/rates', 'settings.rates'], ['/settings/defaults', 'settings.defaults'], ['/settings/household', 'settings.household'], ['/settings/look', 'settings.look'], ['/settings/language', 'settings.language'], ['/settings/devices', 'settings.devices'], ['/settings/lock', 'lock.title'],
  ['/settings/import', 'import.title'], ['/settings/export', 'export.title'], ['/settings/privacy', 'settings.privacy'], ['/settings/account', 'settings.account'], ['/attention', 'attention.title']
];
/** What a book without an account has not. */
const OF_ACCOUNT: typeof SCREENS = [['/settings/security', 'settings.security'], ['/settings/ways', 'settings.ways']];

const THEMES: [Theme, Key][] = [['light', 'palette.light'], ['dark', 'palette.dark'], ['system', 'palette.system']];

export function commands(): Command[] {
  const key = (id: string) => SHORTCUTS.find((one) => one.id === id);
  const add = (id: 'expense' | 'income' | 'transfer'): Command => ({ id, title: t(`keys.${id}`), shortcut: key(id), run: () => openEditor({ mode: 'add', kind: id }) });
  const local = status()?.session === 'local';
  return [
    add('expense'), add('income'), add('transfer'),
    { id: 'quick', title: t('keys.quick'), shortcut: key('quick'), run: () => openEditor({ mode: 'add', quick: true }) },
    ...[...SCREENS, ...(local ? [] : OF_ACCOUNT)].map(([href, label]): Command => ({ id: href, title: t(label), detail: t('palette.go'), href, shortcut: key(href.slice(1) || 'home') })),
    ...(local ? [] : [{ id: 'sync', title: t('devices.sync_now'), run: () => void outlay.sync.now().catch(toastProblem) }]),
    ...(status()?.lock ? [{ id: 'lock', title: t('lock.now'), run: () => void outlay.lock('now', {}).catch(toastProblem) }] : []),
    ...THEMES.map(([theme, label]): Command => ({ id: theme, title: t(label), run: () => setTheme(theme) })),
    { id: 'help', title: t('keys.title'), shortcut: key('help'), run: () => (over.sheet = 'help') }
  ];
}
