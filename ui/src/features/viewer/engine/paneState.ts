/*
 * What is known of a pane that shows a stack, how it stands and how it opens. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Frame, Window } from '../dicom';
import type { Pixel } from '../space';
import type { Grey, Under } from '../grey/tables';
import type { Standing } from './wall';

export interface PaneState {
  shown: number | null; // index of the frame that is drawn
  wanted: number;
  count: number;
  loaded: number;
  failed: boolean;
  window: Window | null; // null under a table of the view too
  greys: Grey[]; // what the frame that is drawn offers
  under: Under | null; // the presentation state that is chosen
  table: number | null; // the table of the view that it is drawn under
  inverted: boolean;
  usual: boolean; // 'inverted' is as these images are read: a PET opens so
  zoom: number;
  rotation: number; // degrees, clockwise
  flipped: boolean; // left and right exchanged
  tumbled: boolean; // top and bottom exchanged
  full: boolean; // every stored value of the frame that is drawn is here
  playing: boolean;
  rate: number | null; // frames a second, as they really came
}
/* How a frame stands in its pane, for another page to stand the same: the pixel in the middle and how far the pane reaches across and down, in the image's own length. */
export interface Stood { window: Window | null; inverted: boolean; rotation: number; flipped: boolean; tumbled: boolean; reach: { middle: Pixel; span: readonly [number, number] } | null }
export const SAME = 1e-3; // parts of a span, or of a window, that nobody sees
export const sameWindow = (a: Window | null, b: Window) => !!a && Math.abs(a.center - b.center) < SAME && Math.abs(a.width - b.width) < SAME;

export const NOTHING: PaneState = { shown: null, wanted: 0, count: 0, loaded: 0, failed: false, window: null, greys: [], table: null, under: null, inverted: false, usual: true, zoom: 1,
  rotation: 0, flipped: false, tumbled: false, full: false, playing: false, rate: null };

/* How a pane opens: how each image stands and to which wall it goes, its window. */
export interface Opening { stands: ((frame: Frame) => Standing | null) | null; group: string; window: Window | null; hounsfield: boolean; flip: '' | 'mirror' | 'upside' } // 'hounsfield': the window is meant for CT alone
export const PLAIN: Opening = { stands: null, group: '', window: null, hounsfield: false, flip: '' };
export const opensAlike = (a: Opening, b: Opening) => a.stands === b.stands && a.group === b.group && a.flip === b.flip && a.hounsfield === b.hounsfield && a.window?.center === b.window?.center && a.window?.width === b.window?.width;
