/*
 * Values to the 256 greys of a screen, as a presentation state says: window or table, presentation table, polarity. Pure.
 *
 * The same rules as server/formats/image/render.c. Source: DICOM PS3.3 C.11.2.1.2, C.11.6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { entryOf, type Table } from '../grey/tables';
import type { Rules } from './read';

export interface Greys { window: Rules['window']; voi: Table | null; lut: Table | null; inverse: boolean }

function windowed(x: number, { center, width, shape }: NonNullable<Rules['window']>): number {
  if (shape === 'SIGMOID') return 255 / (1 + Math.exp((-4 * (x - center)) / width));
  const [middle, over] = shape === 'LINEAR' ? [center - 0.5, width - 1] : [center, width];
  return x <= middle - over / 2 ? 0 : x > middle + over / 2 ? 255 : ((x - middle) / over + 0.5) * 255;
}
const byte = (y: number) => (y <= 0 ? 0 : y >= 255 ? 255 : Math.floor(y + 0.5));

/* A window goes before a table. */
export function toGreys(values: ArrayLike<number>, { window, voi, lut, inverse }: Greys): Uint8Array {
  const shown = new Uint8Array(values.length), most = lut ? 2 ** lut.bits - 1 : 255;
  for (let i = 0; i < values.length; i++) {
    let y = window ? windowed(values[i]!, window) : voi ? (entryOf(voi, values[i]!) * 255) / (2 ** voi.bits - 1) : values[i]!;
    if (lut) y = (lut.entries[Math.floor((Math.min(Math.max(y, 0), 255) / 255) * (lut.entries.length - 1) + 0.5)]! * 255) / most;
    const grey = byte(y);
    shown[i] = inverse ? 255 - grey : grey;
  }
  return shown;
}
