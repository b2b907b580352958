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
const FIRST_RUN = ['/welcome', '/sign-up', '/sign-in', '/start', '/server', '/signed-in', '/sign-in/code', '/reset', '/confirm'];
const SIGNING = ['/sign-up', '/sign-in'];
/** Where a mail's link leads, whoever is signed in here. */
const FROM_MAILS = ['/reset', '/confirm'];

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
  // An invitation is looked at by anybody, and taken once somebody is signed in.
  if (pathname === '/join') return null;
  if (status?.session === 'signed_in' && sessionStorage.getItem(INVITED)) return '/join';
  // A phone's own app asks for the server's address before it asks who is there.
  if (SIGNING.includes(pathname) && needsServer()) return `/server?next=${pathname}`;
  if (pathname === '/server' && !shell) return '/welcome';
  if (FROM_MAILS.includes(pathname)) return null;
  const first = FIRST_RUN.includes(pathname);
  const settled = status !== undefined && (status.session !== 'none' || status.storage.ready);
  const none = settled ? status.session === 'none' : localStorage.getItem(KEY) === null;
  if (none) return first ? null : '/welcome';
  if (!settled) return null;
  // Signing in again is allowed while a book is open: the server wants the password, or the book gets an account.
  if (pathname === '/welcome') return '/';
  if (status.session === 'signed_in' && first) return '/';
  return null;
}
