/*
 * The series of a study, each with a picture; opened, its instances, one of them shown with its attributes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Table } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundSeries, StudyFacts } from '@/shared/api/requests/archive';
import { sizeText } from '@/shared/format/size';
import { Empty } from '@/shared/ui/Blocks';
import { readsDark } from '@/shared/format/modality';
import { Icon } from '@/shared/ui/Icon';
import { Instances } from './Instances';
import { SendButton } from './Send';

export function SeriesTable({ study, series, kept, archive, view }: { study: string; series: FoundSeries[]; kept: StudyFacts['series'] | undefined; archive: boolean; view: boolean }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<string | null>(null);
  if (!series.length) return <Empty icon="images" title={t('read.noImages')} />;
  const columns = ['picture', 'number', 'series', 'body', 'count', ...(kept ? ['frames', 'syntax', 'size'] : []), ...(view ? ['open'] : [])];
  const shown = series.find((one) => one.uid === opened);
  return (
    <>
      <Table.ScrollContainer minWidth={kept ? 900 : 640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table verticalSpacing={6} aria-label={t('study.seriesList')}>
          <Table.Thead><Table.Tr>{columns.map((one) => <Table.Th key={one}>{t(`study.column.${one}`)}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {series.map((one) => {
              const facts = kept?.find((each) => each.uid === one.uid), isOpen = opened === one.uid, number = one.number ?? '—';
              return (
                  <Table.Tr key={one.uid} data-series={one.uid}>
                    <Table.Td>{view ? <Picture study={study} series={one.uid} modality={one.modality} /> : <Icon name="images" size={24} />}</Table.Td>
                    <Table.Td className="num">{number}</Table.Td>
                    <Table.Td>{one.modality} {one.description}<span className="sub archive-uid"><code>{one.uid}</code></span></Table.Td>
                    <Table.Td>{one.bodyPart || '—'}</Table.Td>
                    <Table.Td className="num">{one.instances}</Table.Td>
                    {kept && <Table.Td className="num">{facts?.frames ?? '—'}</Table.Td>}
                    {kept && <Table.Td>{facts && facts.syntaxes > 1 ? t('study.severalSyntaxes', { count: facts.syntaxes }) : facts?.syntax ?? '—'}</Table.Td>}
                    {kept && <Table.Td className="num nowrap">{facts ? sizeText(facts.bytes) : '—'}</Table.Td>}
                    {view && (
                      <Table.Td>
                        <Group gap={6} wrap="nowrap">
                          <Button size="xs" variant="default" aria-expanded={isOpen} aria-label={t(isOpen ? 'study.hideInstances' : 'study.showInstances', { number })} onClick={() => setOpened(isOpen ? null : one.uid)}>{t(isOpen ? 'study.hide' : 'study.show')}</Button>
                          {archive && <SendButton parts={[{ study_uid: study, series_uid: one.uid }]} label={t('common.send')} aria={t('study.sendSeries', { number })} />}
                        </Group>
                      </Table.Td>
                    )}
                  </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {shown && <div key={shown.uid} className="archive-opened" ref={seen}><Instances study={study} series={shown} /></div>}
    </>
  );
}

const seen = (box: HTMLElement | null) => box?.scrollIntoView({ block: 'nearest' });

/* A picture that cannot be made takes nothing away from the series. */
function Picture({ study, series, modality }: { study: string; series: string; modality: string }) {
  const [failed, setFailed] = useState(false);
  return (
    <span className="archive-picture">
      {failed ? <Icon name="document" size={24} /> : <img src={`/dicom-web/studies/${study}/series/${series}/thumbnail`} className={readsDark(modality) ? 'reads-dark' : undefined} alt="" loading="lazy" width={64} height={64} onError={() => setFailed(true)} />}
    </span>
  );
}
