/*
 * Windows and keys of the viewer, in two tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Window } from './dicom';

export const PRESETS: { key: string; name: string; window: Window | null }[] = [
  { key: '1', name: 'soft', window: { center: 40, width: 400 } },
  { key: '2', name: 'lung', window: { center: -600, width: 1500 } },
  { key: '3', name: 'bone', window: { center: 400, width: 1800 } },
  { key: '4', name: 'brain', window: { center: 35, width: 80 } },
  { key: '5', name: 'liver', window: { center: 60, width: 160 } },
  { key: '0', name: 'own', window: null },
];

export type Tool = 'window' | 'pan' | 'zoom' | 'scroll' | 'length';
export const TOOLS: { tool: Tool; key: string }[] = [
  { tool: 'window', key: 'w' }, { tool: 'pan', key: 'p' }, { tool: 'zoom', key: 'z' }, { tool: 'scroll', key: 's' }, { tool: 'length', key: 'l' },
];

export type Command =
  | { do: 'tool'; tool: Tool } | { do: 'preset'; name: string } | { do: 'step'; by: number } | { do: 'edge'; last: boolean } | { do: 'series'; by: number }
  | { do: 'invert' | 'fit' | 'reset' | 'cine' | 'layout' | 'other-pane' | 'erase' | 'keys' };

/* What a key does here; null leaves it to the page. */
export function commandOf(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'code'>): Command | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  // The row of digits: on a French keyboard it writes & é " ' ( à unless shifted.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? (/^\d$/.test(event.key) ? event.key : undefined);
  const preset = digit && PRESETS.find((one) => one.key === digit);
  if (preset) return { do: 'preset', name: preset.name };
  const tool = TOOLS.find((one) => one.key === event.key.toLowerCase());
  if (tool) return { do: 'tool', tool: tool.tool };
  switch (event.key) {
    case 'ArrowUp': case 'ArrowLeft': return event.shiftKey ? { do: 'series', by: -1 } : { do: 'step', by: -1 };
    case 'ArrowDown': case 'ArrowRight': return event.shiftKey ? { do: 'series', by: 1 } : { do: 'step', by: 1 };
    case 'PageUp': return { do: 'step', by: -10 };
    case 'PageDown': return { do: 'step', by: 10 };
    case 'Home': return { do: 'edge', last: false };
    case 'End': return { do: 'edge', last: true };
    case ' ': return { do: 'cine' };
    case 'Backspace': case 'Delete': return { do: 'erase' };
    case 'i': case 'I': return { do: 'invert' };
    case 'f': case 'F': return { do: 'fit' };
    case 'x': case 'X': return { do: 'reset' };
    case 'v': case 'V': return { do: 'layout' };
    case 'c': case 'C': return { do: 'other-pane' };
    case 'h': case 'H': return { do: 'keys' };
    default: return null;
  }
}

/* What the sheet of keys lists: keys, then the text. */
export const KEY_LINES: [keys: string[], text: string][] = [
  [['↑', '↓'], 'viewer.key.step'], [['⇞', '⇟'], 'viewer.key.page'], [['Home', 'End'], 'viewer.key.edge'], [['⇧ ↑', '⇧ ↓'], 'viewer.key.series'],
  [['1', '2', '3', '4', '5', '0'], 'viewer.key.presets'], [['W'], 'viewer.tool.window'], [['P'], 'viewer.tool.pan'], [['Z'], 'viewer.tool.zoom'],
  [['S'], 'viewer.tool.scroll'], [['L'], 'viewer.tool.length'], [['⌫'], 'viewer.erase'], [['I'], 'viewer.invert'], [['F'], 'viewer.fit'],
  [['X'], 'viewer.reset'], [['Space'], 'viewer.cine'], [['V'], 'viewer.layout'], [['C'], 'viewer.otherPane'], [['H'], 'viewer.keys'],
];
