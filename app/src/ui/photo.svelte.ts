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
  const blob = await fetched(path);
  if (blob) kept.url = URL.createObjectURL(blob);
  else photos.delete(key);
}

/** Null: there is none. Undefined: nobody could be asked. */
async function fetched(path: string): Promise<Blob | null | undefined> {
  try {
    const answer = await outlay.remote.request<Blob>(path, { blob: true });
    return answer.ok ? answer.body : answer.status === 404 ? null : undefined;
  } catch {
    return undefined;
  }
}

/** The person's own: seen also without a book, and changed here. */
export class OwnPhoto implements Photo {
  url = $state<string | null>(null);
  blob: Blob | null = null;
  #known = false;
  #asking = false;

  /** Asks once; again when nobody could be asked. */
  async load(): Promise<void> {
    if (this.#known || this.#asking) return;
    this.#asking = true;
    const blob = await fetched('/users/me/photo');
    this.#asking = false;
    if (blob !== undefined && !this.#known) this.set(blob);
  }

  set(blob: Blob | null): void {
    if (this.url) URL.revokeObjectURL(this.url);
    this.#known = true;
    this.blob = blob;
    this.url = blob ? URL.createObjectURL(blob) : null;
  }
}

let own: { person_id: string; photo: OwnPhoto } | null = null;

export function ownPhoto(person_id: string): OwnPhoto {
  if (own?.person_id !== person_id) own = { person_id, photo: new OwnPhoto() };
  return own.photo;
}
