/*
 * Before a signature: which images of the exam were shown whole to the one who signs, and which were not shown. Listed, not forbidden. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLedger } from '@/shared/api/requests/viewing';
import { colon } from '@/shared/format/typography';
import { Icon } from '@/shared/ui/Icon';

export function SeenImages({ study }: { study: string | null }) {
  const { t } = useTranslation();
  const { data } = useLedger(study);
  if (!data || !data.images) return null;
  const unseen = data.series.filter((one) => one.seen < one.images);
  const made = data.series.reduce((sum, one) => ({ planes: sum.planes + one.planes_ms, body: sum.body + one.body_ms, preview: sum.preview + one.preview_ms }), { planes: 0, body: 0, preview: 0 });
  const seconds = (ms: number) => Math.max(1, Math.round(ms / 1000));
  return (
    <section aria-label={t('report.seen')} data-testid="seen-images">
      <Text size="sm">{!unseen.length && <Icon name="check" size={14} />} {t('report.seen.count', { seen: data.seen, images: data.images })}</Text>
      {data.incomplete > 0 && <Text size="sm" className="countdown-soon" role="alert"><Icon name="warning" size={14} /> {t('report.seen.incomplete', { count: data.incomplete })}</Text>}
      {unseen.length > 0 && (
        <>
          <Text size="sm" fw={600}>{t('report.seen.not')}</Text>
          <ul className="seen-list">
            {unseen.map((one) => <li key={one.uid} className="num">{one.description || `${one.modality} ${one.number}`}{colon()}{t('report.seen.of', { count: one.images - one.seen, images: one.images })}</li>)}
          </ul>
        </>
      )}
      {made.planes + made.body + made.preview > 0 && (
        <Text size="sm" className="num" data-testid="seen-made">
          {t('report.seen.made')} {[made.planes > 0 && t('report.seen.planes', { seconds: seconds(made.planes) }), made.body > 0 && t('report.seen.body', { seconds: seconds(made.body) }), made.preview > 0 && t('report.seen.preview', { seconds: seconds(made.preview) })].filter(Boolean).join(', ')}
        </Text>
      )}
    </section>
  );
}
