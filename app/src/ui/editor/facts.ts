/** What a typed line was understood as, fact by fact. Pure. */
import type { Entry, EntryField, EntryProblem, Source } from '$src/ledger/entry/parse';
import { t } from '$src/messages';
import type { AccountView, CategoryView } from '$src/outlay';
import { byId } from '../categories';
import { clock, dayTitle, money } from '../format';

export interface Fact {
  field: EntryField;
  text: string;
  source: Source | 'problem';
}

interface Known {
  accounts: readonly AccountView[];
  tree: CategoryView[];
}

/** The field where a problem is mended. */
const FIELD: Record<EntryProblem, EntryField> = {
  amount: 'amount', amount_too_large: 'amount', account_currency: 'account', to_account: 'to_account', same_account: 'to_account', to_amount: 'to_account'
};

export function factsOf(entry: Entry, { accounts, tree }: Known): Fact[] {
  const { kind, sources, problems } = entry;
  const facts: Fact[] = problems.map((problem) => ({ field: FIELD[problem], text: t(`quick.no_${problem}`), source: 'problem' }));
  const say = (field: EntryField, text: string | null | undefined) => {
    if (text) facts.push({ field, text, source: sources[field] ?? 'default' });
  };
  const account = (id: string | null) => accounts.find((one) => one.id === id);
  say('kind', t(`kind.${kind}`));
  if (entry.amount_minor !== null) say('amount', money(entry.amount_minor, entry.currency));
  const to = account(entry.to_account_id);
  const name = account(entry.account_id)?.name ?? '';
  say('account', kind === 'transfer' ? t('quick.from_account', { name }) : name);
  if (to) say('to_account', entry.to_amount_minor === null ? t('quick.to_account', { name: to.name }) : t('quick.to_account_amount', { name: to.name, amount: money(entry.to_amount_minor, to.currency) }));
  say('category', entry.category_id ? byId(tree).get(entry.category_id)?.name : null);
  say('payee', entry.payee);
  say('day', dayTitle(entry.day));
  say('time', entry.time && clock(entry.time));
  for (const tag of entry.tags) say('tags', `#${tag}`);
  say('note', entry.note && t('quick.note', { note: entry.note }));
  return facts;
}
