/*
 * Keys of the reconstructions; what is not here is the viewer's own. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export type VolumeCommand =
  | { do: 'slide'; right: number; down: number } | { do: 'turn'; degrees: number } | { do: 'slab-mode'; back: boolean } | { do: 'slab'; by: number }
  | { do: 'fuse' } | { do: 'opaque'; by: number } | { do: 'alone' } | { do: 'body' } | { do: 'nothing' };

export const TURN_DEGREES = 5;
type Press = Pick<KeyboardEvent, 'key' | 'shiftKey'>;

export function volumeCommandOf({ key, shiftKey }: Press): VolumeCommand | null {
  switch (key.toLowerCase()) {
    case 'arrowleft': return shiftKey ? { do: 'slide', right: -1, down: 0 } : null;
    case 'arrowright': return shiftKey ? { do: 'slide', right: 1, down: 0 } : null;
    case 'arrowup': return shiftKey ? { do: 'slide', right: 0, down: -1 } : null;
    case 'arrowdown': return shiftKey ? { do: 'slide', right: 0, down: 1 } : null;
    case 'r': return { do: 'turn', degrees: shiftKey ? -TURN_DEGREES : TURN_DEGREES };
    case 'm': return { do: 'slab-mode', back: shiftKey };
    case 'k': return { do: 'slab', by: shiftKey ? -1 : 1 };
    case 'y': return { do: 'fuse' };
    case 'q': return { do: 'opaque', by: shiftKey ? -1 : 1 };
    case 'v': return shiftKey ? null : { do: 'alone' };
    case 'b': return { do: 'body' };
    case ' ': return { do: 'nothing' }; // no cine here
    default: return null;
  }
}

/* For the sheet of keys: keys, then the text. */
export const VOLUME_KEY_LINES: [keys: string[], text: string][] = [
  [['⇧ V'], 'volume.key.open'], [['C'], 'volume.key.next'], [['↑', '↓'], 'volume.key.step'], [['⇧ ↑ ↓ ← →'], 'volume.key.slide'], [['R', '⇧ R'], 'volume.key.turn'],
  [['M', '⇧ M'], 'volume.key.slabMode'], [['K', '⇧ K'], 'volume.key.slab'], [['V'], 'volume.key.alone'], [['Y'], 'volume.key.fuse'], [['Q', '⇧ Q'], 'volume.key.opaque'], [['B'], 'volume.key.body'],
];
