/*
 * A series that is a document: a structured report as text, a PDF by its link. Never drawn as an image.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Patient, SeriesShort } from '@/shared/api/types';
import { Empty, Loaded, Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { PatientLine } from '@/shared/ui/PatientLine';
import { type DicomJson, isPdf, isStructured, TAG, text } from './dicom';
import { openPdf, useHeaders } from './requests';
import { linesOf } from './structured';

export function DocumentPane({ study, series, title, patient, active, onActivate }: { study: string; series: SeriesShort; title: string; patient: Patient; active: boolean; onActivate: () => void }) {
  const { t } = useTranslation();
  const headers = useHeaders(study, series.uid, series.instances);
  return (
    <section className="pane pane-document" data-active={active} aria-label={t('viewer.pane', { title })} onPointerDownCapture={onActivate} tabIndex={0}>
      <header className="document-head"><PatientLine patient={patient} withIpp /></header>
      <Loaded query={headers} rows={5}>
        {(list) => <>{list.map((one) => <One key={text(one, TAG.sopInstance)} study={study} series={series} document={one} />)}</>}
      </Loaded>
    </section>
  );
}

function One({ study, series, document }: { study: string; series: SeriesShort; document: DicomJson }) {
  const { t, i18n } = useTranslation();
  const open = useMutation({ mutationFn: () => openPdf(study, series.uid, text(document, TAG.sopInstance)) });
  if (isPdf(document))
    return (
      <Stack p="lg" align="flex-start">
        <Text fw={600}>{text(document, TAG.documentTitle) || series.description || t('viewer.document')}</Text>
        <Button leftSection={<Icon name="document" />} loading={open.isPending} onClick={() => open.mutate()}>{t('viewer.openPdf')}</Button>
        <Refusal error={open.error} />
      </Stack>
    );
  if (!isStructured(document)) return <Empty icon="document" title={t('viewer.noView')} text={series.modality} />;
  return (
    <dl className="sr">
      {linesOf(document, i18n.language === 'en' ? 'en' : 'fr').map((line, i) => (
        <div key={i} className={`sr-line sr-${Math.min(line.depth, 6)}`}>
          <dt>{line.name}</dt>
          {line.value && <dd className="num">{line.value}</dd>}
        </div>
      ))}
    </dl>
  );
}
