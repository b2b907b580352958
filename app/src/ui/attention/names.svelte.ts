/** What ids are called: rows of the book from this device, people from the server while it can be reached. */
import { t } from '$src/messages';
import { outlay, type CategoryView } from '$src/outlay';
import { live, status } from '../live.svelte';

interface Member {
  person_id: string;
  name: string | null;
  email: string | null;
}

let members = $state.raw<Member[]>([]);
let asked = '';

/** Remembers who uses the book; offline nothing is lost but the names of others. */
async function meet(book_id: string): Promise<void> {
  if (asked === book_id) return;
  asked = book_id;
  const answer = await outlay.remote.request<{ items: Member[] }>(`/books/${book_id}/members`).catch(() => null);
  if (answer?.ok) members = answer.body.items;
  else asked = '';
}

export interface Names {
  /** Of an account, category, payee or tag; a dash for what is gone. */
  row(id: string): string;
  /** `You, on this device`. */
  author(person_id: string | null, device_id: string | null): string;
}

export function names(): Names {
  const accounts = live('accounts', () => ({ archived: true }));
  const categories = live('categories', () => ({ archived: true }));
  const payees = live('payees', () => ({}));
  const tags = live('tags', () => ({}));
  const sync = live('syncState', () => ({}));
  const now = $derived(status());
  const flat = (tree: CategoryView[]): CategoryView[] => tree.flatMap((one) => [one, ...flat(one.children)]);
  const rows = $derived(
    new Map(
      [...(accounts.data ?? []), ...flat(categories.data ?? []), ...(payees.data ?? []), ...(tags.data ?? [])].map(({ id, name }) => [id, name])
    )
  );
  $effect(() => {
    if (now?.session === 'signed_in' && now.book) void meet(now.book.id);
  });
  const who = (person_id: string | null) => {
    if (person_id === null || person_id === now?.person?.id) return t('who.you');
    const member = members.find((one) => one.person_id === person_id);
    return member?.name ?? member?.email ?? t('who.somebody');
  };
  const where = (device_id: string | null) => {
    if (device_id === 'import') return t('who.import');
    if (device_id === null || device_id.startsWith('rest')) return t('who.program');
    return device_id === sync.data?.device_id ? t('who.this_device') : t('who.other_device');
  };
  return {
    row: (id) => rows.get(id) ?? '–',
    author: (person_id, device_id) => t('who.on', { who: who(person_id), where: where(device_id) })
  };
}
