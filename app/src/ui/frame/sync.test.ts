import { describe, expect, it } from 'vitest';
import { add } from '$src/messages';
import { book } from '$src/messages/en/book';
import type { Status, SyncState } from '$src/outlay';
import { syncWords, type Mood } from './sync';

add(book);

function said(state: SyncState, sync: Partial<Status['sync']> = {}, more: Partial<Status> = {}): [Mood, string] {
  const status = { session: 'signed_in', storage: { ready: true }, ...more, sync: { state, unsent: 0, set_aside: 0, attention: 0, ...sync } } as Status;
  const { mood, text } = syncWords(status);
  return [mood, text];
}

describe('the state of sync in words', () => {
  it.each<[SyncState, Partial<Status['sync']>, Mood, string]>([
    ['saved_here', {}, 'quiet', 'Saved on this device'],
    ['up_to_date', {}, 'quiet', 'Up to date'],
    ['up_to_date', { last_sync_ms: Date.now() }, 'quiet', 'Up to date, just now'],
    ['sending', { unsent: 2 }, 'working', 'Sending 2 changes …'],
    ['sending', {}, 'working', 'Looking for what is new …'],
    ['offline', {}, 'waiting', 'Offline. Everything works.'],
    ['offline', { unsent: 1 }, 'waiting', 'Offline. 1 change is saved here and waits for the network.'],
    ['needs_sign_in', { unsent: 3 }, 'problem', 'Sign in to sync 3 changes'],
    ['needs_sign_in', {}, 'problem', 'Sign in to sync'],
    ['hydrating', {}, 'working', 'Fetching your book …'],
    ['hydrating', { progress: { done: 40, total: 100 } }, 'working', 'Fetching your book: 40 %'],
    ['upgrade', { unsent: 1 }, 'problem', 'Saved here. A newer version of the app is needed to send 1 change.'],
    ['upgrade', {}, 'problem', 'A newer version of the app is needed to sync.'],
    ['revoked', {}, 'problem', 'You no longer have access to this book.'],
    ['revoked', { unsent: 2 }, 'problem', 'You no longer have access to this book. 2 changes here were not sent.'],
    ['device_revoked', {}, 'problem', 'This device was signed out of this book.'],
    ['device_revoked', { unsent: 2 }, 'problem', 'This device was signed out of this book. 2 changes here were not sent.'],
    ['book_deleted', {}, 'problem', 'This book was deleted elsewhere.'],
    ['book_deleted', { unsent: 2 }, 'problem', 'This book was deleted elsewhere. 2 changes here were not sent.'],
    ['error', { problem: { code: 'busy', message: 'The server is busy.' } }, 'problem', 'The server is busy.'],
    ['error', {}, 'problem', 'Syncing does not work at the moment. Everything is kept here.']
  ])('%s %j', (state, sync, mood, text) => {
    expect(said(state, sync)).toEqual([mood, text]);
  });

  it('says first what is wrong with the storage, and that a book without an account is only here', () => {
    expect(said('up_to_date', {}, { storage: { ready: false, error: { code: 'storage_full', message: 'The device is full.' } } })).toEqual(['problem', 'The device is full.']);
    expect(said('saved_here', {}, { session: 'local' })).toEqual(['quiet', 'Only on this device']);
  });
});
