/*
 * The attributes of an instance as lines of a tree: sequences and their items one level deeper, values as text. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Attribute, DataSet, Dictionary } from '@/shared/api/requests/archive';

export interface Line {
  path: string; depth: number; tag: string; vr: string; keyword: string; name: string; value: string; kind: 'value' | 'sequence' | 'item' | 'bulk'; under: number; bulk: string | null; isPrivate: boolean;
}

const VALUE_MAX = 2000;
export const tagText = (tag: string) => `(${tag.slice(0, 4)},${tag.slice(4)})`;
const isPrivate = (tag: string) => parseInt(tag.slice(0, 4), 16) % 2 === 1;

/* Repeating groups (50xx, 60xx) stand in the dictionary under their first one. */
export function nameOf(tag: string, dictionary: Dictionary | undefined): [keyword: string, name: string] {
  const own = dictionary?.tags[tag] ?? (/^(50|60)/.test(tag) ? dictionary?.tags[`${tag.slice(0, 2)}00${tag.slice(4)}`] : undefined);
  return own ?? ['', ''];
}

function oneValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return Object.values(value as Record<string, string>).filter(Boolean).join('=');
  return String(value);
}
function valueText(one: Attribute, dictionary: Dictionary | undefined): string {
  if (one.InlineBinary !== undefined) return one.InlineBinary;
  const text = (one.Value ?? []).map(oneValue).join('\\');
  const known = one.vr === 'UI' ? dictionary?.uids[text] : undefined;
  const shown = known ? `${text} · ${known}` : text;
  return shown.length > VALUE_MAX ? `${shown.slice(0, VALUE_MAX)}…` : shown;
}

function add(set: DataSet, depth: number, before: string, dictionary: Dictionary | undefined, lines: Line[]) {
  for (const tag of Object.keys(set).sort()) {
    const one = set[tag]!;
    const [keyword, name] = nameOf(tag, dictionary), path = before + tag;
    const line: Line = { path, depth, tag, vr: one.vr, keyword, name, value: '', kind: 'value', under: 0, bulk: null, isPrivate: isPrivate(tag) };
    lines.push(line);
    if (one.vr === 'SQ') {
      const items = (one.Value ?? []) as DataSet[];
      line.kind = 'sequence';
      line.under = items.length;
      items.forEach((item, n) => {
        lines.push({ path: `${path}/${n + 1}`, depth: depth + 1, tag: '', vr: '', keyword: '', name: '', value: '', kind: 'item', under: n + 1, bulk: null, isPrivate: false });
        add(item, depth + 2, `${path}/${n + 1}/`, dictionary, lines);
      });
    } else if (one.BulkDataURI !== undefined) {
      line.kind = 'bulk';
      line.bulk = one.BulkDataURI;
    } else line.value = valueText(one, dictionary);
  }
}

export function linesOf(set: DataSet, dictionary: Dictionary | undefined): Line[] {
  const lines: Line[] = [];
  add(set, 0, '', dictionary, lines);
  return lines;
}

const bare = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/*
 * What is shown: below closed sequences nothing; with words to look for, the lines that hold them all and the sequences they
 * stand in, whatever is closed.
 */
export function shownOf(lines: Line[], words: string, closed: ReadonlySet<string>): Line[] {
  const asked = bare(words).replaceAll(/\(?([0-9a-f]{4}),([0-9a-f]{4})\)?/g, '$1$2').split(/\s+/).filter(Boolean);
  if (!asked.length) return lines.filter((line) => ![...above(line.path)].some((path) => closed.has(path)));
  const hits = new Set<string>();
  for (const line of lines) {
    const text = bare(`${line.tag} ${line.vr} ${line.keyword} ${line.name} ${line.value}`);
    if (line.kind === 'item' || !asked.every((word) => text.includes(word))) continue;
    hits.add(line.path);
    for (const path of above(line.path)) hits.add(path);
  }
  return lines.filter((line) => hits.has(line.path));
}

/* The sequences and items that a path stands in. */
function* above(path: string) {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at);
}

/* Many items are closed at first: a multi-frame image has thousands of lines. */
export const closedAtFirst = (lines: Line[]) => new Set(lines.filter((line) => line.kind === 'sequence' && line.under > 8).map((line) => line.path));

/* As text, for a message or a ticket. */
export const asText = (lines: Line[]) =>
  lines.map((line) => `${'  '.repeat(line.depth)}${line.kind === 'item' ? `#${line.under}` : `${tagText(line.tag)} ${line.vr} ${line.keyword} ${line.kind === 'sequence' ? `[${line.under}]` : line.value}`}`.trimEnd()).join('\n');
