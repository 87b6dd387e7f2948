/*
 * What the light view goes through: images in their order, a window, the size that a screen needs. Pure. E34, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export interface Window { center: number; width: number }
export interface LightImage { uid: string; frames: number; rows: number; columns: number }
export interface LightSeries { study: string; uid: string; number: number; modality: string; description: string; count: number }
/* One picture: a frame (from 1) of an image. */
export interface LightPlace { series: string; sop: string; frame: number }
/* What is shown before anything else: an image that the report names by 'words', or a key image. */
export interface LightFirst extends LightPlace { words: string | null; window: Window | null }
/* 'side': of the square that the picture must fit, in pixels; null: its own size. */
export interface PictureAsked { side: number | null; window: Window | null }
export type PictureOf = (series: LightSeries, place: LightPlace, asked: PictureAsked) => string;

export const placesOf = (series: string, images: readonly LightImage[]): LightPlace[] =>
  images.flatMap((image) => Array.from({ length: image.frames }, (_, n) => ({ series, sop: image.uid, frame: n + 1 })));

export const samePlace = (a: LightPlace, b: LightPlace) => a.sop === b.sop && a.frame === b.frame;

/* The squares that the server keeps ready; more pixels than the screen or the image has are never asked for. */
const SIDES = [256, 512, 1024] as const;
export function sideFor(screen: { width: number; height: number; ratio: number }, thin: boolean): number {
  const wanted = Math.max(screen.width, screen.height) * (thin ? 1 : Math.min(2, screen.ratio));
  return SIDES.find((one) => one >= wanted) ?? 1024;
}

/* In Hounsfield units: for CT alone. PS3.3 C.11.2.1.2. */
export const LIGHT_WINDOWS: { key: string; name: string; window: Window }[] = [
  { key: '1', name: 'soft', window: { center: 40, width: 400 } },
  { key: '2', name: 'lung', window: { center: -600, width: 1500 } },
  { key: '3', name: 'bone', window: { center: 400, width: 1800 } },
  { key: '4', name: 'brain', window: { center: 35, width: 80 } },
];
export const windowsOf = (modality: string) => (modality === 'CT' ? LIGHT_WINDOWS : []);
export const windowText = (window: Window | null) => (window ? `${window.center},${window.width},linear` : '');

/* The neighbours that are fetched ahead: more where the hand is going. 'way' 1 or -1. */
export function aheadOf(at: number, count: number, way: number, thin: boolean): number[] {
  const steps = thin ? [way, -way] : [way, 2 * way, 3 * way, -way, 4 * way, -2 * way];
  return steps.map((step) => at + step).filter((one) => one >= 0 && one < count);
}

/* Where a picture of the middle of a series stands for it. */
export const middleOf = (places: readonly LightPlace[]) => places[Math.floor(places.length / 2)];
