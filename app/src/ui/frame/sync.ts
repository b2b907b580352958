/** The state of sync in words. Pure. */
import { t } from '$src/messages';
import { sentence } from '$src/messages/problem';
import type { Status } from '$src/outlay';
import { ago } from '../format';

export type Mood = 'quiet' | 'working' | 'waiting' | 'problem';

export interface SyncWords {
  text: string;
  mood: Mood;
}

export function syncWords(status: Status): SyncWords {
  const { state, unsent, files, progress, problem, last_sync_ms } = status.sync;
  if (status.storage.error) return { text: sentence(status.storage.error), mood: 'problem' };
  switch (state) {
    case 'up_to_date':
      if (files > 0) return { text: t('sync.files', { count: files }), mood: 'waiting' };
      return { text: last_sync_ms ? t('sync.up_to_date_since', { when: ago(last_sync_ms) }) : t('sync.up_to_date'), mood: 'quiet' };
    case 'sending':
      return { text: t('sync.sending', { count: unsent }), mood: 'working' };
    case 'hydrating': {
      if (!progress?.total) return { text: t('sync.hydrating'), mood: 'working' };
      const share = Math.min(100, Math.floor((progress.done * 100) / progress.total));
      return { text: t('sync.hydrating_share', { share }), mood: 'working' };
    }
    case 'offline':
      return { text: unsent ? t('sync.offline_unsent', { count: unsent }) : t('sync.offline'), mood: 'waiting' };
    case 'needs_sign_in':
      return { text: t('sync.needs_sign_in', { count: unsent }), mood: 'problem' };
    case 'saved_here':
      return { text: status.session === 'local' ? t('sync.local') : t('sync.saved_here'), mood: 'quiet' };
    case 'revoked':
    case 'device_revoked':
    case 'book_deleted':
    case 'upgrade':
      return { text: t(`sync.${state}`, { count: unsent }), mood: 'problem' };
    default:
      return { text: problem ? sentence(problem) : t(`sync.${state}`), mood: 'problem' };
  }
}

/** The server takes nothing of this book from this device any more. */
export function isClosed({ sync }: Status): boolean {
  return sync.state === 'revoked' || sync.state === 'device_revoked' || sync.state === 'book_deleted';
}
