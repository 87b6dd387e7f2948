/*
 * The images of an act in the light view, beside its report: for a telephone, a slow line, and who looks but does not read. E25.
 *
 * The same addresses as every viewer's: the server asks the same permission and keeps the same trace.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import { imagesOfSeries } from '@/shared/api/requests/archive';
import { actKey } from '@/shared/api/requests/act';
import type { Act } from '@/shared/api/types';
import LightViewer from '@/shared/light/LightViewer';
import { chooseLight } from '@/shared/light/line';
import { type LightFirst, type LightImage, type LightPlace, type LightSeries, type PictureAsked, windowText } from '@/shared/light/places';
import { hearReading, type ImagePlace } from '@/shared/reading/bridge';
import { birthDate } from '@/shared/format/dates';
import { Empty } from '@/shared/ui/Blocks';

const NO_PICTURE = new Set(['SR', 'DOC', 'KO', 'PR', 'REG', 'SEG', 'RTSTRUCT', 'AU', 'ECG', 'HD']);

function seriesOf(act: Act): LightSeries[] {
  const chosen = act.facts.chosen_images?.series;
  const all = act.kind === 'tele-expertise' && chosen
    ? chosen.map((one) => ({ study: one.study_uid, uid: one.series_uid, number: one.number, modality: one.modality, description: one.description, count: one.instances }))
    : act.images.series.map((one) => ({ study: act.images.study_uid ?? '', uid: one.uid, number: one.number, modality: one.modality, description: one.description, count: one.instances }));
  return all.filter((one) => !NO_PICTURE.has(one.modality)).sort((a, b) => a.number - b.number);
}

interface Kept { keys: { series: string; sop: string; frame: number }[]; signed: boolean }
/* What the report names, then key images that were kept with a signature; without them the images are shown all the same. */
function useFirsts(act: Act, series: LightSeries[]): LightFirst[] {
  const study = series[0]?.study ?? '';
  const report = useQuery({ queryKey: [...actKey(act.id), 'report'], queryFn: () => api.get<{ content?: { places?: ImagePlace[] } }>(`/api/acts/${act.id}/report`), retry: false });
  const recorded = useQuery({ queryKey: ['recorded', study, act.id, 'keys'], queryFn: () => api.get<{ objects: Kept[] }>(`/api/studies/${study}/recorded?act=${act.id}`), enabled: !!study, retry: false });
  return useMemo(() => {
    const here = new Set(series.map((one) => one.uid));
    const named = (report.data?.content?.places ?? []).map((one): LightFirst => ({ series: one.series, sop: one.sop, frame: one.frame, words: one.mark, window: one.window }));
    const keys = (recorded.data?.objects ?? []).filter((one) => one.signed).flatMap((one) => one.keys).map((one): LightFirst => ({ series: one.series, sop: one.sop, frame: one.frame || 1, words: null, window: null }));
    return [...named, ...keys].filter((one, n, all) => here.has(one.series) && all.findIndex((each) => each.sop === one.sop && each.frame === one.frame) === n);
  }, [report.data, recorded.data, series]);
}

export default function LightRead({ act }: { act: Act }) {
  const { t } = useTranslation();
  const series = useMemo(() => seriesOf(act), [act]);
  const firsts = useFirsts(act, series);
  const [chosen, setChosen] = useState<string | null>(null);
  const [jump, setJump] = useState<{ place: LightFirst; at: number } | null>(null);
  const largest = series.reduce<LightSeries | undefined>((best, one) => (!best || one.count > best.count ? one : best), undefined);
  const shown = chosen ?? largest?.uid ?? '';
  const of = series.find((one) => one.uid === shown);
  const images = useQuery({ queryKey: ['light', of?.study, shown, of?.count], queryFn: () => imagesOfSeries(of?.study ?? '', shown), staleTime: Infinity, enabled: !!of });
  useEffect(() => {
    const bridge = hearReading(act.id, (said) => {
      if (said.say === 'show') setJump({ place: { series: said.place.series, sop: said.place.sop, frame: said.place.frame, words: said.place.mark, window: said.place.window }, at: Date.now() });
    });
    return bridge.close;
  }, [act.id]);
  if (!series.length) return <Empty icon="images" title={t('read.noImages')} text={t('read.noImagesText')} />;
  const imagesOf = (uid: string): LightImage[] | undefined => (uid === shown ? images.data : undefined);
  const picture = (one: LightSeries, place: LightPlace, { side, window }: PictureAsked) => {
    const image = images.data?.find((each) => each.uid === place.sop);
    const within = side && !(image && Math.max(image.rows, image.columns) <= side) ? `viewport=${side},${side}` : ''; // never more pixels than it has
    const asked = [within, window && `window=${windowText(window)}`].filter(Boolean).join('&');
    return `/dicom-web/studies/${one.study}/series/${one.uid}/instances/${place.sop}/frames/${place.frame}/rendered${asked && `?${asked}`}`;
  };
  const { patient } = act;
  return (
    <div className="light-fill">
      <LightViewer series={series} first={firsts} chosen={shown} onChoose={setChosen} imagesOf={imagesOf} picture={picture} jump={jump} error={images.data ? null : images.error} retry={() => void images.refetch()} thumbOf={(one) => `/dicom-web/studies/${one.study}/series/${one.uid}/thumbnail`}
        who={`${patient.birth_name} ${patient.first_given}, ${birthDate(patient.birth_date)}`}
        actions={<button type="button" onClick={() => chooseLight(false)}>{t('light.toFull')}</button>} />
    </div>
  );
}
