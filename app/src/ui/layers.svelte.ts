/**
 * What lies over a screen (a sheet, the palette, a receipt) is a step of the history: the browser's way back and a
 * phone's close what is on top, and nothing else. The editor is a step of the router's own (editor/request.svelte.ts).
 *
 * Such a step has the state that the router gave to the one below it, so the router takes both for one, and beside it
 * how many layers are open. A layer that is closed in any other way takes its step out of the history. One whose screen
 * was left stays in it, and is passed over by whoever comes by: a step that changes nothing is none.
 */
import { tick } from 'svelte';
import { navigating, page } from '$app/state';

interface Layer {
  close: () => void;
}

/** The last is on top. */
const layers: Layer[] = [];
/** A step back that was asked of the browser and has not been made yet. */
let leaving: { made: Promise<void>; tell: () => void } | null = null;
/** The step below all layers is being changed. */
let held = false;

export const depth = (): number => (history.state as { layers?: number } | null)?.layers ?? 0;
/** The router's part: one and the same for a screen and what lies over it. */
const screen = (): string => JSON.stringify({ ...(history.state as object | null), layers: undefined });
const here = () => ({ screen: screen(), depth: depth() });
let seen = { screen: '', depth: 0 };

// a window has a history; where words and keys are only read, there is none
if (typeof history !== 'undefined') {
  seen = here();
  addEventListener('popstate', stepped);
  $effect.root(() => {
    $effect(() => {
      void [page.url, page.state, navigating.to];
      seen = here();
      // what stays open on another screen has a step there, too
      setTimeout(grow);
    });
  });
}

/** Puts a layer on top of what is open. The answer takes it away. */
export function layer(close: () => void): () => void {
  const one = { close };
  layers.push(one);
  grow();
  return () => {
    layers.splice(layers.indexOf(one), 1);
    // At once, before the browser is told to go anywhere else; a layer that opens in its place keeps the step.
    queueMicrotask(settle);
  };
}

/** Whether a step back is on its way, which a new step would be lost by. */
export const isLeaving = (): boolean => leaving !== null;

/** Once the history has no step of what was closed: who replaces a step, or goes back, waits for it. */
export async function cleared(): Promise<void> {
  await tick();
  settle();
  while (leaving) await leaving.made;
}

/** Does something to the step below all layers. Those that stay open have theirs again afterwards. */
export async function beneath(act: () => Promise<unknown>): Promise<void> {
  await cleared();
  held = true;
  try {
    if (depth() > 0) leave(depth());
    await leaving?.made;
    await act();
  } finally {
    held = false;
    settle();
  }
}

function grow(): void {
  if (leaving || held || navigating.to) return;
  for (let number = depth() + 1; number <= layers.length; number++) history.pushState({ ...(history.state as object | null), layers: number }, '');
  seen = here();
}

/** As many steps as layers. */
function settle(): void {
  grow();
  if (!leaving && !navigating.to && depth() > layers.length) leave(depth() - layers.length);
}

/** Goes back, and keeps whoever comes then waiting until it is done. */
export function leave(steps: number): void {
  let tell = (): void => undefined;
  leaving = { made: new Promise((resolve) => (tell = resolve)), tell: () => tell() };
  history.go(-steps);
}

function stepped(): void {
  const was = seen;
  seen = here();
  if (leaving) {
    // the router has yet to see that this step is none
    const { tell } = leaving;
    setTimeout(() => {
      leaving = null;
      tell();
      settle();
    });
  } else if (seen.screen !== was.screen || seen.depth === was.depth) {
    if (seen.depth > 0) leave(seen.depth);
  } else if (seen.depth < layers.length) {
    for (const one of layers.slice(seen.depth).reverse()) one.close();
    // whoever stays open has a step again
    setTimeout(settle);
  } else history.go(Math.sign(seen.depth - was.depth));
}
