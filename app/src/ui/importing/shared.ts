/** A file that another app shared through the service worker (`/share`), until the import screen takes it. */
const CACHE = 'outlay-shared';
const PLACE = '/share';

/** The file, once; it is nowhere any more then. */
export async function takeShared(): Promise<File | null> {
  if (!('caches' in globalThis)) return null;
  const cache = await caches.open(CACHE);
  const kept = await cache.match(PLACE);
  if (!kept) return null;
  await cache.delete(PLACE);
  const name = decodeURIComponent(kept.headers.get('x-name') ?? 'file');
  return new File([await kept.blob()], name, { type: kept.headers.get('content-type') ?? '' });
}
