/**
 * What the server refuses until the person has done something first, asked for and then done: that they confirm that it
 * is they (step-up), or that the account's address is theirs.
 */
import { mount, unmount, type Component } from 'svelte';
import type { Answer } from '$src/api';
import { ready } from '$src/messages/security';

type Asking = Component<{ onend: (is: boolean) => void }>;

const SHEETS: Record<string, () => Promise<{ default: Asking }>> = {
  step_up_required: () => import('./StepUpSheet.svelte'),
  email_unconfirmed: () => import('./AddressSheet.svelte')
};

/** `ask` once more after what it wants was done; the refusal when the person would not. */
export async function confirmed<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  let answer = await ask();
  while (!answer.ok && (await settled((answer.body as { code?: unknown } | null)?.code))) answer = await ask();
  return answer;
}

/** The same for what throws the refusal. */
export async function surely<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(await settled((error as { code?: unknown }).code))) throw error;
    }
  }
}

/** Whether a refusal was one of these, and the person did what it asks for, in a sheet over whatever is open. */
async function settled(code: unknown): Promise<boolean> {
  const bring = SHEETS[String(code)];
  if (!bring) return false;
  await ready;
  const { default: Asked } = await bring();
  return new Promise((resolve) => {
    const sheet = mount(Asked, {
      target: document.body,
      props: {
        onend: (is: boolean) => {
          resolve(is);
          void unmount(sheet);
        }
      }
    });
  });
}
