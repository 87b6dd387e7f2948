/*
 * The button of dictation, what it is doing, and what could not be understood. E29
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, Kbd, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { colon } from '@/shared/format/typography';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import type { useDictation } from './useDictation';
import './dictation.css';

type Dictating = ReturnType<typeof useDictation>;

/* Where and how long one speaks, how loud it is. */
function Listening({ dictating }: { dictating: Dictating }) {
  const { t } = useTranslation();
  const { view, level } = dictating;
  const [now, setNow] = useState({ level: 0, seconds: 0 });
  useEffect(() => {
    const timer = setInterval(() => setNow({ level: level(), seconds: Math.floor((Date.now() - view.since) / 1000) }), 100);
    return () => clearInterval(timer);
  });
  return (
    <Group gap="xs" className="dictation-on">
      <meter className="dictation-level" min={0} max={1} value={now.level} aria-label={t('dictation.level')} />
      <Text size="xs" className="num">{`${Math.floor(now.seconds / 60)}:${String(now.seconds % 60).padStart(2, '0')}`}</Text>
      <Text size="xs">{t('dictation.into', { part: t(`report.part.${view.field.replace('report-', '')}`) })}</Text>
      <Button size="compact-xs" variant="subtle" rightSection={<Kbd size="xs">{t('dictation.escape')}</Kbd>} onClick={dictating.throwAway}>{t('dictation.throwAway')}</Button>
    </Group>
  );
}

export function DictationButton({ dictating }: { dictating: Dictating }) {
  const { t } = useTranslation();
  const on = dictating.view.state !== 'idle';
  return (
    <Button size="compact-sm" variant={on ? 'filled' : 'default'} color={on ? 'red' : undefined} data-dictation aria-pressed={on} leftSection={<Icon name="mic" size={14} />} rightSection={<Kbd size="xs">F8</Kbd>}
      onMouseDown={(event) => event.preventDefault()} onClick={dictating.toggle}>{t(on ? 'dictation.end' : 'dictation.begin')}</Button>
  );
}

export function DictationStatus({ dictating }: { dictating: Dictating }) {
  const { t } = useTranslation();
  const { view } = dictating;
  return (
    <div data-dictation className="dictation">
      {view.state === 'listening' && <Listening dictating={dictating} />}
      <Text size="xs" c="dimmed" role="status">{view.state === 'starting' ? t('dictation.starting') : view.waiting > 0 ? t('dictation.waiting') : ''}</Text>
      {view.microphone && <Alert color="yellow" role="alert" p="xs">{t(view.microphone === 'NotAllowedError' ? 'dictation.notAllowed' : view.microphone === 'NotFoundError' ? 'dictation.noMicrophone' : 'dictation.microphone')}</Alert>}
      {view.failed && (
        <div>
          <Refusal error={view.failed.error} />
          <Group gap="xs" mt={4}>
            <Button size="compact-xs" onClick={dictating.again}>{t('dictation.again', { count: view.failed.pieces.length })}</Button>
            <Button size="compact-xs" variant="subtle" onClick={dictating.forget}>{t('dictation.forget')}</Button>
          </Group>
        </div>
      )}
      {view.unplaced.map((text) => <Text key={text} size="sm" className="quoted words" lang="fr">{t('dictation.unplaced')}{colon()}{text}</Text>)}
      {view.doubtful.length > 0 && view.waiting === 0 && <Text size="xs" className="report-hint" role="status">{t('dictation.doubtful')}{colon()}{view.doubtful.join(', ')}</Text>}
    </div>
  );
}
