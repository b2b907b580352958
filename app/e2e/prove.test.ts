// A few stories of the device's half of the proof; `make prove DEVICE=200` tells many (docs/sync.md).
// With PROVE (JSON, `Asked` of prove/run.ts) it is that run, and writes its report where it is told to.
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { removed, RULES } from './prove/ablations.ts';
import { prove, type Asked } from './prove/run.ts';

const SHORT: Asked = { seeds: 2, first_seed: 0, steps: 30, kill_every: 4, special_every: 4, decided: 3, decided_steps: 300 };
const asked = process.env['PROVE'];

it('devices, a failing line and a dying server end in agreement', { timeout: asked ? 4 * 3_600_000 : 600_000 }, async () => {
  const report = await prove({
    ...SHORT,
    ...(asked ? (JSON.parse(asked) as Asked) : {}),
    told: (seed, error) => {
      if (error === null) return void (asked && process.stderr.write(seed % 10 === 0 ? `seed ${seed}\n` : ''));
      process.stderr.write(`seed ${seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.stderr.write(`  make prove SEEDS=0 DEVICE=1 FIRST_SEED=${seed}\n`);
    }
  });
  const out = process.env['PROVE_OUT'];
  if (out) writeFileSync(out, JSON.stringify(report));
  expect(report).toMatchObject({ violations: 0 });
  expect(report.decisions).toBeGreaterThan(asked ? -1 : 100);
});

it('every rule of the device stands where `make prove ABLATE=all` takes it away', () => {
  for (const rule of Object.keys(RULES)) expect(removed(rule).size).toBeGreaterThan(0);
});
