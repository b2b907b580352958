// Tells many stories on one server and has its data judged in the end.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PYTHON, startServer } from '../harness.ts';
import { decideAgain } from './decisions.ts';
import { aside, Story, type How } from './story.ts';

const LATER = fileURLToPath(new URL('../../../server/tests/prove/later.py', import.meta.url));

export interface Report {
  seeds: number;
  first_seed: number;
  /** Sums over all stories: steps, faults of the line by kind, crashes, changes by status. */
  counts: Record<string, number>;
  commands: Record<string, number>;
  /** Decisions of Python's stories that are the same here. */
  decisions: number;
  judged: Judged;
  /** What every long run must have met, and this one has not. */
  unmet: string[];
  violations: number;
}

interface Judged {
  missing: number;
  twice: number;
  revived: number;
  differences: number;
}

/** In as many stories as this each of these has happened, or the proof is not what it says. */
const LONG = 24;
const FLOOR = [
  'file restored', 'file restored from before what was confirmed', 'file cloned', 'storage evicted', 'two leaders', 'all at once', 'half years', 'collected',
  'membership revoked', 'membership given back', 'unsent changes carried over', 'clock jumped by hours', 'clock jumped by years', 'signed in',
  'clear poke', 'silent poke', 'doubled poke', 'late poke', 'server restored', 'killed in the request', 'killed before the answer',
  'killed in the answer', 'crash before the commit', 'crash after the commit', 'killed apps', 'late', 'cut', 'refused', 'answer lost',
  'request lost', 'sent twice', 'refresh in trouble', 'stream refused', 'old answer', 'taken and refused', 'ok', 'ok+conflict', 'ok+rewritten', 'parked'
];

export interface Asked {
  seeds: number;
  first_seed: number;
  steps: number;
  /** Every how many seeds the server is killed; is restored, or half a year passes; 0 is never. */
  kill_every: number;
  special_every: number;
  /** Stories of Python whose decisions are decided again. */
  decided: number;
  /** How long those are. */
  decided_steps: number;
  told?: (seed: number, error: unknown) => void;
}

export async function prove(asked: Asked): Promise<Report> {
  const counts: Record<string, number> = {};
  const commands: Record<string, number> = {};
  const books: Record<string, { seed: number; mids: string[] }> = {};
  let violations = 0;
  const judged: Judged = { missing: 0, twice: 0, revived: 0, differences: 0 };
  const environment: Record<string, string> = { OUTLAY_RATE_LIMIT: 'false' };
  let ahead_ms = 0;
  const server = await startServer(environment, { command: [PYTHON, LATER] });
  const folder = mkdtempSync(join(tmpdir(), 'outlay-prove-'));
  // of a server that is stopped
  const judge = async () => {
    const saved = join(folder, 'saved.json');
    writeFileSync(saved, JSON.stringify(Object.fromEntries(Object.entries(books).map(([book_id, { mids }]) => [book_id, mids]))));
    const found = JSON.parse(await aside(server.dataFolder, 'judge', saved)) as Record<string, Record<keyof Judged, string[]> & { collected: boolean }>;
    for (const [book_id, { collected, ...wrong }] of Object.entries(found)) {
      add(counts, { collected: Number(collected) });
      for (const [name, what] of Object.entries(wrong) as [keyof Judged, string[]][]) {
        judged[name] += what.length;
        if (what.length > 0) asked.told?.(books[book_id]!.seed, new Error(`${name}: ${what.slice(0, 3).join('; ')}`));
      }
    }
    for (const book_id of Object.keys(books)) delete books[book_id];
  };
  const later = async (ms: number) => {
    await judge();
    environment['OUTLAY_TEST_LATER_MS'] = String((ahead_ms += ms));
  };
  try {
    for (let seed = asked.first_seed; seed < asked.first_seed + asked.seeds; seed++) {
      try {
        const told = await new Story(server, seed).tell({ ...howOf(seed, asked), later });
        books[told.book_id] = { seed, mids: told.mids };
        add(counts, told.counts);
        add(commands, told.commands);
        asked.told?.(seed, null);
      } catch (error) {
        violations += 1;
        asked.told?.(seed, error);
        // in whatever state it was left
        await server.kill();
        await server.restart();
      }
    }
    await server.kill();
    await judge();
    violations += Object.values(judged).reduce((a, b) => a + b);
    const { decisions, differs } = again(folder, asked);
    if (differs !== null) {
      violations += 1;
      asked.told?.(asked.first_seed, new Error(`the languages decide differently: ${differs}`));
    }
    const unmet = asked.seeds < LONG ? [] : FLOOR.filter((what) => !counts[what]);
    if (unmet.length > 0) asked.told?.(asked.first_seed, new Error(`never happened: ${unmet.join(', ')}`));
    return { seeds: asked.seeds, first_seed: asked.first_seed, counts, commands, decisions, judged, unmet, violations: violations + unmet.length };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What happens to the server follows from the seed too. */
function howOf(seed: number, { steps, kill_every, special_every }: Asked): Omit<How, 'later'> {
  const special = (rest: number) => special_every > 0 && seed % special_every === rest;
  return { steps, kill: kill_every > 0 && seed % kill_every === 0, restore: special(1), away: special(3) };
}

function again(folder: string, { decided, decided_steps, first_seed }: Asked): { decisions: number; differs: string | null } {
  if (decided === 0) return { decisions: 0, differs: null };
  const file = join(folder, 'decisions.jsonl');
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const script = join(root, 'server/tests/prove/decisions.py');
  execFileSync(join(root, '.venv/bin/python'), [script, file, String(decided), String(first_seed), String(decided_steps)], { stdio: 'inherit' });
  return decideAgain(file);
}

function add(total: Record<string, number>, more: Record<string, number>): void {
  for (const [name, count] of Object.entries(more)) total[name] = (total[name] ?? 0) + count;
}
