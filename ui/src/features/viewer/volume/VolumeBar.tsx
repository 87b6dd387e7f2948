/*
 * The second bar, while a volume is looked at: slab, fusion, uptake, the way back. Every control has its key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { percent } from '@/shared/format/typography';
import { Button, Kbd, NumberInput, SegmentedControl, Select } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { SeriesShort } from '@/shared/api/types';
import { MAPS, type MapName } from '../engine/volume';
import { SUV_KINDS, type SuvKind } from '../measure/suv';
import { seriesTitle } from '../Series';
import { SLAB_LEAST, SLAB_MODES, SLAB_MOST, type SlabMode } from './sample';
import type { Looking } from './session';

export function VolumeBar({ looking, partners, partner, onPartner, fused, pet, suv, onSuv, body, onBody, onClose }: {
  looking: Looking | null; partners: SeriesShort[]; partner: string | null; onPartner: (uid: string | null) => void; fused: boolean; pet: boolean; suv: SuvKind; onSuv: (kind: SuvKind) => void; body: boolean; onBody: () => void; onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="bar volume-bar" role="toolbar" aria-label={t('volume.bar')}>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onClose}>{t('volume.back')} <Kbd size="xs" ml={6}>⇧ V</Kbd></Button>
      <span className="bar-line" />
      {looking && <SlabControls looking={looking} />}
      {partners.length > 0 && (
        <>
          <span className="bar-line" />
          <Button size="compact-sm" variant={partner ? 'filled' : 'subtle'} color={partner ? 'cyan' : 'gray'} aria-pressed={!!partner} onClick={() => onPartner(partner ? null : partners[0]!.uid)}>{t('volume.fusion')} <span className="bar-key" aria-hidden="true">Y</span></Button>
          {partner && partners.length > 1 && (
            <Select size="xs" w={190} aria-label={t('volume.partner')} allowDeselect={false} data={partners.map((one) => ({ value: one.uid, label: seriesTitle(one) }))} value={partner} onChange={onPartner} />
          )}
        </>
      )}
      {looking && fused && <FusionControls looking={looking} />}
      {looking && <Button size="compact-sm" variant={body ? 'filled' : 'subtle'} color={body ? 'cyan' : 'gray'} aria-pressed={body} onClick={onBody}>{t('volume.body')} <span className="bar-key" aria-hidden="true">B</span></Button>}
      {pet && (
        <SegmentedControl size="xs" value={suv} onChange={(value) => onSuv(value as SuvKind)} aria-label={t('volume.suv')} data={SUV_KINDS.map((kind) => ({ value: kind, label: t(`volume.suvKind.${kind}`) }))} />
      )}
    </div>
  );
}

function SlabControls({ looking }: { looking: Looking }) {
  const { t } = useTranslation();
  const { slab } = useSyncExternalStore(looking.subscribe, looking.current);
  return (
    <>
      <SegmentedControl size="xs" value={slab.mode} onChange={(value) => looking.slabMode(value as SlabMode)} aria-label={`${t('volume.slab')} (M)`} data={SLAB_MODES.map((mode) => ({ value: mode, label: t(`volume.mode.${mode}`) }))} />
      <NumberInput size="xs" w={96} aria-label={`${t('volume.thickness')} (K)`} suffix=" mm" min={SLAB_LEAST} max={SLAB_MOST} step={1} decimalScale={1} clampBehavior="strict" value={slab.mm} disabled={slab.mode === 'thin'}
        onChange={(value) => typeof value === 'number' && looking.thickness(value)} />
    </>
  );
}

function FusionControls({ looking }: { looking: Looking }) {
  const { t } = useTranslation();
  const { fused } = useSyncExternalStore(looking.subscribe, looking.current);
  return (
    <>
      <Select size="xs" w={130} aria-label={t('volume.map')} allowDeselect={false} data={MAPS.map((one) => ({ value: one, label: t(`volume.mapName.${one}`) }))} value={fused.map} onChange={(value) => value && looking.fuse({ map: value as MapName })} />
      <label className="volume-opacity">{t('volume.opacity')} <span className="bar-key" aria-hidden="true">Q</span>
        <input type="range" min={0} max={100} step={5} value={Math.round(fused.opacity * 100)} data-own-keys onChange={(event) => looking.fuse({ opacity: Number(event.currentTarget.value) / 100 })} />
        <span className="num">{percent(Math.round(fused.opacity * 100))}</span>
      </label>
    </>
  );
}
