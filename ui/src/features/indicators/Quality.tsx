/*
 * Final reports that differ from their preliminary one, verdicts that contradict the request: how many, how soon told, and which acts. E29, E6, L3, O7
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Button, SimpleGrid, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type IndicatorAct, type IndicatorGroup, type IndicatorsWanted, useIndicatorActs } from '@/shared/api/requests/indicators';
import { dayAndTime, measuredDelay } from '@/shared/format/dates';
import { colon, percent } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Loaded } from '@/shared/ui/Blocks';

const minutes = (value: number | null) => (value === null ? '–' : measuredDelay(value));

export function Quality({ group, wanted }: { group: IndicatorGroup; wanted: IndicatorsWanted }) {
  const { t } = useTranslation();
  const of = (part: number, all: number) => (all ? `${t('indicators.of', { part, all })} (${percent(Math.round((100 * part) / all))})` : '–');
  const { differences: d, discord: v } = group;
  return (
    <>
      {!!(d.preliminary || d.addenda) && (
        <Part name="differences" group={group} wanted={wanted} count={d.significant} facts={[
          ['differ', of(d.significant, d.finals)], ['told', d.significant ? t('indicators.of', { part: d.told, all: d.significant }) : '–'], ['toldMedian', minutes(d.told_median_min)],
          ['toldP90', minutes(d.told_p90_min)], ['awaited', d.preliminary - d.finals], ['addenda', of(d.addenda_significant, d.addenda)],
        ]} />
      )}
      {!!v.judged && (
        <Part name="discord" group={group} wanted={wanted} count={v.acts} facts={[
          ['discord', of(v.acts, v.judged)], ['discordIndication', v.indication], ['discordDistance', v.distance], ['discordExam', v.exam],
        ]} />
      )}
    </>
  );
}

type Name = 'differences' | 'discord';

function Part({ name, group, wanted, count, facts }: { name: Name; group: IndicatorGroup; wanted: IndicatorsWanted; count: number; facts: [string, string | number][] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const heading = useId();
  return (
    <section aria-labelledby={heading} data-quality={name}>
      <Text fw={600} size="sm" id={heading} component="h3" my={6}>{t(`indicators.${name}`)}</Text>
      <SimpleGrid cols={{ base: 2, xs: 3, md: 6 }} spacing="xs">
        {facts.map(([fact, value]) => <div key={fact}><Text size="xs" c="dimmed">{t(`indicators.fact.${fact}`)}</Text><Text fw={600} className="num">{value}</Text></div>)}
      </SimpleGrid>
      {!!count && <Button mt={8} size="xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>{t(open ? 'indicators.hideActs' : 'indicators.showActs', { count })}</Button>}
      {open && <Acts name={name} group={group} wanted={wanted} />}
    </section>
  );
}

function Acts({ name, group, wanted }: { name: Name; group: IndicatorGroup; wanted: IndicatorsWanted }) {
  const { t } = useTranslation();
  const found = useIndicatorActs({ ...wanted, what: name, by: group.by, key: group.key });
  return (
    <Loaded query={found} rows={2}>
      {({ acts, others }) => (
        <ul className="indicator-acts">
          {acts.map((one) => <li key={one.id}><Act one={one} /></li>)}
          {!!others && <li><Text size="sm" c="dimmed">{t('indicators.others', { count: others })}</Text></li>}
        </ul>
      )}
    </Loaded>
  );
}

function Act({ one }: { one: IndicatorAct }) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <>
      <div>
        <Anchor size="sm" component={Link} to="/acts/$id" params={{ id: String(one.id) } as never} className="num">{one.number}</Anchor>
        <Text span size="sm" c="dimmed"> · {[text('modality', one.modality), one.region, one.site, dayAndTime(one.at_ms)].filter(Boolean).join(' · ')}</Text>
      </div>
      {one.difference && (
        <>
          <Text size="sm">{one.difference.what}</Text>
          <Text size="sm" c="dimmed">{[one.difference.category && text('urgent', one.difference.category), one.difference.why, one.told_min === null ? t('indicators.notTold') : t('indicators.toldAfter', { delay: measuredDelay(one.told_min ?? 0) })].filter(Boolean).join(' · ')}</Text>
        </>
      )}
      {one.discord && (
        <>
          <Text size="sm">{one.discord.map((name) => t(`indicators.discordOf.${name}`)).join(' · ')}{one.reason && `${colon()}${one.reason}`}</Text>
          {one.relevance && <Text size="sm" c="dimmed">{t('indicators.requester')}{colon()}{one.relevance}</Text>}
        </>
      )}
    </>
  );
}
