/** Hints that are shown once: which were put away is remembered on this device, for as long as it keeps anything. */
export type HintName = 'keys' | 'period' | 'stats' | 'swipe';

const KEY = 'outlay.hints';

const kept = (): string[] => (localStorage.getItem(KEY) ?? '').split(' ').filter(Boolean);

let away = $state.raw<readonly string[] | null>(null);

export function isAway(name: HintName): boolean {
  return (away ?? kept()).includes(name);
}

export function putAway(name: HintName): void {
  away = [...new Set([...kept(), name])];
  localStorage.setItem(KEY, away.join(' '));
}
