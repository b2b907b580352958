/** What ids are called: rows of the book, people and devices as the server last said. Works without a network. */
import { t } from '$src/messages';
import { outlay, type CategoryView } from '$src/outlay';
import { deviceWords } from '../device';
import type { Member } from '../household/shapes';
import { live, status } from '../live.svelte';

/** Asks the server for the people and the devices of a book; the answers are kept with it, but for who has a photo. */
async function meet(book: string): Promise<readonly Member[]> {
  const answers = [outlay.remote.request<{ items: Member[] }>(`/books/${book}/members`), outlay.remote.request('/sync/devices', { query: { book } })] as const;
  const [members] = await Promise.allSettled(answers);
  return members.status === 'fulfilled' && members.value.ok ? members.value.body.items : [];
}

export interface Names {
  /** Of an account, category, payee or tag; a dash for what is gone. */
  row(id: string): string;
  /** `You, on this device`. */
  author(person_id: string | null, device_id: string | null): string;
  /** Their photo, or who their initials are of. */
  face(person_id: string | null): Pick<Member, 'person_id' | 'name' | 'email' | 'photo_at_ms'>;
}

export function names(): Names {
  const accounts = live('accounts', () => ({ archived: true }));
  const categories = live('categories', () => ({ archived: true }));
  const payees = live('payees', () => ({}));
  const tags = live('tags', () => ({}));
  const sync = live('syncState', () => ({}));
  const known = live('known', () => ({}));
  const now = $derived(status());
  const flat = (tree: CategoryView[]): CategoryView[] => tree.flatMap((one) => [one, ...flat(one.children)]);
  const rows = $derived(
    new Map(
      [...(accounts.data ?? []), ...flat(categories.data ?? []), ...(payees.data ?? []), ...(tags.data ?? [])].map(({ id, name }) => [id, name])
    )
  );
  const book = $derived(now?.session === 'signed_in' && now.sync.state !== 'offline' ? now.book?.id : undefined);
  let members = $state.raw<readonly Member[]>([]);
  const ask = async (id: string) => {
    const met = await meet(id);
    if (id === book && met.length > 0) members = met;
  };
  $effect(() => {
    if (book) void ask(book);
  });
  // somebody who came since then is asked for once
  const missed = new Set<string>();
  const named = (id: string, otherwise: string) => {
    const name = known.data?.[id];
    if (name === undefined && known.data && book && !missed.has(id)) {
      missed.add(id);
      void ask(book);
    }
    return name ?? otherwise;
  };
  const who = (person_id: string | null) => {
    if (person_id === null || person_id === now?.person?.id) return t('who.you');
    return named(person_id, t('who.somebody')) || t('who.deleted');
  };
  const where = (device_id: string | null) => {
    if (device_id === 'import') return t('who.import');
    if (device_id === null || device_id.startsWith('rest')) return t('who.program');
    if (device_id === sync.data?.device_id) return t('who.this_device');
    const name = named(device_id, '');
    return name ? t('who.device', { name: deviceWords(name) }) : t('who.other_device');
  };
  return {
    row: (id) => rows.get(id) ?? '–',
    author: (person_id, device_id) => t('who.on', { who: who(person_id), where: where(device_id) }),
    face: (person_id) => {
      const id = person_id ?? now?.person?.id ?? '';
      const member = members.find((one) => one.person_id === id);
      if (member) return member;
      const name = (id === now?.person?.id ? now?.person?.name : known.data?.[id]) ?? null;
      return { person_id: id, name, email: null, photo_at_ms: null };
    }
  };
}
