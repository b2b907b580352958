// The files that an import reads (spec/imports.json), as phones name them: endings, media types (Android), and uniform types (iOS).
import formats from '../spec/imports.json' with { type: 'json' };

export interface Format {
  name: string;
  endings: string[];
  media: string[];
  /** The system's own type; without one, ours is declared with the endings. */
  uniform?: string;
}

export const FORMATS: Format[] = formats;

/** What banks and mail programs call a file whose kind they do not know. */
export const VAGUE_MEDIA = ['text/plain', 'application/octet-stream'];
