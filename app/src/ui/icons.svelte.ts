/**
 * The icons of categories and accounts. They are many and none is needed for the first paint: the
 * set is fetched once, when the first one is asked for; until then the initial of the name stands.
 */
import type { Component } from 'svelte';

export type IconComponent = Component<{ size?: number; strokeWidth?: number }>;

let set = $state.raw<Record<string, IconComponent> | undefined>();
let asked = false;

function fetchSet(): void {
  if (asked) return;
  asked = true;
  import('./icon-set').then(
    (module) => (set = module.ICONS),
    () => (asked = false)
  );
}

export function iconOf(name: string | null | undefined): IconComponent | undefined {
  if (!name) return undefined;
  if (!set) fetchSet();
  return set?.[name];
}

/** All names, for choosing one; empty until the set has come. */
export function iconNames(): string[] {
  if (!set) fetchSet();
  return Object.keys(set ?? {});
}
