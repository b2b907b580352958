/** What is reconciled asks before it changes: a change is tried, and tried again unlocked when the person says so. */

interface Asked {
  answer: (yes: boolean) => void;
}

let asked = $state.raw<Asked | null>(null);

export const locked = {
  get asked(): Asked | null {
    return asked;
  },
  answer(yes: boolean): void {
    asked?.answer(yes);
    asked = null;
  }
};

/** The answer of `change`, or null when the person leaves the entry as it is. */
export async function unlocking<T>(change: (unlock: boolean) => Promise<T>): Promise<T | null> {
  try {
    return await change(false);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'reconciled_locked') throw error;
  }
  const yes = await new Promise<boolean>((answer) => (asked = { answer }));
  return yes ? change(true) : null;
}
