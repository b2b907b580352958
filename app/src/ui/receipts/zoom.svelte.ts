/** How large a picture is shown, by pinch, wheel, double tap and steps; the place that is pointed at stays where it is. */
const MOST = 6;
const STEP = 1.6;
const DOUBLE_TAP = 2.5;

export class Zoom {
  scale = $state(1);
  readonly most = MOST;
  #node: HTMLElement | null = null;

  reset(): void {
    this.scale = 1;
  }

  step(direction: 1 | -1): void {
    this.#to(direction > 0 ? this.scale * STEP : this.scale / STEP);
  }

  /** The scrolling element around the picture. */
  readonly attach = (node: HTMLElement): (() => void) => {
    this.#node = node;
    const fingers = new Map<number, PointerEvent>();
    let from: { distance: number; scale: number } | null = null;
    const apart = (): number => {
      const [a, b] = [...fingers.values()];
      return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
    };
    const listeners: [string, (event: never) => void][] = [
      ['wheel', (event: WheelEvent) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.#to(this.scale * Math.exp(-event.deltaY / 300), event);
      }],
      ['dblclick', (event: MouseEvent) => this.#to(this.scale > 1 ? 1 : DOUBLE_TAP, event)],
      ['pointerdown', (event: PointerEvent) => {
        fingers.set(event.pointerId, event);
        if (fingers.size === 2) from = { distance: apart(), scale: this.scale };
      }],
      ['pointermove', (event: PointerEvent) => {
        if (!fingers.has(event.pointerId)) return;
        fingers.set(event.pointerId, event);
        if (from && fingers.size === 2 && from.distance > 0) this.#to((from.scale * apart()) / from.distance, event);
      }],
      ...['pointerup', 'pointercancel', 'pointerleave'].map((name): [string, (event: PointerEvent) => void] => [name, (event) => {
        fingers.delete(event.pointerId);
        if (fingers.size < 2) from = null;
      }])
    ];
    for (const [name, run] of listeners) node.addEventListener(name, run as EventListener, { passive: false });
    return () => {
      this.#node = null;
      for (const [name, run] of listeners) node.removeEventListener(name, run as EventListener);
    };
  };

  #to(wanted: number, at?: { clientX: number; clientY: number }): void {
    const next = Math.min(MOST, Math.max(1, wanted));
    const node = this.#node;
    const grown = next / this.scale;
    if (!node || grown === 1) return;
    const box = node.getBoundingClientRect();
    const x = at ? at.clientX - box.left : box.width / 2;
    const y = at ? at.clientY - box.top : box.height / 2;
    const left = (node.scrollLeft + x) * grown - x;
    const top = (node.scrollTop + y) * grown - y;
    this.scale = next;
    requestAnimationFrame(() => node.scrollTo({ left, top }));
  }
}
