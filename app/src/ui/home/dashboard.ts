/** What the book wants on Home: which cards in which order, and what was dismissed. It syncs, as a field of the settings. Pure. */
export const CARDS = ['expense', 'income', 'balance', 'net_worth', 'savings', 'top_category', 'change', 'budget'] as const;
export type CardName = (typeof CARDS)[number];

const USUAL: CardName[] = ['expense', 'income', 'balance', 'net_worth', 'top_category', 'change'];
/** Dismissals that are kept: what is unusual is old after a month. */
const DISMISSED = 40;

const fieldsOf = (dashboard: unknown): Record<string, unknown> =>
  dashboard && typeof dashboard === 'object' ? (dashboard as Record<string, unknown>) : {};

export function cardsOf(dashboard: unknown): CardName[] {
  const listed = fieldsOf(dashboard)['cards'];
  if (!Array.isArray(listed)) return USUAL;
  return CARDS.filter((name) => listed.includes(name)).sort((a, b) => listed.indexOf(a) - listed.indexOf(b));
}

export function withCards(dashboard: unknown, cards: readonly CardName[]): Record<string, unknown> {
  return { ...fieldsOf(dashboard), cards };
}

export function dismissedOf(dashboard: unknown): string[] {
  const listed = fieldsOf(dashboard)['dismissed'];
  return Array.isArray(listed) ? listed.filter((key): key is string => typeof key === 'string') : [];
}

export function withDismissed(dashboard: unknown, key: string): Record<string, unknown> {
  const others = dismissedOf(dashboard).filter((one) => one !== key);
  return { ...fieldsOf(dashboard), dismissed: [...others, key].slice(-DISMISSED) };
}
