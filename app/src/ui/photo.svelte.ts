/**
 * Photos of people, asked of the server when they are shown and kept in this page only: the disk of a browser is not
 * sealed. Without a network, initials stand in their place.
 */
import { outlay } from '$src/outlay';

export interface Photo {
  /** An address for `<img>`, or null while there is none. */
  readonly url: string | null;
}

class Kept implements Photo {
  url = $state<string | null>(null);
}

const photos = new Map<string, Kept>();

/** `at_ms`: when it was changed last; null: there is none. */
export function photoOf(person_id: string, book_id: string, at_ms: number | null | undefined): Photo {
  const key = `${person_id} ${at_ms}`;
  const known = photos.get(key);
  if (known) return known;
  const kept = new Kept();
  photos.set(key, kept);
  if (typeof at_ms === 'number') void fetchInto(kept, key, `/books/${book_id}/members/${person_id}/photo`);
  return kept;
}

async function fetchInto(kept: Kept, key: string, path: string): Promise<void> {
  try {
    const answer = await outlay.remote.request<Blob>(path, { blob: true });
    if (answer.ok) kept.url = URL.createObjectURL(answer.body);
    else photos.delete(key);
  } catch {
    photos.delete(key);
  }
}
