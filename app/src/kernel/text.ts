/** Text that is compared: one search key, equal in both languages (spec/kernel/search_key.json). */

// Python's and JavaScript's ideas of a space differ, so the set is written out.
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+/g;

/** Where Unicode's full case folding differs from lower case, after NFKD. */
const UNFOLDED = /[\u00df\u0345\u03c2\u13f8-\u13fd\u1c80-\u1c88\uab70-\uabbf]/g;
const CYRILLIC = '\u0432\u0434\u043e\u0441\u0442\u0442\u044a\u0463\ua64b';

function fold(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0xdf) return 'ss';
  if (code === 0x345) return '\u03b9';
  if (code === 0x3c2) return '\u03c3';
  if (code >= 0xab70) return String.fromCharCode(code - 0xab70 + 0x13a0);
  if (code >= 0x1c80) return CYRILLIC.charAt(code - 0x1c80);
  return String.fromCharCode(code - 8);
}

/** What a person typed into a name: NFC, runs of spaces as one, none at the ends. */
export function clean(text: string): string {
  return trim(text.normalize('NFC'));
}

/** NFKC(casefold(NFKD(text))), runs of spaces as one, none at the ends. */
export function searchKey(text: string): string {
  return trim(text.normalize('NFKD').toLowerCase().replace(UNFOLDED, fold).normalize('NFKC'));
}

/** Marks that people leave out when they look for a word: accents, Hebrew points, Arabic vowels and the stretch between letters. */
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
/** Letters of Arabic that are written one for the other. */
const ALIKE: Record<string, string> = { أ: 'ا', إ: 'ا', آ: 'ا', ٱ: 'ا', ى: 'ي', ئ: 'ي', ؤ: 'و', ة: 'ه' };

/** Folded as words are found: without case, without marks. The Arabic vowels go before the letters, which NFKC may join with them. */
export function folded(text: string): string {
  // Most texts of most people, by the thousand while a book is fetched.
  if (!/[^\x20-\x7e]/.test(text)) return text.toLowerCase();
  const bare = searchKey(text).normalize('NFKD').replace(MARKS, '').normalize('NFKC');
  return bare.replace(/[أإآٱىئؤة]/g, (letter) => ALIKE[letter] ?? letter);
}

function trim(text: string): string {
  return text.replace(SPACES, ' ').replace(/^ | $/g, '');
}
