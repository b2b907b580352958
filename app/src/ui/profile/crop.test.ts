import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Crop, dragged, MOST, whole, zoomed, zoomOf } from './crop.ts';

const wide = { width: 400, height: 200 };

test('it begins with the middle, as much as there is', () => {
  expect(whole(wide)).toEqual({ x: 100, y: 0, side: 200 });
  expect(whole({ width: 200, height: 400 })).toEqual({ x: 0, y: 100, side: 200 });
  expect(zoomOf(whole(wide), wide)).toBe(1);
});

test('drawn to the right, what is on the left is seen, and no further than the edge', () => {
  expect(dragged(whole(wide), wide, 0.25, 0)).toEqual({ x: 50, y: 0, side: 200 });
  expect(dragged(whole(wide), wide, 3, 3)).toEqual({ x: 0, y: 0, side: 200 });
  expect(dragged(whole(wide), wide, -3, -3)).toEqual({ x: 200, y: 0, side: 200 });
});

test('what is pointed at stays where it is', () => {
  const at = { x: 0.25, y: 0.75 };
  const near = zoomed(whole(wide), wide, 2, at);
  expect(near).toEqual({ x: 125, y: 75, side: 100 });
  const place = (crop: Crop) => [crop.x + at.x * crop.side, crop.y + at.y * crop.side];
  expect(place(near)).toEqual(place(whole(wide)));
  expect(zoomOf(near, wide)).toBe(2);
});

test('whatever is done, the square lies inside the picture', () => {
  const length = fc.integer({ min: 1, max: 9000 });
  const share = fc.double({ min: -20, max: 20, noNaN: true });
  const point = fc.record({ x: fc.double({ min: 0, max: 1, noNaN: true }), y: fc.double({ min: 0, max: 1, noNaN: true }) });
  const step = fc.oneof(fc.record({ right: share, down: share }), fc.record({ zoom: share, at: point }));
  fc.assert(
    fc.property(length, length, fc.array(step, { maxLength: 12 }), (width, height, steps) => {
      const picture = { width, height };
      let crop = whole(picture);
      for (const one of steps) crop = 'zoom' in one ? zoomed(crop, picture, one.zoom, one.at) : dragged(crop, picture, one.right, one.down);
      const slack = 1e-6;
      expect(crop.x).toBeGreaterThanOrEqual(0);
      expect(crop.y).toBeGreaterThanOrEqual(0);
      expect(crop.x + crop.side).toBeLessThanOrEqual(width + slack);
      expect(crop.y + crop.side).toBeLessThanOrEqual(height + slack);
      expect(zoomOf(crop, picture)).toBeGreaterThanOrEqual(1 - slack);
      expect(zoomOf(crop, picture)).toBeLessThanOrEqual(MOST + slack);
    })
  );
});
