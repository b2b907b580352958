/** Changes what the book wants on Home, one after another and each on what the one before left: two quick taps are two changes. */
import { outlay, type CommandResult } from '$src/outlay';

let last: Promise<unknown> = Promise.resolve();

export function arrange(change: (dashboard: unknown) => Record<string, unknown>): Promise<CommandResult['setSettings']> {
  const run = last.then(async () => {
    const { dashboard } = await outlay.query('settings', {});
    return outlay.command('setSettings', { dashboard: change(dashboard) });
  });
  last = run.catch(() => undefined);
  return run;
}
