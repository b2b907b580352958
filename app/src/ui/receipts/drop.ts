/** Files that are dropped on the editor or pasted while it is open. The window's own use of a file leaves it alone. */

interface Parts {
  take(files: File[]): void;
  over(now: boolean): void;
}

const WANTED = /^(image\/|application\/pdf$)/;

export function takesFiles({ take, over }: Parts): (node: HTMLElement) => () => void {
  return (node) => {
    const place = node.closest<HTMLElement>('form') ?? node;
    place.dataset['takesFiles'] = '';
    // Entering a child comes before leaving its parent: they are counted.
    let depth = 0;
    const carries = (event: DragEvent): boolean => Boolean(event.dataTransfer?.types.includes('Files'));
    const enter = (event: DragEvent): void => {
      if (!carries(event)) return;
      depth += 1;
      over(true);
    };
    const leave = (event: DragEvent): void => {
      if (carries(event) && (depth -= 1) <= 0) end();
    };
    const end = (): void => {
      depth = 0;
      over(false);
    };
    const drop = (event: DragEvent): void => {
      end();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      take(files);
    };
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])].filter(({ type }) => WANTED.test(type));
      if (files.length === 0) return;
      event.preventDefault();
      take(files);
    };
    place.addEventListener('dragenter', enter);
    place.addEventListener('dragleave', leave);
    place.addEventListener('drop', drop);
    window.addEventListener('paste', paste);
    return () => {
      delete place.dataset['takesFiles'];
      place.removeEventListener('dragenter', enter);
      place.removeEventListener('dragleave', leave);
      place.removeEventListener('drop', drop);
      window.removeEventListener('paste', paste);
    };
  };
}

/** Whether what an event is over has its own use for a file. */
export function hasOwnUse(event: DragEvent): boolean {
  return event.target instanceof Element && event.target.closest('[data-takes-files]') !== null;
}
