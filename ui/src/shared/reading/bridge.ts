/*
 * Between the images and the report of one act, in one window or in two: an image is cited in the report, a citation reopens its image. E25, E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
/* Where a citation leads; 'mark' are its words in the report, as "série 3, image 45". */
export interface ImagePlace { mark: string; series: string; sop: string; frame: number; window: { center: number; width: number } | null }

export type Said = { say: 'cite'; id: string; text: string; place: ImagePlace } | { say: 'cited'; id: string } | { say: 'show'; place: ImagePlace };

const nameOf = (actId: number) => `beclere-reading-${actId}`;

/* Hears what the other half says, until closed. */
export function hearReading(actId: number, hear: (said: Said) => void): { say: (said: Said) => void; close: () => void } {
  const channel = new BroadcastChannel(nameOf(actId));
  channel.onmessage = (event) => hear(event.data as Said);
  return { say: (said) => channel.postMessage(said), close: () => channel.close() };
}

export function showPlace(actId: number, place: ImagePlace) {
  const channel = new BroadcastChannel(nameOf(actId));
  channel.postMessage({ say: 'show', place } satisfies Said);
  channel.close();
}
