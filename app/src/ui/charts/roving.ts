/** One tab stop for many marks: the arrow keys, Home and End move between them. */
export function rove(event: KeyboardEvent): void {
  const mark = (event.target as Element).closest<SVGElement>('[data-mark]');
  const all = [...(event.currentTarget as Element).querySelectorAll<SVGElement>('[data-mark]')];
  const at = mark ? all.indexOf(mark) : -1;
  if (at < 0) return;
  const forward = getComputedStyle(event.currentTarget as Element).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const step: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    ArrowRight: forward === 'ArrowRight' ? 1 : -1,
    ArrowLeft: forward === 'ArrowRight' ? -1 : 1
  };
  let next = at;
  if (event.key === 'Home') next = 0;
  else if (event.key === 'End') next = all.length - 1;
  else if (step[event.key] !== undefined) next = Math.max(0, Math.min(all.length - 1, at + (step[event.key] as number)));
  else return;
  event.preventDefault();
  all[next]?.focus();
}
