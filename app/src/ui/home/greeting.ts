/** What Home says to whom it belongs. Pure. */
import { t, type Key } from '$src/messages';

type PartOfDay = 'morning' | 'afternoon' | 'evening';
const ALONE: Record<PartOfDay, Key> = { morning: 'greeting.morning', afternoon: 'greeting.afternoon', evening: 'greeting.evening' };
const NAMED: Record<PartOfDay, Key> = { morning: 'greeting.morning_to', afternoon: 'greeting.afternoon_to', evening: 'greeting.evening_to' };

export function greeting(hour: number, name: string | null | undefined): string {
  const part = hour >= 4 && hour < 12 ? 'morning' : hour >= 12 && hour < 18 ? 'afternoon' : 'evening';
  return name ? t(NAMED[part], { name }) : t(ALONE[part]);
}
