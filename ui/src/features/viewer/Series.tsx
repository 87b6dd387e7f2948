/*
 * The series of a study: a picture, what it is, how many images; counts grow while images arrive. Reports and PDF are listed as documents.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Loader } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SeriesShort } from '@/shared/api/types';
import { readsDark } from '@/shared/format/modality';
import { Icon } from '@/shared/ui/Icon';
import { dicomDay } from '@/shared/format/dicom';
import type { ExamSeries } from './hanging/useExams';
import { isImage, type DicomJson, number, TAG, text } from './dicom';
import { pictureOf, useHeaders } from './requests';

const DOCUMENTS = new Set(['SR', 'DOC', 'KO', 'PR', 'REG', 'SEG', 'RTSTRUCT', 'AU', 'ECG', 'HD']);
export const DRAGGED = 'application/x-series'; // what a thumbnail carries when it is dragged to a pane
export const isDocument = (series: SeriesShort) => DOCUMENTS.has(series.modality);

/* Its pictures wait while 'calm' is false: the line is the first image's. */
export function SeriesList({ study, series, earlier, shown, calm, onChoose }: {
  study: string; series: SeriesShort[]; earlier: ExamSeries[]; shown: readonly (string | null)[]; calm: boolean; onChoose: (uid: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <nav className="series-list" aria-label={t('viewer.seriesList')}>
      <ul>
        {series.map((one) => (
          <li key={one.uid}>
            <SeriesButton study={study} series={one} place={shown.indexOf(one.uid)} several={shown.length > 1} calm={calm} onChoose={() => onChoose(one.uid)} />
          </li>
        ))}
      </ul>
      {earlier.length > 0 && (
        <>
          <p className="series-earlier">{t('priors.series', { date: dicomDay(earlier[0]!.prior?.date ?? '') })}</p>
          <ul>
            {earlier.map((one) => <li key={one.uid}><SeriesButton study={one.study} series={one} place={shown.indexOf(one.uid)} several={shown.length > 1} calm={calm} onChoose={() => onChoose(one.uid)} /></li>)}
          </ul>
        </>
      )}
    </nav>
  );
}

export const seriesTitle = (series: SeriesShort) => [`${series.modality} ${series.number || ''}`.trim(), series.description].filter(Boolean).join(' · ');

function SeriesButton({ study, series, place, several, calm, onChoose }: { study: string; series: SeriesShort; place: number; several: boolean; calm: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  const document = isDocument(series), headers = useHeaders(study, series.uid, series.instances, calm && !document);
  const views = (headers.data ?? []).filter(isImage).reduce((sum, one) => sum + Math.max(1, number(one, TAG.frames) ?? 1), 0);
  return (
    <button type="button" className="series-one" aria-pressed={place >= 0} onClick={onChoose} data-series={series.uid} draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, series.uid);
        event.dataTransfer.effectAllowed = 'copy';
      }}>
      {document ? <span className="series-picture"><Icon name="document" size={28} /></span> : <Picture study={study} series={series} calm={calm} />}
      <span className="series-text">
        <span className="series-name">{series.description || t('viewer.series', { n: series.number })}</span>
        <span className="num series-sub">
          {series.modality} · {document ? t('viewer.documents', { count: series.instances }) : t('viewer.images', { count: series.instances })}{!document && views > series.instances ? ` · ${t('viewer.views', { count: views })}` : ''}
          {several && place >= 0 && <span className="series-place">{place + 1}</span>}
        </span>
      </span>
    </button>
  );
}

/* The picture of the middle instance; a picture that cannot be made takes nothing away from the series. */
function Picture({ study, series, calm }: { study: string; series: SeriesShort; calm: boolean }) {
  const headers = useHeaders(study, series.uid, series.instances, calm);
  const [failed, setFailed] = useState<string | null>(null);
  const images: DicomJson[] = (headers.data ?? []).filter(isImage);
  // The first picture stays while images arrive: a list that flickers is not read.
  const [chosen, setChosen] = useState<string | null>(null);
  const middle = images[Math.floor(images.length / 2)];
  if (!chosen && middle && calm) setChosen(text(middle, TAG.sopInstance));
  return (
    <span className="series-picture">
      {!chosen && (headers.isError || headers.data?.length ? <Icon name="images" size={28} /> : <Loader size="xs" />)}
      {chosen && failed === chosen && <Icon name="images" size={28} />}
      {chosen && failed !== chosen && <img src={pictureOf(study, series.uid, chosen)} className={readsDark(series.modality) ? 'reads-dark' : undefined} alt="" loading="lazy" draggable={false} onError={() => setFailed(chosen)} />}
    </span>
  );
}
