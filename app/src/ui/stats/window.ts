/** Which buckets the trends show for what is chosen. Pure. */
import { bucketOf, bucketRange } from '$src/kernel/periods';
import { dayNumber } from '$src/kernel/dates';
import type { Settings } from '$src/outlay';
import type { Days, PeriodKind } from '../period.svelte';
import type { Bucket } from './flows';

const SHOWN: Record<'week' | 'month' | 'year', number> = { week: 12, month: 12, year: 6 };

export interface TrendWindow {
  from_day: string;
  to_day: string;
  bucket: Bucket;
}

/** Any two days are cut so that about a dozen to two dozen columns come out. */
function bucketFor([from, to]: Days): Bucket {
  const days = dayNumber(to) - dayNumber(from) + 1;
  if (days <= 31) return 'day';
  if (days <= 182) return 'week';
  return days <= 366 * 4 ? 'month' : 'year';
}

/** The chosen period with the ones before it; never further than there is a reason to look ahead. */
export function trendWindow(kind: PeriodKind, days: Days, now: string, settings: Settings): TrendWindow {
  if (kind === 'period' || kind === 'day') return { from_day: days[0], to_day: days[1], bucket: bucketFor(days) };
  const chosen = bucketOf(kind, days[1], settings);
  const current = bucketOf(kind, now, settings);
  // The newest bucket stays at the end until one looks further back than the chart reaches.
  const last = chosen > current ? chosen : Math.min(current, chosen + SHOWN[kind] - 1);
  return {
    from_day: bucketRange(kind, last - SHOWN[kind] + 1, settings)[0],
    to_day: bucketRange(kind, last, settings)[1],
    bucket: kind
  };
}
