/** The files that an import reads, as a file field names them. */
import formats from '../../../../spec/imports.json' with { type: 'json' };

export const ACCEPT = formats.flatMap(({ endings, media }) => [...endings.map((ending) => `.${ending}`), ...media]);
