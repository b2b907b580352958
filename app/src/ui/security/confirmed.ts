/** Step-up: what the server refuses until the person has confirmed that it is they, asked for and then done. */
import { mount, unmount } from 'svelte';
import type { Answer } from '$src/api';
import { ready } from '$src/messages/security';

/** `ask` once more after the person has confirmed; the refusal when they would not. */
export async function confirmed<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const answer = await ask();
  if (answer.ok || (answer.body as { code?: unknown } | null)?.code !== 'step_up_required') return answer;
  return (await isIt()) ? ask() : answer;
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
