/*
 * Is the exam whole? What the count of the images said last, gap by gap. E22
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act, Gap } from '@/shared/api/types';
import { timeToSecond } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { Icon } from '@/shared/ui/Icon';

const tenths = (value = 0) => (value / 10).toFixed(1);

function useGapText() {
  const { t } = useTranslation();
  return (gap: Gap) => {
    const series = gap.series === undefined ? gap.description : `${gap.series}. ${gap.description}`;
    if (gap.kind === 'number') return `${series}${colon()}${gap.from === gap.to ? t('gap.oneNumber', { number: gap.from }) : t('gap.numbers', { from: gap.from, to: gap.to })}`;
    if (gap.kind === 'position')
      return `${series}${colon()}${gap.from === gap.to ? t('gap.place', { count: gap.count, at: tenths(gap.from) }) : t('gap.between', { count: gap.count, from: tenths(gap.from), to: tenths(gap.to) })}`;
    if (gap.kind === 'part') return `${series}${colon()}${gap.from === gap.to ? t('gap.onePart', { number: gap.from }) : t('gap.parts', { from: gap.from, to: gap.to })}`;
    if (gap.kind === 'performed') return `${series}${colon()}${t('gap.performed', { count: gap.count })}`;
    return `${series}${colon()}${t('gap.counter', { count: gap.count })}`;
  };
}

/* What the machine says it does, step by step. E17 */
const clock = (moment = '') => `${moment.slice(8, 10)}:${moment.slice(10, 12)}`;
export function PerformedNote({ act }: { act: Act }) {
  const { t } = useTranslation();
  if (!act.facts.performed?.length) return null;
  return (
    <ul className="gaps" data-performed>
      {act.facts.performed.map((one) => (
        <li key={one.uid}>
          {t(`performed.${one.state.replace(' ', '-').toLowerCase()}`, { station: one.station ?? one.modality ?? '', from: clock(one.started), to: clock(one.ended) })}
          {one.objects > 0 && ` · ${t('performed.made', { count: one.objects })}`}{one.reason && ` · ${one.reason}`}
        </li>
      ))}
    </ul>
  );
}

export function CompletenessNote({ act }: { act: Act }) {
  const { t } = useTranslation();
  const gapText = useGapText();
  const said = act.facts.completeness;
  if (!said || !['planned', 'running', 'gone', 'released', 'left'].includes(act.state)) return null;
  const counted = <Text size="xs" c="dimmed">{t('completeness.counted', { when: timeToSecond(said.at_ms), count: said.received })}</Text>;
  if (said.complete)
    return <div role="status" data-completeness="whole"><Text size="sm"><Icon name="check" size={14} /> {t('completeness.whole')}</Text>{counted}</div>;
  if (!said.missing) return null;
  return (
    <Alert mt="sm" className="refusal" icon={<Icon name="warning" />} role="alert" data-completeness="short" title={t('completeness.missing', { count: said.missing })}>
      <ul className="gaps">{said.gaps.map((gap, i) => <li key={i}>{gapText(gap)}</li>)}</ul>
      {said.made !== undefined && said.made > said.received && <Text size="sm">{t('completeness.made', { made: said.made, received: said.received })}</Text>}
      <Text size="sm">{t('completeness.what')}</Text>
      {counted}
    </Alert>
  );
}
