/*
 * Two halves and a line between them that hand, finger or arrow keys move. For two screens, each half can have a window of its own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './split.css';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '@/shared/ui/Icon';

const KEPT_AS = 'beclere-split';
const LEAST = 30;
const MOST = 80;
const bounded = (percent: number) => Math.round(Math.min(MOST, Math.max(LEAST, percent)) * 10) / 10;
const kept = () => bounded(Number(localStorage.getItem(KEPT_AS)) || 66);

/* What this window shows: both halves, or the one its address names. */
type Half = 'both' | 'images' | 'report';
const half = (): Half => (location.hash === '#images' ? 'images' : location.hash === '#report' ? 'report' : 'both');
const watch = (tell: () => void) => {
  addEventListener('hashchange', tell);
  return () => removeEventListener('hashchange', tell);
};

/* 'more': what else can be chosen of how the images are shown. */
export function Split({ images, report, more }: { images: ReactNode; report: ReactNode; more?: ReactNode }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [percent, setPercent] = useState(kept);
  const shown = useSyncExternalStore(watch, half);
  const move = (next: number) => {
    setPercent(bounded(next));
    localStorage.setItem(KEPT_AS, String(bounded(next)));
  };
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const area = box.current?.getBoundingClientRect();
    if (area && event.currentTarget.hasPointerCapture(event.pointerId)) move(((event.clientX - area.left) / area.width) * 100);
  };
  const key = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(percent + by);
  };
  return (
    <div className="split" ref={box} data-shown={shown} style={{ '--split': `${percent}%` } as React.CSSProperties}>
      {shown !== 'report' && <div className="split-half">{images}</div>}
      {shown === 'both' && (
        <div className="split-line" role="separator" aria-orientation="vertical" aria-label={t('read.split')} aria-valuenow={Math.round(percent)} aria-valuemin={LEAST} aria-valuemax={MOST}
          tabIndex={0} onKeyDown={key} onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerMove={drag} />
      )}
      {shown !== 'images' && (
        <div className="split-half split-report">
          <div className="split-window">
            {more}
            {shown === 'both'
              ? <Button className="split-two" size="compact-xs" variant="subtle" leftSection={<Icon name="images" size={14} />} onClick={() => {
                  window.open(`${location.pathname}#images`, `images-${location.pathname}`, 'popup,width=1200,height=900');
                  location.hash = 'report';
                }}>{t('read.twoWindows')}</Button>
              : <Button className="split-two" size="compact-xs" variant="subtle" leftSection={<Icon name="images" size={14} />} onClick={() => void (location.hash = '')}>{t('read.oneWindow')}</Button>}
          </div>
          {report}
        </div>
      )}
    </div>
  );
}
