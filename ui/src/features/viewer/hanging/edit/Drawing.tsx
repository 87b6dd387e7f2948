/*
 * The layout as it is drawn: one click chooses a pane, dragging one onto another exchanges them, so do the arrows with Alt. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Grid } from '../model';
import { paneWords } from './options';

const MOVED = 'application/x-hanging-pane';

/* The pane that an arrow leads to; null at the edge. */
export function beside(n: number, key: string, { rows, columns }: Pick<Grid, 'rows' | 'columns'>): number | null {
  const row = Math.floor(n / columns), column = n % columns;
  const [to, over] = key === 'ArrowUp' ? [row - 1, column] : key === 'ArrowDown' ? [row + 1, column] : key === 'ArrowLeft' ? [row, column - 1] : key === 'ArrowRight' ? [row, column + 1] : [-1, -1];
  return to >= 0 && to < rows && over >= 0 && over < columns ? to * columns + over : null;
}

export function Drawing({ grid, chosen, label, onChoose, onSwap }: { grid: Grid; chosen: number; label: string; onChoose: (n: number) => void; onSwap: (a: number, b: number) => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState<number | null>(null);
  const key = (n: number) => (event: KeyboardEvent) => {
    const to = beside(n, event.key, grid);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.altKey) onSwap(n, to);
    onChoose(to);
    (box.current?.children[to] as HTMLElement | undefined)?.focus();
  };
  return (
    <div className="hang-drawing" ref={box} role="group" aria-label={label} style={{ '--rows': grid.rows, '--columns': grid.columns } as React.CSSProperties}>
      {grid.panes.map((one, n) => {
        const [exam, ...words] = paneWords(t, one);
        return (
          <button key={n} type="button" className="hang-pane" aria-pressed={n === chosen} data-earlier={one.exam > 0} data-over={over === n} draggable tabIndex={n === chosen ? 0 : -1} onClick={() => onChoose(n)} onKeyDown={key(n)}
            onDragStart={(event) => {
              event.dataTransfer.setData(MOVED, String(n));
              event.dataTransfer.effectAllowed = 'move';
            }}
            onDragOver={(event) => {
              if (!event.dataTransfer.types.includes(MOVED)) return;
              event.preventDefault();
              setOver(n);
            }}
            onDragLeave={() => setOver(null)}
            onDrop={(event) => {
              setOver(null);
              const from = Number.parseInt(event.dataTransfer.getData(MOVED), 10);
              if (!Number.isInteger(from)) return;
              event.preventDefault();
              onSwap(from, n);
              onChoose(n);
            }}>
            <span className="hang-number">{n + 1}</span>
            <span className="hang-exam">{exam}</span>
            {words.map((line) => <span key={line}>{line}</span>)}
          </button>
        );
      })}
    </div>
  );
}
