/** Step-up: what the server refuses until the person has confirmed that it is they, asked for and then done. */
import { mount, unmount } from 'svelte';
import type { Answer } from '$src/api';
import { ready } from '$src/messages/security';

const isAsked = (code: unknown): boolean => code === 'step_up_required';

/** `ask` once more after the person has confirmed; the refusal when they would not. */
export async function confirmed<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const answer = await ask();
  if (answer.ok || !isAsked((answer.body as { code?: unknown } | null)?.code)) return answer;
  return (await isIt()) ? ask() : answer;
}

/** The same for what throws the refusal. */
export async function surely<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isAsked((error as { code?: unknown }).code) || !(await isIt())) throw error;
    return work();
  }
}

/** Whether the person has confirmed in a sheet over whatever is open. */
async function isIt(): Promise<boolean> {
  await ready;
  const { default: StepUpSheet } = await import('./StepUpSheet.svelte');
  return new Promise((resolve) => {
    const sheet = mount(StepUpSheet, {
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
