/** How the kinds of account look; the same as in spec/ledger/defaults.json, without fetching all of it. */
import type { AccountKind } from '$src/outlay';

export const KINDS: AccountKind[] = ['cash', 'bank', 'card', 'savings', 'loan', 'investment'];

const ICONS: Record<AccountKind, string> = {
  cash: 'wallet',
  bank: 'landmark',
  card: 'credit-card',
  savings: 'piggy-bank',
  loan: 'hand-coins',
  investment: 'chart-line'
};
const COLOURS: Record<AccountKind, string> = {
  cash: 'green', bank: 'blue', card: 'purple', savings: 'amber', loan: 'red', investment: 'teal'
};

export const accountIcon = (account: { icon: string | null; kind: AccountKind }): string => account.icon ?? ICONS[account.kind];
export const accountColour = (account: { colour: string | null; kind: AccountKind }): string => account.colour ?? COLOURS[account.kind];
