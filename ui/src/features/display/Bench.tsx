/*
 * The pattern beside its questions, together on the full screen where that is wished; the questions can be put away to see the whole screen. O4
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DisplayAsked, Verdict } from '@/shared/api/requests/display';
import { Icon } from '@/shared/ui/Icon';
import { Pattern } from './Pattern';
import { Questions } from './Questions';

export function Bench({ asked, onDone, onStop }: { asked: DisplayAsked; onDone: (verdict: Verdict) => void; onStop: () => void }) {
  const { t } = useTranslation();
  const bench = useRef<HTMLDivElement>(null);
  const [full, setFull] = useState(false);
  const [alone, setAlone] = useState(false);
  useEffect(() => {
    const look = () => {
      setFull(document.fullscreenElement === bench.current);
      if (!document.fullscreenElement) setAlone(false);
    };
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, []);
  const turn = () => {
    const turned = document.fullscreenElement ? document.exitFullscreen() : bench.current?.requestFullscreen();
    turned?.catch(() => undefined); // a browser that has none shows the pattern in the page
  };
  const leave = (then: () => void) => {
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
    then();
  };
  return (
    <div ref={bench} className="display-bench" data-alone={alone || undefined}>
      <Pattern asked={asked} />
      <div className="display-side">
        <Group gap={6} className="display-bar">
          <Button size="xs" variant="default" leftSection={<Icon name="screen" size={15} />} onClick={turn} aria-pressed={full}>{t(full ? 'display.leaveFull' : 'display.full')}</Button>
          {full && <Button size="xs" variant="default" onClick={() => setAlone(!alone)} aria-pressed={alone}>{t(alone ? 'display.showQuestions' : 'display.hideQuestions')}</Button>}
        </Group>
        <div hidden={alone}><Questions id={asked.id} minutes={asked.minutes} onDone={(verdict) => leave(() => onDone(verdict))} onStop={() => leave(onStop)} /></div>
      </div>
    </div>
  );
}
