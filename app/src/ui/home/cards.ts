/** The cards of Home: which there are, and which the book wants in which order (it syncs). Pure. */
export const CARDS = ['expense', 'income', 'balance', 'net_worth', 'savings'] as const;
export type CardName = (typeof CARDS)[number];

const USUAL: CardName[] = ['expense', 'income', 'balance', 'net_worth'];

export function cardsOf(dashboard: unknown): CardName[] {
  const listed = (dashboard as { cards?: unknown } | null)?.cards;
  if (!Array.isArray(listed)) return USUAL;
  return listed.filter((name): name is CardName => (CARDS as readonly unknown[]).includes(name));
}

export function withCards(dashboard: unknown, cards: CardName[]): Record<string, unknown> {
  const kept = dashboard && typeof dashboard === 'object' ? (dashboard as Record<string, unknown>) : {};
  return { ...kept, cards };
}
