/**
 * Who may be where: without a book only the first-run screens, with one everything else. The page
 * remembers that a book was open, so that a first visit shows its first screen before the database is up.
 */
import type { Status } from '$src/outlay';
import { needsServer, shell } from '$src/shell';

const KEY = 'outlay.opened';
/** Where a tab keeps the invitation that it came with, while its person signs in. */
export const INVITED = 'outlay.invited';
/** The app lock is on: nothing is drawn before the worker says that it is open. */
const LOCK = 'outlay.lock';
const SIGNING = ['/sign-up', '/sign-in'];
/** Where a link that was sent leads, whoever is signed in here. An invitation is taken once somebody is. */
const FROM_MAILS = ['/reset', '/confirm', '/join'];
const FIRST_RUN = [...SIGNING, '/welcome', '/start', '/server', '/signed-in', '/sign-in/code'];

/** Nothing of a book may be seen: it is locked, or may be while nobody has said yet. */
export const shut = (status?: Status): boolean => status?.lock?.locked ?? (!status?.storage.ready && localStorage.getItem(LOCK) !== null);

export function remember(status: Status): void {
  if (status.lock) localStorage.setItem(LOCK, '1');
  else if (status.storage.ready) localStorage.removeItem(LOCK);
  if (status.lock?.locked) return;
  if (status.session !== 'none') localStorage.setItem(KEY, '1');
  else if (status.storage.ready) localStorage.removeItem(KEY);
}

/** Where to go instead, or null to stay. */
export function entry(status: Status | undefined, pathname: string): string | null {
  if (shut(status)) return null;
  if (FROM_MAILS.includes(pathname)) return null;
  if (status?.session === 'signed_in' && sessionStorage.getItem(INVITED)) return '/join';
  // A phone's own app asks for the server's address before it asks who is there.
  if (SIGNING.includes(pathname) && needsServer()) return `/server?next=${pathname}`;
  if (pathname === '/server' && !shell) return '/welcome';
  const first = FIRST_RUN.includes(pathname);
  const settled = status !== undefined && (status.session !== 'none' || status.storage.ready);
  const none = settled ? status.session === 'none' : localStorage.getItem(KEY) === null;
  if (none) return first ? null : '/welcome';
  if (!settled) return null;
  // Signing in again is allowed while a book is open: the server wants the password, or the book gets an account.
  if (pathname === '/welcome') return '/';
  // Who came for an import goes on with it.
  if (status.session === 'signed_in' && first) return location.hash === '#import' ? '/settings/import' : '/';
  return null;
}
