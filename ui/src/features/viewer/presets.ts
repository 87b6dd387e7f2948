/*
 * Windows, layouts, tools and keys of the viewer, in tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Window } from './dicom';
import type { Kind } from './measure/figures';

export const PRESETS: { key: string; name: string; window: Window | null }[] = [
  { key: '1', name: 'soft', window: { center: 40, width: 400 } },
  { key: '2', name: 'lung', window: { center: -600, width: 1500 } },
  { key: '3', name: 'bone', window: { center: 400, width: 1800 } },
  { key: '4', name: 'brain', window: { center: 35, width: 80 } },
  { key: '5', name: 'liver', window: { center: 60, width: 160 } },
  { key: '6', name: 'mediastinum', window: { center: 50, width: 350 } },
  { key: '7', name: 'stroke', window: { center: 32, width: 32 } },
  { key: '8', name: 'angio', window: { center: 300, width: 600 } },
  { key: '0', name: 'own', window: null },
];

export type Tool = 'window' | 'pan' | 'zoom' | 'scroll' | 'magnify' | 'cursor' | Kind;
/* A key with ⇧ is pressed with shift. */
export const TOOLS: { tool: Tool; key: string }[] = [
  { tool: 'window', key: 'w' }, { tool: 'pan', key: 'p' }, { tool: 'zoom', key: 'z' }, { tool: 'scroll', key: 's' }, { tool: 'magnify', key: 'b' }, { tool: 'cursor', key: 'u' },
];
export const MEASURES: { tool: Kind; key: string }[] = [
  { tool: 'length', key: 'l' }, { tool: 'bidirectional', key: 'd' }, { tool: 'angle', key: 'a' }, { tool: 'cobb', key: '⇧a' }, { tool: 'ellipse', key: 'e' },
  { tool: 'rectangle', key: '⇧e' }, { tool: 'freehand', key: '⇧l' }, { tool: 'probe', key: '⇧p' }, { tool: 'arrow', key: '⇧f' }, { tool: 'text', key: '⇧t' },
];
export const isMeasure = (tool: Tool): tool is Kind => MEASURES.some((one) => one.tool === tool);

export interface Layout { rows: number; columns: number }
export const LAYOUTS: Layout[] = [[1, 1], [1, 2], [2, 1], [1, 3], [2, 2], [2, 3], [2, 4]].map(([rows, columns]) => ({ rows: rows!, columns: columns! }));
export const layoutName = ({ rows, columns }: Layout) => `${rows} × ${columns}`;
export const panesOf = ({ rows, columns }: Layout) => rows * columns;

export type Command =
  | { do: 'tool'; tool: Tool } | { do: 'preset'; name: string } | { do: 'step'; by: number } | { do: 'edge'; last: boolean } | { do: 'series'; by: number }
  | { do: 'rotate'; by: number } | { do: 'flip'; upsideDown: boolean } | { do: 'zoom'; by: number } | { do: 'layout'; to?: Layout }
  | { do: 'invert' | 'fit' | 'reset' | 'cine' | 'next-pane' | 'erase' | 'keys' | 'link' | 'key-image' | 'keys-only' | 'marks' | 'cite' | 'place' | 'leave' | 'volume' | 'plain' | 'second' | 'laid' | 'state' | 'subtract' }
  | { do: 'hang' | 'prior' | 'grey'; by: number };

type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'code'>;

/* What a key does here; null leaves it to the page. */
export function commandOf(event: Press): Command | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  // The row of digits: on a French keyboard it writes & é " ' ( à unless shifted.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? (/^\d$/.test(event.key) ? event.key : undefined);
  const preset = digit && PRESETS.find((one) => one.key === digit);
  if (preset) return { do: 'preset', name: preset.name };
  const key = event.key.toLowerCase();
  if (event.shiftKey && key === 's') return { do: 'subtract' };
  const shifted = event.shiftKey && MEASURES.find((one) => one.key === `⇧${key}`);
  const tool = shifted || [...TOOLS, ...MEASURES].find((one) => one.key === key);
  if (tool) return { do: 'tool', tool: tool.tool };
  switch (key) {
    case 'arrowup': case 'arrowleft': return event.shiftKey ? { do: 'series', by: -1 } : { do: 'step', by: -1 };
    case 'arrowdown': case 'arrowright': return event.shiftKey ? { do: 'series', by: 1 } : { do: 'step', by: 1 };
    case 'pageup': return { do: 'step', by: -10 };
    case 'pagedown': return { do: 'step', by: 10 };
    case 'home': return { do: 'edge', last: false };
    case 'end': return { do: 'edge', last: true };
    case ' ': return { do: 'cine' };
    case 'enter': return { do: 'place' };
    case 'escape': return { do: 'leave' };
    case 'backspace': case 'delete': return { do: 'erase' };
    case '+': return { do: 'zoom', by: 1.25 };
    case '-': return { do: 'zoom', by: 0.8 };
    case 'i': return { do: 'invert' };
    case 'f': return { do: 'fit' };
    case 'x': return { do: 'reset' };
    case 'r': return { do: 'rotate', by: event.shiftKey ? -90 : 90 };
    case 'm': return { do: 'flip', upsideDown: event.shiftKey };
    case 'v': return event.shiftKey ? { do: 'volume' } : { do: 'layout' };
    case 'c': return { do: 'next-pane' };
    case 'y': return { do: 'link' };
    case 'k': return { do: event.shiftKey ? 'keys-only' : 'key-image' };
    case 'q': return { do: event.shiftKey ? 'cite' : 'marks' };
    case 'j': return { do: 'hang', by: event.shiftKey ? -1 : 1 };
    case 'g': return { do: event.shiftKey ? 'state' : 'plain' };
    case 'o': return { do: event.shiftKey ? 'laid' : 'second' };
    case 'n': return { do: 'prior', by: event.shiftKey ? -1 : 1 };
    case 'h': case '?': return { do: 'keys' };
    default: return null;
  }
}

const shown = (key: string) => key.replace('⇧', '⇧ ').toUpperCase();
export const keyOf = (tool: Tool) => shown([...TOOLS, ...MEASURES].find((one) => one.tool === tool)!.key);

/* What the sheet of keys lists: keys, then the text. */
export const KEY_LINES: [keys: string[], text: string][] = [
  [['↑', '↓'], 'viewer.key.step'], [['⇞', '⇟'], 'viewer.key.page'], [['Home', 'End'], 'viewer.key.edge'], [['⇧ ↑', '⇧ ↓'], 'viewer.key.series'],
  [PRESETS.map((one) => one.key), 'viewer.key.presets'],
  ...TOOLS.map((one): [string[], string] => [[shown(one.key)], `viewer.tool.${one.tool}`]),
  ...MEASURES.map((one): [string[], string] => [[shown(one.key)], `viewer.tool.${one.tool}`]),
  [['Enter'], 'viewer.key.place'], [['Escape'], 'viewer.key.leave'], [['⌫'], 'viewer.erase'], [['K'], 'viewer.keyImage'], [['⇧ K'], 'viewer.keysOnly'], [['Q'], 'viewer.marks'], [['⇧ Q'], 'viewer.cite'],
  [['+', '-'], 'viewer.key.zoom'], [['I'], 'viewer.invert'], [['R', '⇧ R'], 'viewer.key.rotate'], [['M', '⇧ M'], 'viewer.key.flip'], [['F'], 'viewer.fit'], [['X'], 'viewer.reset'],
  [['Space'], 'viewer.cine'], [['V'], 'viewer.key.layout'], [['⇧ V'], 'volume.open'], [['C'], 'viewer.nextPane'], [['Y'], 'viewer.link'], [['J', '⇧ J'], 'hanging.key.next'], [['G'], 'hanging.key.plain'], [['N', '⇧ N'], 'hanging.key.prior'], [['O'], 'screens.key'], [['⇧ O'], 'viewer.laid.key'], [['⇧ G'], 'viewer.state.key'], [['⇧ S'], 'viewer.state.subtraction'], [['?', 'H'], 'viewer.keys'],
];
