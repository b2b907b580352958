// The rules of the device, each with how it is taken away: the text of the app is changed in a copy of it, and the
// copy is run. What is to be replaced stands there exactly once, or the rule is somewhere else by now.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { tell } from './directed.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface Rule {
  /** The stories that notice (`directed.ts`). */
  stories: string[];
  /** File of app/src, what stands there, what stands there without the rule. */
  without: [file: string, from: string, to: string][];
}

const [INBOX, MACHINE, OUTBOX] = ['sync/inbox.ts', 'sync/machine.ts', 'sync/outbox.ts'];
const PLACED = 'if (position(port) !== page.from || page.from !== asked.cursor) return STALE;';

export const RULES: Record<string, Rule> = {
  'pages are staged': {
    stories: ['pages'],
    without: [[INBOX, `writeMeta(port, { staged_to: page.to });\n      return STAGED;`, `return { ...merge(landing, page), state: 'staged' };`]]
  },
  'rows before cursor': {
    stories: ['dying'],
    without: [
      [INBOX, `const { port, asked } = landing;`, `const { port, asked } = landing;
        if (!page.more && meta(port).cursor !== null && position(port) === page.from) port.tx(() => writeMeta(port, { cursor: page.to, staged_to: null }));`],
      [INBOX, PLACED, '']
    ]
  },
  'from is where the device stands': { stories: ['late answer'], without: [[INBOX, PLACED, '']] },
  'a page of the snapshot goes on where the last one ended': {
    stories: ['other page'], without: [[INBOX, 'if (page.from !== hydration.after) return STALE;', '']]
  },
  'trim by mutation id': {
    stories: ['taken in an ack'],
    without: [
      [INBOX, 'for (const [seq, mid, status, ver] of acks) {', 'for (const [seq, , status, ver] of acks) {'],
      [INBOX, `const mine = port.value<string>(\`SELECT mid FROM outbox`, `const mid = port.value<string>(\`SELECT mid FROM outbox`],
      [INBOX, 'if (mine !== mid) return { forked: true, touched };', 'if (mid === null) continue;']
    ]
  },
  'a number that was passed over is let go': {
    stories: ['passed over'], without: [[INBOX, 'return { forked: passed! > 0, touched };', 'return { forked: false, touched };']]
  },
  'a fork takes a new identity': {
    stories: ['taken in a push'],
    without: [
      [MACHINE, 'if (answer.body.stop !== null) return', `if (answer.body.stop === 'gap') return`],
      [INBOX, 'if (mine !== mid) return { forked: true, touched };', 'if (mine !== mid) continue;']
    ]
  },
  'a gap sends again what was confirmed': { stories: ['gap'], without: [[MACHINE, `stop === 'gap');`, 'false);']] },
  'another log is noticed': { stories: ['restored'], without: [[MACHINE, `if (code === 'epoch') return this.#startOver(asked, true);`, '']] },
  'acknowledged changes again after a restore': {
    stories: ['restored'], without: [[MACHINE, 'newDevice(port, world.newDeviceId(), true);', 'newDevice(port, world.newDeviceId());']]
  },
  // alone it is noticed as a fork is
  'a restored log gets a new identity': {
    stories: ['restored'],
    without: [
      [MACHINE, 'newDevice(port, world.newDeviceId(), true);', 'newDevice(port, now.device_id, true);'],
      [MACHINE, 'if (answer.body.stop !== null) return', `if (answer.body.stop === 'gap') return`],
      [INBOX, 'if (mine !== mid) return { forked: true, touched };', 'if (mine !== mid) continue;']
    ]
  },
  'what was acknowledged is kept': { stories: ['restored'], without: [[OUTBOX, 'KEPT_ACKED_MS = 30 * 24 * 3600 * 1000', 'KEPT_ACKED_MS = 0']] },
  'nothing again that was acknowledged long ago': {
    stories: ['restored'], without: [[OUTBOX, 'KEPT_ACKED_MS = 30 * 24 * 3600 * 1000', 'KEPT_ACKED_MS = 2 ** 52']]
  },
  'the 30 days are the server\'s': {
    stories: ['restored'], without: [[MACHINE, 'dropOldAcked(port, page.time)', 'dropOldAcked(port, world.now_ms())']]
  },
  'a new log was seen by nobody': {
    stories: ['restored'], without: [[OUTBOX, `port.run(\`UPDATE outbox SET base = 0 WHERE state = 'pending'\`);`, '']]
  },
  'another log is noticed before the first page': {
    stories: ['put back before'], without: [[INBOX, 'if (hydration.v0 === null && epoch !== null && epoch !== page.epoch) {', 'if (hydration.v0 === null && epoch === page.epoch && epoch === null) {']]
  },
  'away too long is noticed': { stories: ['too old'], without: [[MACHINE, `if (code === 'too_old') return this.#startOver(asked, false);`, '']] },
  'the outbox outlives a hydration': {
    stories: ['fetched again'],
    without: [[INBOX, 'if (fresh) dropIndexes(port);', `if (fresh) dropIndexes(port);\n  port.run(\`DELETE FROM outbox WHERE state = 'pending'\`);`]]
  },
  'a hydration is replayed on': { stories: ['fetched again'], without: [[INBOX, 'replay(port, book_id, allPending(port));', '']] },
  'the snapshot is caught up with from its beginning': {
    stories: ['beside writes'],
    without: [
      [MACHINE, 'transport.snapshot(book_id, { after, v0,', 'transport.snapshot(book_id, { after, v0: null,'],
      [INBOX, '(hydration.v0 !== page.v0 || hydration.epoch !== page.epoch)', 'false']
    ]
  },
  'what waits is replayed': {
    stories: ['waits'], without: [[INBOX, 'replay(port, book_id, unwound.replay);', '']]
  },
  'what waits is taken back first': {
    stories: ['waits'], without: [[INBOX, 'const unwound = unwind(port, affected);', 'const unwound = { placed: [], replay: [] };']]
  },
  'the confirmed row is kept beside the shown one': {
    stories: ['waits'],
    without: [[INBOX, `return port.run('UPDATE shadow SET row = :row WHERE entity = :entity AND id = :id', { row: JSON.stringify(row), entity, id }) > 0;`, 'return false;']]
  },
  'what comes in is mended by what waits': {
    stories: ['deleted here'],
    without: [[INBOX, 'for (const name of entangled(port, book_id, [...rows.values()], hydration !== null)) affected.add(name);', '']]
  },
  'what two did to a schedule is of both': { stories: ['skipped by two'], without: [['ledger/merge.ts', 'draft.unseen(mark ?? [row.ver, NOBODY, 0])', 'draft.unseen(mark)']] },
  'nothing is sent while pages are staged': {
    stories: ['waits'],
    without: [[MACHINE, 'facts.cursor === null || facts.staged_to !== null || this.#forbidden !== null', 'facts.cursor === null || this.#forbidden !== null']]
  },
  'only what was edited travels': {
    stories: ['other fields'],
    without: [['ledger/inputs.ts', `return [...names, { e: 'transaction', id: row.id, k: 'set', f: fields, ...(unlock`,
      `return [...names, { e: 'transaction', id: row.id, k: 'set', f: { day: row.day, note: row.note, ...fields }, ...(unlock`],
      ['ledger/plan.ts', 'ops: ops.flatMap((op) => edits(context, op))', 'ops']]
  },
  'what the server has is not set aside': {
    stories: ['taken and refused'],
    without: [[MACHINE, 'if (!said || page.acks.some(([, acked]) => acked === mid)) return this.#land(facts, page);', '']]
  },
  'what nobody can read stops nothing': {
    stories: ['unreadable'], without: [[MACHINE, 'if (mutations.length === 1) return this.#setAside(facts, mutations[0]!, answer);', '']]
  },
  'a change is written whole or not at all': {
    stories: ['torn'],
    without: [['sync/book.ts', 'const answer = port.tx((): Changed => {', 'const answer = ((work: () => Changed) => work())((): Changed => {']]
  },
  'both sides are compared': { stories: ['compared'], without: [[MACHINE, 'if (differs) beginHydration(port);', '']] }
};

/** The text without a rule; it must have stood there once. */
export function removed(rule: string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [file, from, to] of RULES[rule]!.without) {
    const text = texts.get(file) ?? readFileSync(join(ROOT, 'app/src', file), 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${rule}: ${file} has not once: ${from}`);
    texts.set(file, text.replace(from, () => to));
  }
  return texts;
}

export interface Copied {
  tell: typeof tell;
  remove(): void;
}

/** The stories over a copy of the app, as it is or without a rule. */
export async function copied(rule: string | null): Promise<Copied> {
  const folder = mkdtempSync(join(tmpdir(), 'outlay-without-'));
  for (const name of ['spec', 'server', '.venv']) symlinkSync(join(ROOT, name), join(folder, name));
  for (const name of ['src', 'e2e']) cpSync(join(ROOT, 'app', name), join(folder, 'app', name), { recursive: true });
  for (const name of ['node_modules', 'build', 'package.json']) symlinkSync(join(ROOT, 'app', name), join(folder, 'app', name));
  if (rule !== null) for (const [file, text] of removed(rule)) writeFileSync(join(folder, 'app/src', file), text);
  const path = pathToFileURL(join(folder, 'app/e2e/prove/directed.ts')).href;
  const module = (await import(/* @vite-ignore */ path)) as { tell: typeof tell };
  return { tell: module.tell, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
