/** Numbers as people write them in any script, for the parsers, which know 0 to 9. Twin: server/outlay/kernel/digits.py. */

const DIGIT = /\p{Nd}/u;

/**
 * Decimal digits of every script (Unicode's Nd below U+10000, where each script has its ten in a row) as 0 to 9, the
 * Arabic decimal and thousands signs as `.` and `,`, the Chinese and Japanese full-width ones too. All else stays.
 */
export function plainDigits(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text;
  return text.replace(/\p{Nd}/gu, plain).replace(/[\u066b\uff0e]/g, '.').replace(/[\u066c\uff0c]/g, ',');
}

function plain(digit: string): string {
  const code = digit.codePointAt(0)!;
  if (code > 0xffff) return digit;
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCharCode(code - value - 1))) value++;
  return String(value);
}
