import { layer } from './layers.svelte';

/**
 * A dialog that is modal while it exists, and gives the focus back to where it was. Escape, the system's own way and a
 * step back in the history ask `close` to take it out of the page. One that is a step of the router's own is no layer.
 */
export function modal(close: () => void, { is_step = false } = {}): (dialog: HTMLDialogElement) => () => void {
  return (dialog) => {
    const before = document.activeElement;
    const asked = (event: Event): void => {
      // of a file that was not chosen: it bubbles
      if (event.target !== dialog) return;
      event.preventDefault();
      close();
    };
    // a browser that was kept from closing one does not ask for the next, unless something was touched between
    const closed = (event: Event): void => {
      if (event.target === dialog) close();
    };
    dialog.showModal();
    dialog.addEventListener('cancel', asked);
    dialog.addEventListener('close', closed);
    const leave = is_step ? null : layer(close);
    return () => {
      dialog.removeEventListener('close', closed);
      dialog.close();
      leave?.();
      giveBack(before);
    };
  };
}

/** What is no dialog and takes the focus: the same. */
export function returnsFocus(node: HTMLElement): () => void {
  const before = document.activeElement;
  return () => {
    if (node.contains(document.activeElement) || document.activeElement === document.body) giveBack(before);
  };
}

/** The element was taken out of the page before this runs: the focus is on nothing, and only then is it moved. */
function giveBack(before: Element | null): void {
  const lost = document.activeElement === document.body || document.activeElement === null || !document.activeElement.isConnected;
  if (lost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
}
