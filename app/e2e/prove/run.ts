// Tells many stories on one server and has its data judged in the end.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '../harness.ts';
import { decideAgain } from './decisions.ts';
import { aside, Story, type How } from './story.ts';

export interface Report {
  seeds: number;
  first_seed: number;
  /** Sums over all stories: steps, faults of the line by kind, crashes, changes by status. */
  counts: Record<string, number>;
  commands: Record<string, number>;
  /** Decisions of Python's stories that are the same here. */
  decisions: number;
  judged: { missing: number; twice: number; differences: number };
  violations: number;
}

export interface Asked {
  seeds: number;
  first_seed: number;
  steps: number;
  /** Every how many seeds the server is killed, restored, or forgets; 0 is never. */
  kill_every: number;
  special_every: number;
  /** Stories of Python whose decisions are decided again. */
  decided: number;
  told?: (seed: number, error: unknown) => void;
}

export async function prove(asked: Asked): Promise<Report> {
  const counts: Record<string, number> = {};
  const commands: Record<string, number> = {};
  const books: Record<string, string[]> = {};
  let violations = 0;
  const server = await startServer({ OUTLAY_RATE_LIMIT: 'false' });
  const folder = mkdtempSync(join(tmpdir(), 'outlay-prove-'));
  try {
    for (let seed = asked.first_seed; seed < asked.first_seed + asked.seeds; seed++) {
      try {
        const told = await new Story(server, seed).tell(howOf(seed, asked));
        books[told.book_id] = told.mids;
        add(counts, told.counts);
        add(commands, told.commands);
        asked.told?.(seed, null);
      } catch (error) {
        violations += 1;
        asked.told?.(seed, error);
      }
    }
    await server.kill();
    const saved = join(folder, 'saved.json');
    writeFileSync(saved, JSON.stringify(books));
    const judged = JSON.parse(await aside(server.dataFolder, 'judge', saved)) as Report['judged'];
    violations += Object.values(judged).reduce((a, b) => a + b);
    const { decisions, differs } = again(folder, asked);
    if (differs !== null) {
      violations += 1;
      asked.told?.(asked.first_seed, new Error(`the languages decide differently: ${differs}`));
    }
    return { seeds: asked.seeds, first_seed: asked.first_seed, counts, commands, decisions, judged, violations };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What happens to the server follows from the seed too; a collection forgets what a judge would ask for. */
function howOf(seed: number, { steps, kill_every, special_every }: Asked): How {
  const special = special_every > 0 && seed % special_every === 1;
  return { steps, kill: kill_every > 0 && seed % kill_every === 0, restore: special, collect: false };
}

function again(folder: string, { decided, first_seed }: Asked): { decisions: number; differs: string | null } {
  if (decided === 0) return { decisions: 0, differs: null };
  const file = join(folder, 'decisions.jsonl');
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const script = join(root, 'server/tests/prove/decisions.py');
  execFileSync(join(root, '.venv/bin/python'), [script, file, String(decided), String(first_seed), '300'], { stdio: 'inherit' });
  return decideAgain(file);
}

function add(total: Record<string, number>, more: Record<string, number>): void {
  for (const [name, count] of Object.entries(more)) total[name] = (total[name] ?? 0) + count;
}
