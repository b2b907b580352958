import { describe, expect, it } from 'vitest';
import { money } from '../format';
import { axisMarks, axisWidth } from './axis';

const said = (ticks: number[], values = ticks) => axisMarks(ticks, values, (tick, compact) => money(tick, 'EUR', { compact })).map(({ text }) => text);

describe('the amounts beside a chart', () => {
  it('are brief where that tells them apart', () => {
    expect(said([0, 200_000, 400_000])).toEqual(['€0', '€2K', '€4K']);
    expect(said([0, 250, 500])).toEqual(['€0', '€2.50', '€5']);
  });

  it('are whole where they would be called the same', () => {
    expect(said([1_200_000, 1_201_000, 1_202_000])).toEqual(['€12,000.00', '€12,010.00', '€12,020.00']);
  });

  it('are of whole minor units, and only zero where there is nothing', () => {
    expect(said([0, 0.5, 1])).toEqual(['€0', '€0.01']);
    expect(said([0, 0.5, 1], [0, 0])).toEqual(['€0']);
  });

  it('have the room of the longest', () => {
    expect(axisWidth(['€10K', '€12,000.00'])).toBeGreaterThan(axisWidth(['€10K', '€20K']));
  });
});
