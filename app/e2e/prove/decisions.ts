// The other language decides again what Python's stories decided (server/tests/prove/decisions.py).
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../src/ledger/entities.ts';
import { decide } from '../../src/ledger/merge.ts';
import { MemoryState } from '../../src/ledger/state.ts';
import type { EntityName } from '../../src/store/entities.ts';

type Written = [EntityName, Row][];

interface Told {
  seed: number;
  book_id: string;
  steps: (
    | { rows: Written }
    | { mutation: Parameters<typeof decide>[1]; at: Parameters<typeof decide>[2]; status: string; writes: Written; conflicts: unknown[]; kept: Written }
  )[];
}

/** How many decisions of a file are the same here; what differs first, if anything. */
export function decideAgain(path: string): { decisions: number; differs: string | null } {
  let decisions = 0;
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const { seed, book_id, steps } = JSON.parse(line) as Told;
    let state = new MemoryState(book_id);
    for (const step of steps) {
      if ('rows' in step) {
        state = new MemoryState(book_id, step.rows);
        continue;
      }
      const decision = decide(state, step.mutation, step.at);
      const made = [decision.status, decision.writes.map(({ entity, after }) => [entity, plain(after)]), decision.conflicts];
      const expected = [step.status, step.writes, step.conflicts];
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(made)), expected)) {
        return { decisions, differs: `seed ${seed}, version ${step.at.ver}: ${JSON.stringify({ made, expected })}` };
      }
      state.put(decision.writes);
      state.put(step.kept.map(([entity, after]) => ({ entity, before: null, after })));
      decisions += 1;
    }
  }
  return { decisions, differs: null };
}

function plain(row: Row): Omit<Row, 'book_id'> {
  const { book_id: _, ...rest } = row as Row & { book_id?: string };
  return rest as Omit<Row, 'book_id'>;
}
