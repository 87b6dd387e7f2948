/*
 * Everything that happened in an act, as one readable story: by day, at the hour of the site, deviations and refusals marked.
 *
 * Tab reaches the list, the arrows walk it, Home and End jump.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Badge, SegmentedControl, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActEvents } from '@/shared/api/requests/actEvents';
import type { Act, ActEvent } from '@/shared/api/types';
import { dayAndTime, dayOf, longDay, timeOf, timeToSecond } from '@/shared/format/dates';
import { stateGroup } from '@/shared/format/states';
import { useText } from '@/shared/i18n/useText';
import { Loaded, Section } from '@/shared/ui/Blocks';
import { detailsOf, eventKey, folded, inPart, type Part, PARTS, type Told, toneOf } from './timeline';

export function TimelineSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const events = useActEvents(act.id);
  const list = useRef<HTMLOListElement>(null);
  const [part, setPart] = useState<Part>('all');
  useHotkeys([['h', () => list.current?.querySelector<HTMLElement>('li[data-line]')?.focus()]]);
  return (
    <Section title={t('act.timeline')} icon="history" id="timeline" aside={<Anchor href={`/api/acts/${act.id}/dossier.zip`} size="xs" fw={600}>{t('act.proofFile')}</Anchor>}>
      <div className="scroll-x"><SegmentedControl size="xs" mb="sm" value={part} onChange={(value) => setPart(value as Part)} aria-label={t('timeline.show')}
        data={PARTS.map((one) => ({ value: one, label: t(`timeline.${one}`) }))} /></div>
      <Loaded query={events} rows={5} height={36}>
        {(all) => {
          const told = folded([...all].reverse().filter((event) => inPart(event, part)));
          if (!told.length) return <Text size="sm" c="dimmed">{t('timeline.none')}</Text>;
          return (
            <ol className="timeline" ref={list} aria-label={t('act.timeline')} onKeyDown={walk}>
              {told.map((one, n) => {
                const day = dayOf(one.event.at_ms, act.site.time_zone), before = told[n - 1];
                const fresh = !before || dayOf(before.event.at_ms, act.site.time_zone) !== day;
                return <Line key={one.event.id} told={one} zone={act.site.time_zone ?? 'Europe/Paris'} first={n === 0} day={fresh} kind={act.kind} />;
              })}
            </ol>
          );
        }}
      </Loaded>
    </Section>
  );
}

/* One stop for Tab; inside, the arrows. */
function walk(event: KeyboardEvent<HTMLOListElement>) {
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('li[data-line]')];
  const at = lines.indexOf(document.activeElement as HTMLElement);
  const to = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? lines.length - 1 : null;
  if (to === null || at < 0) return;
  event.preventDefault();
  lines[Math.max(0, Math.min(lines.length - 1, to))]?.focus();
}

function Line({ told, zone, first, day, kind }: { told: Told; zone: string; first: boolean; day: boolean; kind: string }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const { event } = told;
  const tone = toneOf(event);
  const details = detailsOf(event, text, {
    deadline: (what) => t(`deadline.${what}`, { defaultValue: what }), when: (ms) => dayAndTime(ms, zone),
    images: (count) => t('timeline.made', { count }), named: (key, said) => t(`timeline.named.${key}`, { said }), number: (n) => n.toLocaleString(i18n.language) });
  return (
    <li data-line data-tone={tone} tabIndex={first ? 0 : -1}>
      {day && <span className="timeline-day">{longDay(event.at_ms, zone)}</span>}
      <span className="timeline-head">
        <time className="num" dateTime={new Date(event.at_ms).toISOString()} title={`${dayOf(event.at_ms, zone)} ${timeToSecond(event.at_ms, zone)}`}>{timeOf(event.at_ms, zone)}</time>
        <strong>{t(eventKey(event.step, kind))}{told.times > 1 && <span className="num"> × {told.times}</span>}</strong>
        {tone !== 'plain' && <Badge size="xs" tt="none" radius="sm" className={`tone tone-${tone === 'alarm' ? 'urgent' : 'stop'}`}>{t(`timeline.tone.${tone}`)}</Badge>}
      </span>
      <Text size="xs" c="dimmed" component="span" display="block">
        {who(event, text)}{event.from !== event.to && ` → ${text(stateGroup(event.to, kind), event.to)}`}
      </Text>
      {details.length > 0 && <span className="quoted timeline-said">{details.join('\n')}</span>}
    </li>
  );
}

const who = (event: ActEvent, text: ReturnType<typeof useText>) => [event.by.name, text('role', event.by.role)].filter(Boolean).join(' · ');
