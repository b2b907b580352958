/** What this browser remembers about who uses it: small facts outside the encrypted books. */
import type { BookHandle, Person } from '../api.ts';

/** One database file: one server, person and book. */
export interface BookFile {
  file: string;
  /** Null while the book is used without an account. */
  person_id: string | null;
  book_id: string;
}

export interface Profile {
  person: Person | null;
  books: BookHandle[];
  /** The book that is open, of `person` or of nobody. */
  book_id: string | null;
  files: BookFile[];
  /** The server refused to go on without the password. */
  needs_auth: boolean;
  /** Signed out here while the server could not be told. */
  sign_out_due: boolean;
  /** Id of the refresh in flight: repeating it after a lost answer is no second use of the cookie. */
  refresh_attempt: string | null;
  /** Of an older version, until the vault has it (vault.ts). */
  refresh_token?: string | null;
}

export const NOBODY: Profile = {
  person: null, books: [], book_id: null, files: [], needs_auth: false, sign_out_due: false, refresh_attempt: null
};

/** Where the profile lies: IndexedDB in the browser, a variable or a file under Node. */
export interface ProfileStore {
  load(): Promise<Profile | null>;
  save(profile: Profile): Promise<void>;
}

/** The file of a person's book, or a name for a new one. */
export function fileOf(profile: Profile, person_id: string | null, book_id: string): string {
  const known = profile.files.find((entry) => entry.person_id === person_id && entry.book_id === book_id);
  return known?.file ?? `${person_id ?? 'local'}.${book_id}.db`;
}

export function withFile(profile: Profile, entry: BookFile): Profile {
  return { ...profile, files: [...profile.files.filter(({ file }) => file !== entry.file), entry] };
}

export function withoutFiles(profile: Profile, gone: (entry: BookFile) => boolean): Profile {
  return { ...profile, files: profile.files.filter((entry) => !gone(entry)) };
}
