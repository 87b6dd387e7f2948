/*
 * The images, drawn by the server, what the report names first; and the whole exam to keep. E34
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type OwnActWhole, type OwnFirst, ownPicture, type OwnSeries, useOwnDownload, useOwnSeries } from '@/shared/api/requests/patient';
import { sizeText } from '@/shared/format/size';
import { type LightFirst, type LightPlace, type LightSeries, middleOf, type PictureAsked, placesOf, windowText } from '@/shared/light/places';
import { Loaded, Refusal, Waiting } from '@/shared/ui/Blocks';
import { Boundary } from '@/shared/ui/Boundary';
import { Icon } from '@/shared/ui/Icon';

const LightViewer = lazy(() => import('@/shared/light/LightViewer'));

export function OwnImages({ act }: { act: OwnActWhole }) {
  const { t } = useTranslation();
  const series = useOwnSeries(act.id, true);
  const download = useOwnDownload(act.id);
  return (
    <section className="own-card own-images">
      <h2>{t('own.images')}</h2>
      <Loaded query={series} rows={1} height={280}>{(data) => data.series.length === 0 ? <p>{t('own.noImages')}</p> : (
        <>
          <Boundary><Suspense fallback={<Waiting rows={1} height={280} />}><Images act={act.id} series={data.series} first={data.first} /></Suspense></Boundary>
          <p className="own-quiet">{t('own.imagesHint')}</p>
          <Button variant="default" leftSection={<Icon name="images" />} loading={download.isPending} onClick={() => download.mutate()}>{t('own.download', { size: sizeText(data.bytes) })}</Button>
          <p className="own-quiet">{t('own.downloadHint')}</p>
          <Refusal error={download.error} />
        </>
      )}</Loaded>
    </section>
  );
}

const OWN_SIDE = 4096; // zoomed: its own size, and no more than this
const countOf = (one: OwnSeries) => one.images.reduce((sum, image) => sum + image.frames, 0);

function Images({ act, series, first }: { act: number; series: OwnSeries[]; first: OwnFirst[] }) {
  const shown = useMemo(() => series.map((one, n): LightSeries => ({ study: '', uid: one.uid, number: one.number ?? n + 1, modality: one.modality, description: one.description, count: countOf(one) })), [series]);
  const firsts = useMemo(() => first.map((one): LightFirst => ({ series: one.series, sop: one.image, frame: one.frame, words: one.words, window: one.window })), [first]);
  // The biggest series: a scout seldom is what is looked for.
  const [chosen, setChosen] = useState(() => shown.reduce((best, one) => (one.count > best.count ? one : best)).uid);
  const picture = (one: LightSeries, place: LightPlace, { side, window }: PictureAsked) => ownPicture(act, one.uid, place.sop, place.frame, side ?? OWN_SIDE, windowText(window));
  const [began] = useState(() => (firsts[0] ? { place: firsts[0], at: 1 } : null));
  const thumbOf = (one: LightSeries) => {
    const middle = middleOf(placesOf(one.uid, series.find((each) => each.uid === one.uid)?.images ?? []));
    return middle ? picture(one, middle, { side: 128, window: null }) : null;
  };
  return <LightViewer series={shown} first={firsts} chosen={chosen} onChoose={setChosen} imagesOf={(uid) => series.find((one) => one.uid === uid)?.images} picture={picture} thumbOf={thumbOf} jump={began} />;
}
