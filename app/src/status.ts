/** What the pages are told of who uses the app, of the open book and of its sync. */
import type { BookHandle, Problem, Status } from './api.ts';
import type { Profile } from './identity/profile.ts';
import type { OpenBook } from './sync/book.ts';

/** All that is told of a locked device. */
export const SHUT: Status = {
  session: 'none', person: null, book: null, books: [],
  sync: { state: 'saved_here', unsent: 0, set_aside: 0, files: 0, attention: 0 },
  storage: { ready: true }, leader: true
};

export function told(profile: Profile, book: OpenBook | null, storage: Status['storage'], cleared: boolean): Status {
  const { person, needs_auth, files } = profile;
  const view = book?.syncView();
  const local = files.find(({ person_id }) => person_id === null);
  const needsAuth = needs_auth || view?.state === 'needs_sign_in';
  return {
    session: !book ? 'none' : person === null ? 'local' : needsAuth ? 'needs_auth' : 'signed_in',
    person,
    books: booksOf(profile, book),
    book: book && handle(profile, book),
    ...(local && book?.meta.person_id !== null ? { begun_here: local.book_id } : {}),
    sync: {
      state: view?.state ?? 'saved_here', unsent: view?.unsent ?? 0, set_aside: view?.set_aside ?? 0, files: view?.files ?? 0, attention: view?.attention ?? 0,
      ...(view?.progress ? { progress: view.progress } : {}),
      ...(view?.problem ? { problem: view.problem } : {}),
      ...(view?.last_sync_ms ? { last_sync_ms: view.last_sync_ms } : {})
    },
    storage: cleared ? { ...storage, error: clearedProblem(view?.unsent ?? 0) } : storage,
    leader: true
  };
}

/** The person's books, the open one as it is called by now. */
export function booksOf(profile: Profile, book: OpenBook | null): BookHandle[] {
  return profile.books.map((one) => (one.id === book?.meta.book_id ? handle(profile, book) : one));
}

/** What a pull said is newer than what the sign-in said. */
export function roleIn({ books, book_id }: Profile, book: OpenBook | null): BookHandle['role'] {
  return book?.meta.role ?? books.find(({ id }) => id === book_id)?.role ?? 'owner';
}

/** The name is the one in the book's own settings, which is there without a network. */
function handle(profile: Profile, book: OpenBook): BookHandle {
  const id = book.meta.book_id;
  const name = book.port.value<string>('SELECT name FROM settings WHERE NOT deleted');
  const known = profile.books.find((one) => one.id === id);
  return { id, ...known, role: roleIn(profile, book), name: name ?? known?.name ?? '' };
}

/** What a person should know and do when the open book is on no disk any more. */
function clearedProblem(unsent: number): Problem {
  const message =
    unsent > 0
      ? 'The browser has cleared what was kept on this device. What is not sent yet is only in this window: keep it open until it is sent, or save it as a file.'
      : 'The browser has cleared what was kept on this device. Everything is on the server: reload to fetch it again.';
  return { code: 'storage_cleared', message, params: { count: unsent } };
}
