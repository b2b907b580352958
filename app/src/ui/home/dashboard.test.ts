import { expect, it } from 'vitest';
import { cardsOf, dismissedOf, withCards, withDismissed } from './dashboard';

it('keeps the order of the cards, and leaves out what it does not know or knows twice', () => {
  expect(cardsOf(null)).toEqual(['expense', 'income', 'balance', 'net_worth', 'top_category', 'change']);
  expect(cardsOf(withCards({ more: 1 }, ['budget', 'expense']))).toEqual(['budget', 'expense']);
  expect(cardsOf({ cards: ['change', 'of a newer app', 'change', 7] })).toEqual(['change']);
  expect(cardsOf({ cards: [] })).toEqual([]);
  expect(withCards({ more: 1 }, ['income'])).toEqual({ more: 1, cards: ['income'] });
});

it('keeps the newest dismissals, and the limit of the field', () => {
  let dashboard: unknown = withCards(null, ['expense']);
  for (let n = 0; n < 60; n++) dashboard = withDismissed(dashboard, `${String(n).padStart(36, '0')} 2026-11-23`);
  expect(dismissedOf(dashboard)).toHaveLength(40);
  expect(dismissedOf(dashboard).at(-1)).toContain('59 ');
  expect(cardsOf(dashboard)).toEqual(['expense']);
  expect(JSON.stringify(dashboard).length).toBeLessThan(4000);
  expect(dismissedOf(withDismissed({ dismissed: ['a', 'b'] }, 'a'))).toEqual(['b', 'a']);
  expect(dismissedOf({ dismissed: 'a' })).toEqual([]);
});
