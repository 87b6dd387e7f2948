/*
 * A tele-expertise on the page of its act: what is asked, on which images, who answers, what was checked; and what I do now. T1–T7
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import type { Act, ChosenSeries, Expert } from '@/shared/api/types';
import { dayAndTime, delayText } from '@/shared/format/dates';
import { dicomDay } from '@/shared/format/dicom';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Section } from '@/shared/ui/Blocks';
import { Phone } from '@/shared/ui/Phone';
import { CheckRow } from './CheckRow';
import { offerOf, StepAction } from './StepAction';

export const ITEMS = ['image-quality', 'earlier-images', 'identity', 'medical-information'] as const;
type Standing = Expert['state'] | 'signed' | 'unheard';
const TONE: Record<Standing, string> = { signed: 'good', unheard: 'quiet', asked: 'wait', accepted: 'work', refused: 'stop', answered: 'good' };

/* Whose signature closed the report has answered by it. */
const signs = (act: Act, one: Expert) => act.facts.reading?.by.id === one.person_id;
/* Asked, and the others had signed before an answer came: no longer awaited, and told so. */
const standing = (act: Act, one: Expert): Standing => (!act.facts.signature ? one.state : signs(act, one) ? 'signed' : one.state === 'asked' ? 'unheard' : one.state);

export function OpinionSections({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  /* Since when an expert is asked, what came of it and when, who writes. */
  const sinceOf = (of: Act, one: Expert) => [
    one.asked_at_ms && of.asked_at_ms && t(one.how === 'duty' ? 'opinion.onDuty' : 'opinion.askedAt', { time: dayAndTime(Math.max(one.asked_at_ms, of.asked_at_ms)) }),
    one.at_ms && one.state !== 'asked' && t(`opinion.at.${one.state}`, { time: dayAndTime(one.at_ms) }),
    of.facts.signature && signs(of, one) && t('opinion.at.signed', { time: dayAndTime(of.facts.signature.at_ms) }),
    !of.facts.signature && signs(of, one) && t('opinion.writes'),
  ].filter((words): words is string => !!words);
  const { chosen_images, experts, opinions, refusals, delay } = act.facts;
  return (
    <>
      {chosen_images && (
        <Section title={t('opinion.imagesShown')} icon="images" aside={<Button component={Link} to="/acts/$id/read" params={{ id: String(act.id) } as never} size="xs" variant="default">{t('act.seeImages')}</Button>}>
          {chosen_images.series.length ? <ul className="series">{chosen_images.series.map((one) => <li key={one.series_uid}><span>{seriesText(one)}</span><span className="num">{one.instances}</span></li>)}</ul>
            : <Text size="sm">{chosen_images.none_reason}</Text>}
        </Section>
      )}
      {experts && (
        <Section title={t('opinion.experts')} icon="person" aside={<Text size="xs" c="dimmed">{t(`expertiseMode.${experts.mode}`)}</Text>}>
          <Stack gap="xs">
            {experts.list.map((one) => (
              <Group key={one.person_id} justify="space-between" wrap="nowrap" align="flex-start">
                <div>
                  <Text size="sm"><b>{one.name}</b>{[one.speciality, one.organisation].filter(Boolean).map((words) => ` · ${words}`).join('')}{one.phone && <> · <Phone number={one.phone} /></>}</Text>
                  <Text size="xs" c="dimmed">{sinceOf(act, one).join(' · ')}</Text>
                </div>
                <Badge className={`tone tone-${TONE[standing(act, one)]}`} tt="none" radius="sm" miw="max-content">{t(`expertState.${standing(act, one)}`)}</Badge>
              </Group>
            ))}
            {delay && <Text size="sm">{t(delay.agreed ? 'opinion.delayAgreed' : 'opinion.delayProposed', { time: delayText(delay.proposed_min), name: delay.by.name })}</Text>}
            {refusals?.map((one) => <Text key={one.id} size="sm" className="quoted">{one.by.name}{colon()}{text('refusal', one.code)}. {one.text}</Text>)}
            {act.state !== 'draft' && <StepAction act={act} step="invite-experts" label={t('opinion.more')} quiet size="xs" />}
          </Stack>
        </Section>
      )}
      {!!opinions?.length && (
        <Section title={t('opinion.given')} icon="document">
          {opinions.map((one) => (
            <div key={one.id} className="quoted" lang="fr">
              <Text size="sm" fw={600}>{one.by.name} · {dayAndTime(one.at_ms)}</Text>
              <Text size="sm" className="words">{one.results}</Text>
              <Text size="sm" fw={600}>{one.conclusion}</Text>
            </div>
          ))}
        </Section>
      )}
    </>
  );
}

export const seriesText = (one: ChosenSeries) => [dicomDay(one.study_date), one.study, `${one.number}. ${one.description || one.modality}`].filter(Boolean).join(' · ');

/* What the expert does: answer yes or no, check item by item, write or agree. */
export function ExpertPanel({ act }: { act: Act }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const f = act.facts;
  const mine = f.experts?.list.find((one) => one.person_id === me?.person.id);
  if (!mine || !['asked', 'info-asked', 'validated'].includes(act.state)) return null;
  const writes = f.reading?.by.id === me?.person.id;
  return (
    <Section title={t(mine.state === 'asked' ? 'opinion.yours' : 'opinion.mine')} icon="check" tone="work">
      {mine.state === 'asked' && (
        <Group align="flex-start">
          <StepAction act={act} step="accept" label={t('opinion.accept')} />
          <StepAction act={act} step="refuse" hide={['indication', 'distance']} preset={{ indication: 'relevant', distance: 'relevant' }} quiet />
          <StepAction act={act} step="ask-information" quiet />
        </Group>
      )}
      {(mine.state === 'accepted' || mine.state === 'answered') && (
        <ul className="check-list">
          {ITEMS.map((item) => {
            const verdict = f.checklist?.[item];
            const good = verdict?.verdict === 'sufficient' || verdict?.verdict === 'not-needed';
            return (
              <CheckRow key={item} done={good} bad={verdict?.verdict === 'missing'} title={t(`checkItem.${item}`)} why="T2"
                detail={verdict && [t(`check.verdict.${verdict.verdict}`), verdict.comment, verdict.by.name].filter(Boolean).join(' · ')}>
                <StepAction act={act} step="check-item" preset={{ item }} hide={['item']} quiet={good} label={verdict ? t('common.edit') : t('opinion.check')} />
              </CheckRow>
            );
          })}
          <CheckRow done={mine.state === 'answered'} title={t(writes ? 'opinion.write' : f.experts?.mode === 'separate' ? 'opinion.writeMine' : 'opinion.agree')} why="T5">
            <Button component={Link} to="/acts/$id/read" params={{ id: String(act.id) } as never} size="sm">{t('opinion.toReport')}</Button>
          </CheckRow>
        </ul>
      )}
      {mine.state !== 'asked' && <Group mt="sm" gap="xs"><StepAction act={act} step="ask-information" quiet size="xs" /><StepAction act={act} step="refuse" hide={['indication', 'distance']} preset={{ indication: 'relevant', distance: 'relevant' }} quiet size="xs" /></Group>}
    </Section>
  );
}

const openQuestions = (act: Act) => (offerOf(act, 'answer-information') ? act.facts.questions?.filter((one) => !one.answered_at_ms) ?? [] : []);
export const askerIsAwaited = (act: Act) => !!offerOf(act, 'agree-delay') || openQuestions(act).length > 0;

/* What the requester answers meanwhile: a question, a longer delay. */
export function AskerPanel({ act }: { act: Act }) {
  const { t } = useTranslation();
  const delay = offerOf(act, 'agree-delay'), questions = openQuestions(act);
  if (!askerIsAwaited(act)) return null;
  return (
    <Section title={t('opinion.waitsForYou')} icon="message" tone="work">
      {delay && act.facts.delay && <Text size="sm" mb={6}>{t('opinion.delayProposed', { time: delayText(act.facts.delay.proposed_min), name: act.facts.delay.by.name })}</Text>}
      {questions.map((one) => <Text key={one.id} size="sm" className="quoted" mb={6}>{one.by.name}{colon()}{one.text}</Text>)}
      <Group align="flex-start">
        <StepAction act={act} step="agree-delay" />
        {questions.length > 0 && <StepAction act={act} step="answer-information" />}
      </Group>
    </Section>
  );
}
