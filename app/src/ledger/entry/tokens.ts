/** A typed line as words, numbers and signs, each with its place in the text. Pure. */
import { folded } from '../../kernel/text.ts';

export interface Token {
  kind: 'word' | 'number' | 'sign';
  /** As typed; digits of every script as 0 to 9. */
  text: string;
  /** As it is compared. */
  key: string;
  start: number;
  end: number;
  /** Nothing stands between it and the token before. */
  glued: boolean;
  /** One character of a script without spaces. */
  han: boolean;
  /** A word may begin here: between spaces always, in Chinese where a dictionary says so. */
  edge: boolean;
}

/** The zero of each set of digits that is read, besides ASCII's: Arabic, Persian, Devanagari, full width. */
const ZEROS = [0x660, 0x6f0, 0x966, 0xff10];
const FULL_WIDTH: Record<string, string> = { '．': '.', '，': ',', '＋': '+', '－': '-', '＃': '#', '：': ':', '／': '/', '＊': '*' };

/** The same text with digits of every script as ASCII; as many UTF-16 units as before. */
export function plainDigits(text: string): string {
  return text.replace(/[٠-٩۰-۹०-९０-９．，＋－＃：／＊]/g, (sign) => {
    const code = sign.charCodeAt(0);
    const zero = ZEROS.find((one) => code >= one && code < one + 10);
    return zero === undefined ? (FULL_WIDTH[sign] ?? sign) : String(code - zero);
  });
}

const PIECES =
  /(?<skip>[\s\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]+)|(?<number>\d+(?:[.,'’٫٬\u00a0\u202f]\d+)*|(?<![\d\p{L}\p{M}])[.,٫]\d+)|(?<han>\p{Script=Han})|(?<word>(?!\p{Script=Han})\p{L}(?:(?!\p{Script=Han})[\p{L}\p{M}]|['’](?=\p{L}))*)|(?<sign>[^])/gu;

export function tokenise(text: string): Token[] {
  const plain = plainDigits(text);
  const edges = wordEdges(text);
  const tokens: Token[] = [];
  let last = 0;
  for (const found of plain.matchAll(PIECES)) {
    const { skip, number, han, word } = found.groups as Record<string, string | undefined>;
    if (skip !== undefined) continue;
    const [piece] = found;
    const start = found.index;
    const kind = number !== undefined ? 'number' : han !== undefined || word !== undefined ? 'word' : 'sign';
    tokens.push({
      kind, text: piece, key: kind === 'number' ? piece : folded(piece), start, end: start + piece.length, glued: start === last && start > 0,
      han: han !== undefined, edge: han === undefined || edges === null || edges.has(start)
    });
    last = start + piece.length;
  }
  return tokens;
}

/** Where words begin and end in a text with Chinese in it; null when there is none, or nothing to ask. */
function wordEdges(text: string): Set<number> | null {
  if (!/\p{Script=Han}/u.test(text) || typeof Intl.Segmenter !== 'function') return null;
  const edges = new Set([text.length]);
  for (const { index } of new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)) edges.add(index);
  return edges;
}
