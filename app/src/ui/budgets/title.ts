/** What a budget's period is called. */
import type { Period, Settings } from '$src/outlay';
import { periodTitle, type Days } from '../period.svelte';

export function budgetTitle(period: Period, days: Days, settings: Settings): string {
  return periodTitle(period === 'quarter' ? 'period' : period, days, () => settings);
}
