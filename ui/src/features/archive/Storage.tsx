/*
 * How a study is kept: how much, from whom and when, in which syntaxes, read again, made ready, corrected.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useTranslation } from 'react-i18next';
import type { StudyFacts } from '@/shared/api/requests/archive';
import { dayAndTime } from '@/shared/format/dates';
import { whoText } from '@/shared/format/people';
import { sizeText } from '@/shared/format/size';
import { Facts, Section } from '@/shared/ui/Blocks';

export function Storage({ facts }: { facts: StudyFacts }) {
  const { t } = useTranslation();
  const lines = (list: string[]) => list.length > 0 && <ul className="archive-lines">{list.map((one) => <li key={one}>{one}</li>)}</ul>;
  const sender = (one: StudyFacts['from'][number]) =>
    `${whoText(t, one.actor, one.actor_name)} (${t(`study.via.${one.via}`, { defaultValue: one.via })}) · ${t('study.sizeText', { count: one.objects, size: sizeText(one.bytes) })} · ${t('study.receivedText', { first: dayAndTime(one.first_at_ms), last: dayAndTime(one.last_at_ms) })}`;
  return (
    <Section title={t('study.storage')} icon="shield">
      <Facts columns={2} items={[
        [t('study.size'), t('study.sizeText', { count: facts.objects, size: sizeText(facts.bytes) })],
        [t('study.recheck'), readingText(t, facts)],
        [t('study.ready'), readyText(t, facts.ready)],
        [t('study.from'), lines(facts.from.map(sender))],
        [t('study.syntaxes'), lines(facts.syntaxes.map((one) => `${one.name} (${one.uid}) · ${t('study.sizeText', { count: one.objects, size: sizeText(one.bytes) })}`))],
        [t('study.corrections'), lines(facts.corrections.map((one) => `${t(`corrections.${one.kind}`)} · ${t(`corrections.state.${one.state}`)} · ${dayAndTime(one.at_ms)} · ${whoText(t, one.actor, one.actor_name)} · ${one.reason}`))],
      ]} />
    </Section>
  );
}

type Say = ReturnType<typeof useTranslation>['t'];

function readingText(t: Say, { recheck, objects, faults }: StudyFacts): string {
  const running = recheck.began_at_ms !== null ? t('study.recheckRunning', { count: recheck.reached, total: objects }) : '';
  if (recheck.ended_at_ms === null || !recheck.whole) return running || t('study.recheckNever');
  const whole = t(faults ? 'study.recheckFaults' : 'study.recheckWhole', { when: dayAndTime(recheck.ended_at_ms), count: recheck.whole, total: objects, faults });
  return [whole, running].filter(Boolean).join('\n');
}

function readyText(t: Say, ready: StudyFacts['ready']): string {
  if (!ready.wanted) return t('study.readyNone');
  return t(ready.looked_at < ready.wanted ? 'study.readyPartly' : 'study.readyText', { there: ready.there, wanted: ready.wanted });
}
