/*
 * The instances of a series, a page at a time; the chosen one with its picture, frame by frame, and its attributes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Slider, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FoundInstance, type FoundSeries, instancePath, useDictionary, useInstancesOfSeries } from '@/shared/api/requests/archive';
import { Empty, Loaded } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { TagTree } from './TagTree';

const SIZE = 100;

export function Instances({ study, series }: { study: string; series: FoundSeries }) {
  const { t } = useTranslation();
  const [page, setPage] = useState(0);
  const [at, setAt] = useState(0);
  const instances = useInstancesOfSeries(study, series.uid, page, SIZE);
  const turn = (by: 1 | -1) => { setPage(page + by); setAt(0); };
  return (
    <Loaded query={instances} rows={4}>
      {(list) => {
        const one = list[Math.min(at, list.length - 1)];
        if (!one) return <Empty icon="images" title={t('read.noImages')} />;
        return (
          <div className="archive-instances">
            <div className="archive-list">
              <ul aria-label={t('study.instances', { number: series.number ?? '—' })}>
                {list.map((each, n) => (
                  <li key={each.uid}>
                    <button type="button" aria-pressed={each.uid === one.uid} onClick={() => setAt(n)} className="num">
                      {t('study.instance', { number: each.number ?? '—' })}
                      <span className="sub">{each.rows > 0 ? `${each.columns} × ${each.rows}${each.frames > 1 ? ` × ${each.frames}` : ''}` : '—'}</span>
                    </button>
                  </li>
                ))}
              </ul>
              {series.instances > SIZE && (
                <Group gap={6} mt={6}>
                  <Button size="xs" variant="default" disabled={page === 0} onClick={() => turn(-1)}>{t('common.previous')}</Button>
                  <Button size="xs" variant="default" disabled={(page + 1) * SIZE >= series.instances} onClick={() => turn(1)}>{t('common.next')}</Button>
                </Group>
              )}
            </div>
            <OneInstance key={one.uid} study={study} series={series.uid} instance={one} place={page * SIZE + list.indexOf(one) + 1} total={series.instances} />
          </div>
        );
      }}
    </Loaded>
  );
}

const AS_STORED = 'application/dicom; transfer-syntax=*'; // byte for byte, not in the default transfer syntax

function OneInstance({ study, series, instance, place, total }: { study: string; series: string; instance: FoundInstance; place: number; total: number }) {
  const { t } = useTranslation();
  const dictionary = useDictionary();
  const path = instancePath(study, series, instance.uid);
  return (
    <div className="archive-instance" data-instance={instance.uid}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>{dictionary.data?.uids[instance.classUid] ?? instance.classUid} · {t('study.instanceOf', { n: place, total })}</Text>
        <Button component="a" href={`${path}?accept=${encodeURIComponent(AS_STORED)}`} download={`${instance.uid}.dcm`} size="xs" variant="default" leftSection={<Icon name="copy" size={14} />}>{t('study.download')}</Button>
      </Group>
      <Text size="xs" c="dimmed"><code className="archive-uid">{instance.uid}</code> · {dictionary.data?.uids[instance.syntax] ?? instance.syntax}</Text>
      {instance.frames > 0 && <Preview path={path} frames={instance.frames} />}
      <TagTree study={study} series={series} instance={instance.uid} />
    </div>
  );
}

function Preview({ path, frames }: { path: string; frames: number }) {
  const { t } = useTranslation();
  const [frame, setFrame] = useState(1);
  const [settled] = useDebouncedValue(frame, 120);
  const [failed, setFailed] = useState<number | null>(null);
  return (
    <figure className="archive-preview" aria-label={t('study.preview')}>
      {failed === settled ? <Empty icon="images" title={t('study.noPicture')} />
        : <img src={`${path}/frames/${settled}/rendered?viewport=640,640&accept=image/jpeg`} alt={t('study.frameOf', { n: settled, total: frames })} onError={() => setFailed(settled)} />}
      {frames > 1 && (
        <div className="archive-frames">
          <Text size="sm" className="num">{t('study.frameOf', { n: frame, total: frames })}</Text>
          <Slider value={frame} onChange={setFrame} min={1} max={frames} step={1} label={null} thumbLabel={t('study.frame')} />
        </div>
      )}
      <figcaption className="sub">{t('study.previewText')}</figcaption>
    </figure>
  );
}
