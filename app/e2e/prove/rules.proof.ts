// The device's rules: the stories about them hold, and with a rule taken away from the app one of them says which
// invariant broke. `make prove ABLATE=all` writes what was found to PROVE_OUT; ABLATE names one rule.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Server, startServer } from '../harness.ts';
import { copied, RULES } from './ablations.ts';
import { STORIES, tell } from './directed.ts';

const PATIENCE = { timeout: 120_000 };
const [out, only] = [process.env['PROVE_OUT'], process.env['PROVE_RULE'] ?? 'all'];
const found: Record<string, boolean> = {};
let server: Server;

beforeAll(async () => {
  server = await startServer({ OUTLAY_RATE_LIMIT: 'false' });
});

afterAll(async () => {
  await server?.stop();
  if (out) writeFileSync(out, JSON.stringify(found));
});

it.each(only === 'all' ? Object.keys(STORIES) : [])('story: %s', PATIENCE, (name) => tell(name, server));

it.each(Object.keys(RULES).filter((rule) => only === 'all' || only === rule))('without: %s', PATIENCE, async (rule) => {
  found[rule] = false;
  const { tell: told, remove } = await copied(rule);
  try {
    const said: string[] = [];
    for (const name of RULES[rule]!.stories) {
      await told(name, server).catch((error: Error) => said.push(error.name === 'Violation' ? error.message : `it broke, which does not count: ${error.stack}`));
    }
    found[rule] = said.some((what) => /^I\d+:? /.test(what));
    if (out) process.stderr.write(`${rule}: ${said[0]?.slice(0, 120) ?? 'NOT NOTICED'}\n`);
    expect(said.join('\n')).toMatch(/^I\d+:? /m);
  } finally {
    remove();
  }
});
