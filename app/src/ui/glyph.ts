/**
 * An icon drawn once and copied from then on: a list shows the same few icons on hundreds of rows,
 * and a copy costs a tenth of a component. For icons that do not change while they are shown.
 */
import { mount } from 'svelte';
import type { IconComponent } from './icons.svelte';

const drawn = new Map<IconComponent, Map<number, Node>>();

function copyOf(icon: IconComponent, size: number): Node {
  let sizes = drawn.get(icon);
  if (!sizes) drawn.set(icon, (sizes = new Map()));
  let node = sizes.get(size);
  if (!node) {
    const target = document.createElement('div');
    mount(icon, { target, props: { size } });
    node = target.querySelector('svg') ?? document.createTextNode('');
    sizes.set(size, node);
  }
  return node.cloneNode(true);
}

/** As an attachment: the icon becomes the only content of the element. */
export function glyph(icon: IconComponent, size: number) {
  return (element: Element) => element.replaceChildren(copyOf(icon, size));
}
