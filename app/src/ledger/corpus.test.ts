/**
 * Python's decisions, made again: the committed cases, and ten thousand new ones that
 * server/tests/corpus.py generates for this run.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EntityName, Fields, Row } from './entities.ts';
import { put } from './lines.ts';
import { decide, type AnyMutation } from './merge.ts';
import { MemoryState } from './state.ts';
import { changeOf, undoOps } from './undo.ts';

interface Step {
  mutation: AnyMutation;
  at: { ver: number; device: number; edited_at_ms: number; strict: boolean };
  status: string;
  field: string | null;
  writes: [EntityName, Row][];
  conflicts: Fields[];
  rollup: [string, [unknown[], number[]][]][];
  undo: Fields[];
  forced: Fields[];
}

interface Book {
  book_id: string;
  steps: Step[];
}

const ROOT = new URL('../../../', import.meta.url).pathname;
const GENERATED = `${ROOT}app/.corpus/merge.jsonl`;
const STEPS = 10_000;
const PYTHON = [process.env['OUTLAY_PYTHON'], `${ROOT}.venv/bin/python`].find((path) => path && existsSync(path));

function read(path: string): Book[] {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Book);
}

/** Arrays of [key, sums] in one order. */
function sorted(cells: readonly [unknown, unknown][]): unknown[] {
  return [...cells].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function replay({ book_id, steps }: Book): void {
  const state = new MemoryState(book_id);
  for (const { mutation, at, ...expected } of steps) {
    const decision = decide(state, mutation, at);
    state.put(decision.writes);
    const changes = decision.writes.map(changeOf);
    const current = (entity: EntityName, id: string) => state.get(entity, id);
    const transactions = decision.writes.filter(({ entity }) => entity === 'transaction');
    const made = {
      status: decision.status,
      field: decision.refusal?.field ?? null,
      writes: decision.writes.map(({ entity, after }) => [entity, after]),
      conflicts: decision.conflicts,
      rollup: transactions.map(({ before, after }) => [after.id, sorted(put(before, after, 5))]),
      undo: undoOps(changes, current),
      forced: undoOps(changes, current, { force: true })
    };
    const same = { ...expected, rollup: expected.rollup.map(([id, cells]) => [id, sorted(cells)]) };
    expect(made, `version ${at.ver} of ${book_id}: ${JSON.stringify(mutation)}`).toEqual(same);
  }
}

describe('decide, lines and undo are what Python makes of them', () => {
  it('in the committed cases', () => {
    const books = read(`${ROOT}spec/sync/corpus.jsonl`);
    expect(books.length).toBeGreaterThan(4);
    books.forEach(replay);
  });

  it.skipIf(!PYTHON)(`in ${STEPS} new ones (skipped without .venv: run make)`, { timeout: 120_000 }, () => {
    mkdirSync(`${ROOT}app/.corpus`, { recursive: true });
    const seed = process.env['OUTLAY_CORPUS_SEED'] ?? String(Date.now() % 1_000_000);
    execFileSync(PYTHON!, [`${ROOT}server/tests/corpus.py`, GENERATED, String(STEPS), seed]);
    const books = read(GENERATED);
    expect(books.reduce((sum, { steps }) => sum + steps.length, 0)).toBeGreaterThanOrEqual(STEPS);
    books.forEach(replay);
  });
});
