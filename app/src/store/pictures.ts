/**
 * Photos made small and plain in the browser's worker: drawn anew, so that nothing but what they show is left: no place,
 * no camera, no time (docs/decisions/0016). Documents stay as they are.
 */
import { limit } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';

export interface Prepared {
  media_type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** How a device draws. Under Node there is none: files are kept as they come, and have no thumbnail. */
export interface Pictures {
  /** Refuses `file_type`, `file_too_large`. */
  prepare(file: Blob): Promise<Prepared>;
  /** A small JPEG; null for what is no picture. */
  thumb(prepared: Prepared): Promise<Uint8Array | null>;
}

const QUALITY = 0.82;
const THUMB_SIDE = 160;
const THUMB_QUALITY = 0.7;

export const pictures: Pictures = {
  async prepare(file) {
    if (await isDocument(file)) {
      if (file.size > limit('file_bytes')) throw new Refusal('file_too_large', 'file', '', { max_bytes: limit('file_bytes') });
      return { media_type: 'application/pdf', bytes: new Uint8Array(await file.arrayBuffer()) };
    }
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => {
      throw new Refusal('file_type', 'file');
    });
    return { media_type: 'image/jpeg', bytes: await drawn(picture, limit('file_side'), QUALITY) };
  },
  async thumb({ media_type, bytes }) {
    if (!media_type.startsWith('image/')) return null;
    try {
      return await drawn(await createImageBitmap(new Blob([bytes], { type: media_type })), THUMB_SIDE, THUMB_QUALITY);
    } catch {
      return null;
    }
  }
};

async function isDocument(file: Blob): Promise<boolean> {
  return (await file.slice(0, 5).text()) === '%PDF-';
}

async function drawn(picture: ImageBitmap, side: number, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const [width, height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false })!;
  context.imageSmoothingQuality = 'high';
  // JPEG knows no transparency: paper is white
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  picture.close();
  const made = await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return new Uint8Array(await made.arrayBuffer());
}
