/*
 * Two texts held against each other, word by word: what stays, what went, what came.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export interface Piece { kind: 'same' | 'added' | 'removed'; text: string }

const WORDS_MAX = 1500; // more than that: the whole text, old and new

export function wordDiff(before: string, after: string): Piece[] {
  if (before === after) return before ? [{ kind: 'same', text: before }] : [];
  const a = before.match(/\s+|[^\s]+/g) ?? [], b = after.match(/\s+|[^\s]+/g) ?? [];
  if (a.length > WORDS_MAX || b.length > WORDS_MAX) return joined([{ kind: 'removed', text: before }, { kind: 'added', text: after }]);
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = common[i];
      if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const pieces: Piece[] = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      pieces.push({ kind: 'same', text: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: 'removed', text: a[i] ?? '' });
      i += 1;
    } else {
      pieces.push({ kind: 'added', text: b[j] ?? '' });
      j += 1;
    }
  }
  return joined(pieces);
}

/* Neighbours of one kind are one piece; what went stands before what came. */
function joined(pieces: Piece[]): Piece[] {
  const out: Piece[] = [];
  let removed = '', added = '';
  const flush = () => {
    if (removed) out.push({ kind: 'removed', text: removed });
    if (added) out.push({ kind: 'added', text: added });
    removed = added = '';
  };
  pieces.forEach((piece, n) => {
    const between = piece.kind === 'same' && /^\s+$/.test(piece.text) && (removed || added) && pieces[n + 1] && pieces[n + 1]?.kind !== 'same';
    if (piece.kind === 'removed') removed += piece.text;
    else if (piece.kind === 'added') added += piece.text;
    else if (between) {
      removed += piece.text;
      added += piece.text;
    } else {
      flush();
      const last = out.at(-1);
      if (last?.kind === 'same') last.text += piece.text;
      else out.push({ ...piece });
    }
  });
  flush();
  return out.filter((piece) => piece.text);
}
