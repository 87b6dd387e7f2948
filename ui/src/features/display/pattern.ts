/*
 * The frame of the test pattern around the server's picture: border, grid, circles, ramps, lines. In device pixels. O4
 *
 * After the ideas of SMPTE RP 133 and AAPM TG18-QC; drawn by our own code.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export interface Picture { bitmap: ImageBitmap; width: number; height: number }

const grey = (level: number) => `rgb(${level},${level},${level})`;
const FRAME = 4; // pixels around the picture
const RAMP = 24;

/* Room that the pattern needs, in device pixels. */
export const roomFor = (picture: { width: number; height: number }) => ({ width: picture.width + 2 * FRAME + 8, height: picture.height + 2 * FRAME + 2 * RAMP + 24 });

function ramp(ctx: CanvasRenderingContext2D, x: number, y: number, width: number, back: boolean) {
  for (let column = 0; column < width; column += 1) {
    const level = Math.round((255 * column) / (width - 1));
    ctx.fillStyle = grey(back ? 255 - level : level);
    ctx.fillRect(x + column, y, 1, RAMP);
  }
}

/* Lines of one pixel, then of two, across or down. */
function lines(ctx: CanvasRenderingContext2D, x: number, y: number, size: number) {
  for (const [part, across, step] of [[0, true, 1], [1, false, 1], [2, true, 2], [3, false, 2]] as const) {
    const left = x + (part % 2) * (size / 2), top = y + Math.floor(part / 2) * (size / 2);
    ctx.fillStyle = grey(0);
    ctx.fillRect(left, top, size / 2, size / 2);
    ctx.fillStyle = grey(255);
    for (let at = 0; at + step <= size / 2; at += 2 * step) across ? ctx.fillRect(left, top + at, size / 2, step) : ctx.fillRect(left + at, top, step, size / 2);
  }
}

function circle(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number) {
  if (radius < 8) return;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.stroke();
}

export function drawPattern(ctx: CanvasRenderingContext2D, width: number, height: number, picture: Picture) {
  ctx.imageSmoothingEnabled = false;
  ctx.fillStyle = grey(96);
  ctx.fillRect(0, 0, width, height);
  const cx = Math.floor(width / 2), cy = Math.floor(height / 2);
  ctx.fillStyle = grey(150);
  for (let x = cx % 64; x < width; x += 64) ctx.fillRect(x, 0, 1, height);
  for (let y = cy % 64; y < height; y += 64) ctx.fillRect(0, y, width, 1);
  ctx.strokeStyle = grey(200);
  ctx.lineWidth = 2;
  circle(ctx, cx, cy, Math.min(width, height) / 2 - 8);
  const corner = Math.min((width - picture.width) / 4 - 6, (height - picture.height) / 2 - 6, 120);
  for (const x of [corner + 8, width - corner - 8]) for (const y of [corner + 8, height - corner - 8]) circle(ctx, x, y, corner);
  const left = Math.floor((width - picture.width) / 2), top = Math.floor((height - picture.height) / 2);
  ramp(ctx, left, top - FRAME - RAMP - 4, picture.width, false);
  ramp(ctx, left, top + picture.height + FRAME + 4, picture.width, true);
  if (left >= 96) for (const x of [16, width - 80]) for (const y of [16, height - 80]) lines(ctx, x, y, 64);
  ctx.fillStyle = grey(0);
  ctx.fillRect(left - FRAME, top - FRAME, picture.width + 2 * FRAME, picture.height + 2 * FRAME);
  ctx.drawImage(picture.bitmap, left, top);
  ctx.fillStyle = grey(255); // the border: its four sides must all be seen
  for (const [x, y, w, h] of [[0, 0, width, 1], [0, height - 1, width, 1], [0, 0, 1, height], [width - 1, 0, 1, height]] as const) ctx.fillRect(x, y, w, h);
}
