/** What is left of a typed line when everything else is understood: a payee and a note. Pure. */
import { clean } from '../../kernel/text.ts';
import { longest, type Grammar, type Line, type Match, type Role } from './grammar.ts';
import type { Mention } from './names.ts';

interface Piece {
  start: number;
  end: number;
  role: Role | null;
  /** With the little word that says the role. */
  whole: [start: number, end: number];
}

const BREAKS = /^[,;.:!?|()[\]{}،؛。，、·•~@]$/;

/** `no_payee`: everything is the note. */
export function wordsLeft(line: Line, grammar: Grammar, kept: readonly Mention[], no_payee: boolean): { payee: string; note: string } {
  const pieces = piecesOf(line, grammar);
  const isKept = (piece: Piece) => kept.some(({ start, end }) => start < piece.end && end > piece.start);
  const can = pieces.filter((piece) => !no_payee && piece.role !== 'for' && !isKept(piece));
  const payee = can.find(({ role }) => role === 'at') ?? can.find(({ role }) => role === null) ?? can.find(({ role }) => role === 'to' || (role === 'from' && pieces.length === 1));
  let note = '';
  for (const piece of pieces) {
    if (piece === payee) continue;
    const [start, end] = note ? piece.whole : [piece.start, piece.end];
    note = clean(`${note} ${spelled(line, start, end)}`);
  }
  return { payee: payee ? spelled(line, payee.start, payee.end) : '', note };
}

const spelled = ({ text, tokens }: Line, start: number, end: number): string => clean(text.slice(tokens[start]!.start, tokens[end - 1]!.end));

/** Runs of words that were not understood, apart where a comma or a little word («at», «for») stands. */
function piecesOf(line: Line, grammar: Grammar): Piece[] {
  const pieces: Piece[] = [];
  let [begun, from, role]: [number, number, Role | null] = [-1, -1, null];
  const close = (end: number, whole_end = end) => {
    if (begun >= 0) pieces.push(...trimmed(line, grammar, { start: from, end, role, whole: [begun, whole_end] }));
    [begun, from, role] = [-1, -1, null];
  };
  for (let at = 0; at < line.tokens.length; ) {
    const token = line.tokens[at]!;
    if (line.taken[at] || (BREAKS.test(token.text) && !(token.glued && line.tokens[at + 1]?.glued))) {
      close(at);
      at += 1;
      continue;
    }
    const before: Match<Role> | null = longest(line, at, grammar.before, grammar);
    if (before) {
      close(at);
      [begun, from, role] = [at, before.end, before.value];
      at = before.end;
      continue;
    }
    const after: Match<Role> | null = begun >= 0 && role === null ? longest(line, at, grammar.after, grammar) : null;
    if (after) {
      role = after.value;
      close(at, after.end);
      at = after.end;
      continue;
    }
    if (begun < 0) [begun, from] = [at, at];
    at += 1;
  }
  close(line.tokens.length);
  return pieces;
}

/** Without little words and signs at its ends; nothing when nothing is left. */
function trimmed({ tokens }: Line, grammar: Grammar, piece: Piece): Piece[] {
  let { start, end } = piece;
  const idle = (at: number) => grammar.fillers.has(tokens[at]!.key) || (tokens[at]!.kind === 'sign' && !/\p{Extended_Pictographic}/u.test(tokens[at]!.text));
  while (start < end && idle(start)) start += 1;
  while (end > start && idle(end - 1)) end -= 1;
  if (start >= end) return [];
  const [first, last] = piece.whole;
  return [{ ...piece, start, end, whole: [piece.start === first ? start : first, last > piece.end ? last : end] }];
}
