/*
 * How much the archive holds, what came, what waits for somebody.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Overview as OverviewFacts, useOverview } from '@/shared/api/requests/archive';
import { useNow } from '@/shared/format/clock';
import { dayAndTime, shortMoment } from '@/shared/format/dates';
import { sizeText } from '@/shared/format/size';
import { Loaded } from '@/shared/ui/Blocks';

export function Overview() {
  const overview = useOverview(true);
  return <Loaded query={overview} rows={1} height={84}>{(all) => <Tiles all={all} />}</Loaded>;
}

function Tile({ label, value, more, alarm, to }: { label: string; value: ReactNode; more?: ReactNode; alarm?: boolean; to?: string }) {
  return (
    <div className="archive-tile" data-alarm={!!alarm}>
      <dt>{label}</dt>
      <dd><strong className="num">{to ? <Anchor component={Link} to={to} inherit>{value}</Anchor> : value}</strong>{more && <span className="sub num">{more}</span>}</dd>
    </div>
  );
}

function Tiles({ all }: { all: OverviewFacts }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const n = (value: number, more = false) => `${value.toLocaleString(i18n.language === 'en' ? 'en-GB' : 'fr-FR')}${more ? ' +' : ''}`;
  const { arrivals, quarantine, recheck, ahead } = all;
  return (
    <dl className="archive-tiles section" aria-label={t('overview.title')}>
      <Tile label={t('overview.studies')} value={n(all.studies)} />
      <Tile label={t('overview.objects')} value={n(all.objects)} more={t('overview.inSeries', { count: all.series })} />
      <Tile label={t('overview.size')} value={sizeText(all.bytes)} more={all.disk && t('overview.free', { size: sizeText(all.disk.free) })} alarm={!!all.disk && all.disk.free < all.disk.size / 20} />
      <Tile label={t('overview.today')} value={n(arrivals.today, arrivals.more)} more={t('overview.hour', { count: arrivals.hour })} />
      <Tile label={t('overview.last')} value={arrivals.last_at_ms === null ? t('overview.never') : shortMoment(arrivals.last_at_ms, now)} />
      <Tile label={t('overview.quarantine')} value={n(quarantine.studies, quarantine.more)} more={quarantine.objects > 0 && t('overview.versions', { count: quarantine.objects })} alarm={quarantine.studies + quarantine.objects > 0} to="/admin/quarantine" />
      <Tile label={t('overview.ahead')} value={ahead ? n(ahead.waiting) : '—'} more={t(ahead ? 'overview.aheadText' : 'overview.aheadOff')} />
      <Tile label={t('overview.recheck')} value={recheck.began_at_ms ? t('overview.reading', { count: recheck.files }) : recheck.ended_at_ms ? dayAndTime(recheck.ended_at_ms) : t('overview.never')}
        more={all.faults ? t('overview.faults', { count: all.faults }) : t('overview.noFault')} alarm={all.faults > 0} to="/admin/quarantine" />
    </dl>
  );
}
