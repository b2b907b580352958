/** The second step of signing in, after a password, a provider or a telephone's code: one screen for all of them. */
import type { Component } from 'svelte';

export interface Second {
  ticket: string;
  Screen: Component<{ ticket: string; onagain: () => void }>;
}

/** What `error` asks for; any other than `second_factor_required` is thrown again. */
export async function secondStep(error: unknown): Promise<Second> {
  const { code, params } = error as { code?: string; params?: { ticket?: string } };
  if (code !== 'second_factor_required' || !params?.ticket) throw error;
  const [{ default: Screen }, { ready }] = await Promise.all([import('./SecondStep.svelte'), import('$src/messages/security')]);
  await ready;
  return { ticket: params.ticket, Screen };
}
