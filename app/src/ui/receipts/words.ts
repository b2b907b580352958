/** Where the files of receipts are, in words. Pure. */
import { locale, t } from '$src/messages';
import type { FileState, ReceiptFile } from '$src/outlay';

/** A file that a screen shows: of a receipt, or of one that is not saved yet. */
export interface Shown extends ReceiptFile {
  id: string;
  state: FileState;
  problem: string | null;
}

/** What a person should know of all of them; null when there is nothing to say. */
export function shown(files: readonly Pick<Shown, 'state'>[], local: boolean): { text: string; problem: boolean } | null {
  if (files.some(({ state }) => state === 'refused')) return { text: t('receipt.refused'), problem: true };
  const kept = files.filter(({ state }) => state === 'kept' || state === 'check').length;
  if (kept === 0) return null;
  return { text: local ? t('receipt.local') : t('receipt.kept', { count: kept }), problem: false };
}

/** Why a file cannot be shown now. */
export function awayWords(problem: string | null): string {
  if (problem === 'file_not_found') return t('receipt.missing');
  return problem === null ? t('receipt.away_text') : `${t('receipt.offline')} ${t('receipt.away_text')}`;
}

export function sizeWords(bytes: number): string {
  const large = bytes >= 1_000_000;
  const size = new Intl.NumberFormat(locale, { maximumFractionDigits: large ? 1 : 0 }).format(large ? bytes / 1_000_000 : Math.max(1, bytes / 1000));
  return t(large ? 'receipt.bytes_mb' : 'receipt.bytes_kb', { size });
}
