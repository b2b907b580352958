/** A dialog that is modal while it exists, and gives the focus back to where it was. */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  return () => {
    dialog.close();
    giveBack(before);
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
