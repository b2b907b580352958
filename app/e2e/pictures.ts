// Pictures made in memory: a PNG (third edition of the standard, 5) of noise, so that no two are alike.
import { crc32, deflateSync } from 'node:zlib';

function chunk(name: string, content: Buffer): Buffer {
  const head = Buffer.from(name, 'latin1');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(Buffer.concat([head, content])));
  return Buffer.concat([size, head, content, sum]);
}

/** `words` go where a camera would write. */
export function png(width: number, height: number, seed: number, words = ''): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  let state = seed;
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 1; x <= width * 3; x++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      // light paper with dark lines, as a receipt is
      rows[y * (1 + width * 3) + x] = y % 24 < 6 && x > width * 0.4 && x < width * 2.4 ? 40 + ((state >>> 16) % 60) : 225 + ((state >>> 16) % 24);
    }
  }
  const said = words ? [chunk('tEXt', Buffer.from(`Comment\0${words}`, 'latin1'))] : [];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), ...said, chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A document of one empty page. */
export function pdf(): Buffer {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>'];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = text.length;
  text += `xref\n0 4\n0000000000 65535 f \n${places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')}`;
  return Buffer.from(`${text}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`, 'latin1');
}
