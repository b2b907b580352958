/** A sideways swipe over an area: the neighbour. Vertical moves stay scrolling, a row that is pushed aside answers itself. */
const RUN_PX = 64;

export function swipe(onstep: (by: 1 | -1) => void) {
  return (node: HTMLElement) => {
    let from: { x: number; y: number } | null = null;
    // A browser takes a sideways pull for the way back in its history, and would do that beside ours.
    node.style.touchAction = 'pan-y pinch-zoom';
    const start = (event: TouchEvent) => {
      const touch = event.touches[0];
      const row = (event.target as Element).closest('[data-swipes]');
      from = event.touches.length === 1 && touch && !row ? { x: touch.clientX, y: touch.clientY } : null;
    };
    const end = (event: TouchEvent) => {
      const touch = event.changedTouches[0];
      if (!from || !touch) return;
      const x = touch.clientX - from.x;
      if (Math.abs(x) > RUN_PX && Math.abs(x) > 2 * Math.abs(touch.clientY - from.y)) {
        const forward = getComputedStyle(node).direction === 'rtl' ? x > 0 : x < 0;
        onstep(forward ? 1 : -1);
      }
      from = null;
    };
    node.addEventListener('touchstart', start, { passive: true });
    node.addEventListener('touchend', end, { passive: true });
    return () => {
      node.removeEventListener('touchstart', start);
      node.removeEventListener('touchend', end);
    };
  };
}
