/**
 * The colours a person can give to a category or an account. Stored by name, so that both themes
 * can draw them; a `#rrggbb` from elsewhere (an import, the API) is drawn as it is.
 */
export const PALETTE: Record<string, string> = {
  red: 'oklch(60% 0.2 25)',
  orange: 'oklch(68% 0.17 50)',
  amber: 'oklch(75% 0.15 75)',
  lime: 'oklch(70% 0.17 128)',
  green: 'oklch(60% 0.15 152)',
  emerald: 'oklch(66% 0.13 168)',
  teal: 'oklch(60% 0.1 192)',
  cyan: 'oklch(68% 0.11 212)',
  sky: 'oklch(68% 0.13 238)',
  blue: 'oklch(57% 0.17 257)',
  indigo: 'oklch(51% 0.2 275)',
  purple: 'oklch(56% 0.2 302)',
  fuchsia: 'oklch(62% 0.22 325)',
  pink: 'oklch(65% 0.2 355)',
  rose: 'oklch(64% 0.18 12)',
  slate: 'oklch(50% 0.035 257)',
  gray: 'oklch(60% 0.015 262)',
  zinc: 'oklch(44% 0.012 262)'
};

/** Other words for the same colours. */
const ALSO: Record<string, string> = { yellow: 'amber', violet: 'purple', magenta: 'pink', grey: 'gray', brown: 'orange', black: 'zinc' };

const UNKNOWN = 'oklch(60% 0.015 262)';

export const COLOURS: string[] = Object.keys(PALETTE);

export function colourOf(colour: string | null | undefined): string {
  if (!colour) return UNKNOWN;
  if (colour.startsWith('#')) return colour;
  return PALETTE[colour] ?? PALETTE[ALSO[colour] ?? ''] ?? UNKNOWN;
}

/** A colour for the n-th series of a chart whose rows have none of their own. */
export function seriesColour(index: number): string {
  const order = ['indigo', 'teal', 'orange', 'pink', 'blue', 'lime', 'purple', 'amber', 'cyan', 'red', 'green', 'slate'];
  return colourOf(order[index % order.length]);
}
