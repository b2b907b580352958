/** The places of the app. */
import ChartPie from '@lucide/svelte/icons/chart-pie';
import House from '@lucide/svelte/icons/house';
import List from '@lucide/svelte/icons/list';
import Repeat from '@lucide/svelte/icons/repeat';
import Settings from '@lucide/svelte/icons/settings';
import Target from '@lucide/svelte/icons/target';
import Wallet from '@lucide/svelte/icons/wallet';
import type { Component } from 'svelte';
import type { Key } from '$src/messages';

export interface Place {
  href: string;
  label: Key;
  icon: Component<{ size?: number; strokeWidth?: number }>;
}

export const TABS: Place[] = [
  { href: '/', label: 'nav.home', icon: House },
  { href: '/transactions', label: 'nav.transactions', icon: List },
  { href: '/stats', label: 'nav.stats', icon: ChartPie },
  { href: '/accounts', label: 'nav.accounts', icon: Wallet }
];

/** In the sidebar; on a phone they are reached from Stats, Home and Settings. */
export const PLANS: Place[] = [
  { href: '/budgets', label: 'nav.budgets', icon: Target },
  { href: '/schedules', label: 'nav.schedules', icon: Repeat }
];

export const SETTINGS: Place = { href: '/settings', label: 'nav.settings', icon: Settings };

export function isAt(pathname: string, place: Place): boolean {
  return place.href === '/' ? pathname === '/' : pathname === place.href || pathname.startsWith(`${place.href}/`);
}
