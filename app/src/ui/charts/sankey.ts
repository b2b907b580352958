/**
 * Where the nodes and ribbons of a money flow stand: sources, the pot they fill, and what it is spent
 * on. Three fixed columns ordered by size leave nothing to search for, so no layout has to be relaxed.
 * Pure.
 */
import { linkHorizontal } from 'd3-shape';

export interface FlowPart {
  key: string;
  label: string;
  colour: string;
  /** Minor units, above zero. */
  minor: number;
}

export interface FlowNode extends FlowPart {
  side: 'source' | 'pot' | 'target';
  x: number;
  y: number;
  height: number;
}

export interface FlowLink {
  key: string;
  colour: string;
  thickness: number;
  /** The line in the middle of the ribbon. */
  path: string;
}

export interface FlowPlan {
  nodes: FlowNode[];
  links: FlowLink[];
}

export interface FlowSize {
  width: number;
  height: number;
  /** Of a node. */
  thick: number;
  /** Between nodes of a column: room for a label. */
  gap: number;
}

const line = linkHorizontal<{ source: [number, number]; target: [number, number] }, [number, number]>();

/** The sums of both sides are the same, or the smaller one is drawn shorter. */
export function planFlow(sources: FlowPart[], targets: FlowPart[], pot: Omit<FlowPart, 'minor'>, { width, height, thick, gap }: FlowSize): FlowPlan {
  const sum = (parts: FlowPart[]) => parts.reduce((all, part) => all + part.minor, 0);
  const whole = Math.max(sum(sources), sum(targets));
  if (whole <= 0) return { nodes: [], links: [] };
  const gaps = gap * Math.max(0, Math.max(sources.length, targets.length) - 1);
  const scale = Math.max(0, height - gaps) / whole;
  const column = (parts: FlowPart[], side: 'source' | 'target', x: number): FlowNode[] => {
    const used = sum(parts) * scale + gap * Math.max(0, parts.length - 1);
    let y = (height - used) / 2;
    return parts.map((part) => {
      const node = { ...part, side, x, y, height: part.minor * scale };
      y += node.height + gap;
      return node;
    });
  };
  const left = column(sources, 'source', 0);
  const right = column(targets, 'target', width - thick);
  const middle: FlowNode = { ...pot, minor: whole, side: 'pot', x: (width - thick) / 2, y: (height - whole * scale) / 2, height: whole * scale };
  return { nodes: [...left, middle, ...right], links: [...links(left, middle, thick), ...links(right, middle, thick)] };
}

function links(nodes: FlowNode[], pot: FlowNode, thick: number): FlowLink[] {
  let at = pot.y;
  return nodes.map((node) => {
    const outer = node.y + node.height / 2;
    const inner = at + node.height / 2;
    at += node.height;
    const path =
      node.side === 'source'
        ? line({ source: [node.x + thick, outer], target: [pot.x, inner] })
        : line({ source: [pot.x + thick, inner], target: [node.x, outer] });
    return { key: node.key, colour: node.colour, thickness: Math.max(1, node.height), path: path ?? '' };
  });
}

/** The largest `most` parts, and what the others come to; nothing is left out. */
export function largest(parts: FlowPart[], most: number, others: (count: number) => Omit<FlowPart, 'minor'>): FlowPart[] {
  const sorted = parts.filter((part) => part.minor > 0).sort((a, b) => b.minor - a.minor);
  if (sorted.length <= most + 1) return sorted;
  const rest = sorted.slice(most);
  return [...sorted.slice(0, most), { ...others(rest.length), minor: rest.reduce((sum, part) => sum + part.minor, 0) }];
}
