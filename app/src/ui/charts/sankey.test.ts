import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largest, planFlow, type FlowPart } from './sankey';

const SIZE = { width: 300, height: 400, thick: 10, gap: 12 };
const POT = { key: 'pot', label: 'Income', colour: 'black' };
const parts = (...minors: number[]): FlowPart[] => minors.map((minor, at) => ({ key: `${at}`, label: `${at}`, colour: 'red', minor }));
const some = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 10 });

describe('planFlow', () => {
  it('keeps every node inside, apart from its neighbours, and as high as its amount', () => {
    fc.assert(
      fc.property(some, some, (incomes, expenses) => {
        const { nodes } = planFlow(parts(...incomes), parts(...expenses), POT, SIZE);
        const pot = nodes.find(({ side }) => side === 'pot')!;
        for (const side of ['source', 'target'] as const) {
          const column = nodes.filter((node) => node.side === side);
          column.forEach((node, at) => {
            expect(node.y).toBeGreaterThanOrEqual(-1e-6);
            expect(node.y + node.height).toBeLessThanOrEqual(SIZE.height + 1e-6);
            expect(node.height / pot.height).toBeCloseTo(node.minor / pot.minor, 9);
            const next = column[at + 1];
            if (next) expect(next.y - node.y - node.height).toBeCloseTo(SIZE.gap, 6);
          });
        }
      })
    );
  });

  it('fills the pot from its top without a hole', () => {
    const { nodes, links } = planFlow(parts(300, 100), parts(400), POT, SIZE);
    const pot = nodes.find(({ side }) => side === 'pot')!;
    expect(links.slice(0, 2).reduce((sum, link) => sum + link.thickness, 0)).toBeCloseTo(pot.height, 6);
    expect(links).toHaveLength(3);
  });

  it('is empty without money', () => expect(planFlow([], [], POT, SIZE)).toEqual({ nodes: [], links: [] }));
});

describe('largest', () => {
  const others = (count: number) => ({ key: 'others', label: `${count} more`, colour: 'grey' });
  it('puts the small ones together and loses nothing', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 6 }), (minors, most) => {
        const kept = largest(parts(...minors), most, others);
        expect(kept.length).toBeLessThanOrEqual(most + 1);
        expect(kept.reduce((sum, part) => sum + part.minor, 0)).toBe(minors.reduce((sum, minor) => sum + minor, 0));
      })
    );
  });
  it('does not hide a single one behind a word', () => expect(largest(parts(3, 2, 1), 2, others)).toHaveLength(3));
});
