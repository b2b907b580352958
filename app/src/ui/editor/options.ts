/** Choices of a list, made from rows. Pure. */
import { maybe } from '$src/messages';
import type { AccountView, CategoryView } from '$src/outlay';
import { flat } from '../categories';

export interface Option {
  value: string;
  label: string;
  group?: string;
}

export function accountOptions(accounts: AccountView[], keep?: string): Option[] {
  return accounts
    .filter((account) => !account.archived || account.id === keep)
    .map((account) => ({
      value: account.id,
      label: account.name,
      group: maybe(`account_kind.${account.kind}`, account.kind)
    }));
}

export function categoryOptions(tree: CategoryView[]): Option[] {
  return flat(tree).map((category) => ({
    value: category.id,
    label: category.parent_id ? `\u2003${category.name}` : category.name
  }));
}
