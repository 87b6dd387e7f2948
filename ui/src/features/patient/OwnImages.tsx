/*
 * The images, drawn by the server: a series, one image at a time, scrolled by finger, wheel, keys or buttons; and the whole exam to keep.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, NativeSelect } from '@mantine/core';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type OwnActWhole, ownPicture, type OwnSeries, useOwnDownload, useOwnSeries } from '@/shared/api/requests/patient';
import { readsDark } from '@/shared/format/modality';
import { sizeText } from '@/shared/format/size';
import { Loaded, Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

export function OwnImages({ act }: { act: OwnActWhole }) {
  const { t } = useTranslation();
  const series = useOwnSeries(act.id, true);
  const download = useOwnDownload(act.id);
  return (
    <section className="own-card own-images">
      <h2>{t('own.images')}</h2>
      <Loaded query={series} rows={1} height={280}>{(data) => (
        <>
          {data.series.length ? <Viewer act={act.id} series={data.series} /> : <p>{t('own.noImages')}</p>}
          {data.series.length > 0 && <p className="own-quiet">{t('own.imagesHint')}</p>}
          <Button variant="default" leftSection={<Icon name="images" />} loading={download.isPending} onClick={() => download.mutate()}>{t('own.download', { size: sizeText(data.bytes) })}</Button>
          <p className="own-quiet">{t('own.downloadHint')}</p>
          <Refusal error={download.error} />
        </>
      )}</Loaded>
    </section>
  );
}

const addressesOf = (act: number, one: OwnSeries) =>
  one.images.flatMap((image) => Array.from({ length: image.frames }, (_, n) => ownPicture(act, one.uid, image.uid, n + 1)));

function Viewer({ act, series }: { act: number; series: OwnSeries[] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(0);
  const [at, setAt] = useState(0);
  const pane = useRef<HTMLDivElement>(null);
  const one = series[chosen] ?? series[0];
  const addresses = one ? addressesOf(act, one) : [];
  const last = addresses.length - 1;
  const move = (by: number) => setAt((now) => Math.max(0, Math.min(last, now + by)));

  useEffect(() => { // the neighbours, so that scrolling does not wait
    for (const near of [at + 1, at - 1, at + 2]) if (addresses[near]) new Image().src = addresses[near];
  });
  useEffect(() => {
    const here = pane.current;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      move(event.deltaY > 0 ? 1 : -1);
    };
    here?.addEventListener('wheel', wheel, { passive: false });
    return () => here?.removeEventListener('wheel', wheel);
  });
  const keys = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    move(by);
  };

  if (!one) return null;
  return (
    <>
      {series.length > 1 && (
        <NativeSelect label={t('own.series')} mb="sm" value={String(chosen)} onChange={(event) => { setChosen(Number(event.currentTarget.value)); setAt(0); }}
          data={series.map((s, n) => ({ value: String(n), label: t('own.seriesName', { n: n + 1, name: s.description || s.modality, count: addressesOf(act, s).length }) }))} />
      )}
      <div className="own-viewer" ref={pane}>
        <img src={addresses[at]} className={one && readsDark(one.modality) ? 'reads-dark' : undefined} alt={t('own.imageAlt', { n: at + 1, count: addresses.length })} draggable={false} />
      </div>
      {last > 0 && (
        <div className="own-scroll" onKeyDown={keys}>
          <Button variant="default" aria-label={t('own.previous')} disabled={at === 0} onClick={() => move(-1)}>‹</Button>
          <input type="range" min={0} max={last} value={at} onChange={(event) => setAt(Number(event.currentTarget.value))} aria-label={t('own.slider')} aria-valuetext={t('own.imageAlt', { n: at + 1, count: addresses.length })} />
          <Button variant="default" aria-label={t('own.next')} disabled={at === last} onClick={() => move(1)}>›</Button>
        </div>
      )}
      <p className="own-quiet num" aria-hidden="true">{t('own.imageAlt', { n: at + 1, count: addresses.length })}</p>
    </>
  );
}
