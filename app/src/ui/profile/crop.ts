/**
 * Which square of a picture is kept. Pure: places and lengths in pixels of the picture; where somebody points is told as
 * a share (0 to 1) of the square they see.
 */
export interface Size {
  width: number;
  height: number;
}

export interface Crop {
  x: number;
  y: number;
  side: number;
}

/** How far a picture can be enlarged: below that a face is squares. */
export const MOST = 5;

/** The middle of the picture, as much of it as there is. */
export function whole(picture: Size): Crop {
  const side = Math.min(picture.width, picture.height);
  return { x: (picture.width - side) / 2, y: (picture.height - side) / 2, side };
}

/** How much larger than `whole` it is seen: 1 to `MOST`. */
export function zoomOf(crop: Crop, picture: Size): number {
  return Math.min(picture.width, picture.height) / crop.side;
}

/** The picture is drawn along by a share of the square: to the right shows what is on its left. */
export function dragged(crop: Crop, picture: Size, right: number, down: number): Crop {
  return inside({ ...crop, x: crop.x - right * crop.side, y: crop.y - down * crop.side }, picture);
}

/** What is pointed at stays where it is, as far as the picture's edges allow. */
export function zoomed(crop: Crop, picture: Size, zoom: number, at = { x: 0.5, y: 0.5 }): Crop {
  const side = Math.min(picture.width, picture.height) / Math.min(MOST, Math.max(1, zoom));
  const less = crop.side - side;
  return inside({ x: crop.x + at.x * less, y: crop.y + at.y * less, side }, picture);
}

function inside({ x, y, side }: Crop, { width, height }: Size): Crop {
  return { x: Math.min(Math.max(0, width - side), Math.max(0, x)), y: Math.min(Math.max(0, height - side), Math.max(0, y)), side };
}
