/*
 * Time left before a deadline, live; in words, with the hour in the title. Late is said, not only coloured.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useTranslation } from 'react-i18next';
import { colon } from '@/shared/format/typography';
import type { Deadline } from '../api/types';
import { useNow } from '../format/clock';
import { dayAndTime, duration } from '../format/dates';
import { Icon } from './Icon';

export type Urgency = 'late' | 'soon' | 'calm';
export const urgencyOf = (leftMs: number): Urgency => (leftMs < 0 ? 'late' : leftMs < 15 * 60_000 ? 'soon' : 'calm');

export function Countdown({ deadline, zone, withWhat = true }: { deadline: Deadline; zone?: string; withWhat?: boolean }) {
  const { t } = useTranslation();
  const left = deadline.at_ms - useNow();
  const urgency = urgencyOf(left);
  const what = t(`deadline.${deadline.what}`);
  return (
    <span className={`countdown countdown-${urgency}`} title={`${what}${colon()}${dayAndTime(deadline.at_ms, zone)}`}>
      <Icon name={urgency === 'late' ? 'warning' : 'clock'} size={15} />
      <span>
        <span className="num">{left < 0 ? t('deadline.late', { time: duration(left) }) : t('deadline.left', { time: duration(left) })}</span>
        {withWhat && <span className="countdown-what">{what}</span>}
      </span>
    </span>
  );
}

/* Time since a moment, live. */
export function Elapsed({ sinceMs }: { sinceMs: number }) {
  return <span className="num">{duration(useNow() - sinceMs)}</span>;
}
