/*
 * Access outside care ('bris de glace'): asked with a reason, what it opens, and what the patient's site judges. X2
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Badge, Button, Group, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type EmergencyAccess, type EmergencyAsk, type EmergencyCode, useEmergency, useEndEmergency, useOpenEmergency, useReviewEmergency } from '@/shared/api/requests/emergency';
import type { Me } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { BirthDateInput } from '@/shared/ui/BirthDateInput';
import { Empty, Facts, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';

const CODES: EmergencyCode[] = ['life', 'emergency', 'continuity'];
const OPENERS = ['requester', 'imager', 'local-physician', 'nuclear-physician'], JUDGES = ['responsible', 'quality']; // only hides what would be refused

export function EmergencyPage({ me }: { me: Me }) {
  const { t } = useTranslation();
  const all = useEmergency();
  const has = (roles: string[]) => me.roles.some((role) => roles.includes(role));
  return (
    <>
      <PageHead title={t('nav.emergency')} text={t('emergency.lead')} />
      <Stack gap="md">
        {has(OPENERS) && <Section title={t('emergency.ask')} icon="unlock"><AskForm /></Section>}
        <Loaded query={all}>{({ mine, review, now_ms }) => (
          <Stack gap="md">
            {has(OPENERS) && <Section title={t('emergency.mine')} icon="history">
              {mine.length ? <Stack gap="md">{mine.map((one) => <Mine key={one.id} one={one} now={now_ms} />)}</Stack> : <Text size="sm" className="sub">{t('emergency.noneMine')}</Text>}
            </Section>}
            {has(JUDGES) && <Section title={t('emergency.review')} icon="shield">
              {review.length ? <Stack gap="lg">{review.map((one) => <Review key={one.id} one={one} now={now_ms} />)}</Stack> : <Empty icon="shield" title={t('emergency.noneReview')} />}
            </Section>}
          </Stack>
        )}</Loaded>
      </Stack>
    </>
  );
}

const NOBODY = { ipp: '', birth_name: '', first_given: '', birth_date: '', reason: '' };

function AskForm() {
  const { t } = useTranslation();
  const text = useText();
  const open = useOpenEmergency();
  const [wanted, setWanted] = useState<Omit<EmergencyAsk, 'code'>>(NOBODY);
  const [code, setCode] = useState<EmergencyCode | ''>('');
  const set = (part: Partial<EmergencyAsk>) => setWanted({ ...wanted, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code) open.mutate({ ...wanted, code }, { onSuccess: () => { setWanted(NOBODY); setCode(''); } });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Alert color="orange" variant="light">{t('emergency.warning')}</Alert>
        <Group align="flex-end" gap="sm">
          <TextInput label={t('emergency.ipp')} autoComplete="off" maxLength={24} value={wanted.ipp} onChange={(e) => set({ ipp: e.currentTarget.value })} />
          <Text size="sm" mb={8}>{t('emergency.or')}</Text>
          <TextInput label={t('emergency.birthName')} autoComplete="off" maxLength={100} value={wanted.birth_name} onChange={(e) => set({ birth_name: e.currentTarget.value })} />
          <TextInput label={t('emergency.firstGiven')} autoComplete="off" maxLength={100} value={wanted.first_given} onChange={(e) => set({ first_given: e.currentTarget.value })} />
          <BirthDateInput label={t('emergency.birthDate')} value={wanted.birth_date || null} onChange={(date) => set({ birth_date: date ?? '' })} />
        </Group>
        <Radio.Group label={t('emergency.why')} value={code} onChange={(value) => setCode(value as EmergencyCode)}>
          <Stack gap={6} mt={6}>{CODES.map((one) => <Radio key={one} value={one} label={text('emergencyCode', one)} />)}</Stack>
        </Radio.Group>
        <Textarea label={t('emergency.reason')} description={t('emergency.reasonHelp')} autosize minRows={2} maxLength={900} value={wanted.reason} onChange={(e) => set({ reason: e.currentTarget.value })} />
        <Refusal error={open.error} />
        <Group><Button type="submit" disabled={!code} loading={open.isPending}>{t('emergency.open')}</Button></Group>
      </Stack>
    </form>
  );
}

function Verdict({ one, now }: { one: EmergencyAccess; now: number }) {
  const { t } = useTranslation();
  const text = useText();
  if (one.verdict) return <Badge tt="none" className={`tone tone-${one.verdict === 'justified' ? 'good' : 'stop'}`}>{text('emergencyVerdict', one.verdict)}</Badge>;
  return one.due_at_ms < now ? <Badge tt="none" className="tone tone-stop">{t('emergency.overdue')}</Badge> : <Badge tt="none" className="tone tone-wait">{t('emergency.toJudge')}</Badge>;
}

function Mine({ one, now }: { one: EmergencyAccess; now: number }) {
  const { t } = useTranslation();
  const text = useText();
  const end = useEndEmergency();
  const runs = one.until_ms > now;
  return (
    <article aria-label={t('emergency.patient', { ipp: one.ipp })}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{t('emergency.patient', { ipp: one.ipp })}</Text>
        <Group gap="xs">{runs && <Badge tt="none" className="tone tone-wait">{t('emergency.until', { when: dayAndTime(one.until_ms) })}</Badge>}<Verdict one={one} now={now} /></Group>
      </Group>
      <Text size="sm">{text('emergencyCode', one.code)} · {one.reason}</Text>
      {one.note && <Text size="sm" className="sub">{t('emergency.judgedBy', { name: one.reviewer ?? '' })} {one.note}</Text>}
      {runs && (
        <Stack gap={4} mt="xs">
          {(one.acts ?? []).map((act) => (
            <Text key={act.id} size="sm"><Link to="/acts/$id" params={{ id: String(act.id) }}>{act.number} · {text('modality', act.modality)} · {act.region}</Link> <span className="sub">{dayAndTime(act.asked_at_ms)}</span></Text>
          ))}
          <Refusal error={end.error} />
          <Group><Button size="xs" variant="default" loading={end.isPending} onClick={() => end.mutate(one.id)}>{t('emergency.end')}</Button></Group>
        </Stack>
      )}
    </article>
  );
}

function Review({ one, now }: { one: EmergencyAccess; now: number }) {
  const { t } = useTranslation();
  const text = useText();
  const review = useReviewEmergency();
  const [note, setNote] = useState('');
  const judge = (verdict: string) => review.mutate({ id: one.id, verdict, note });
  return (
    <article aria-label={`${one.person}, ${t('emergency.patient', { ipp: one.ipp })}`}>
      <Group justify="space-between" gap="xs"><Text fw={600}>{one.person}</Text><Verdict one={one} now={now} /></Group>
      <Facts columns={3} items={[
        [t('emergency.concerned'), t('emergency.patient', { ipp: one.ipp })], [t('emergency.opened'), dayAndTime(one.opened_at_ms)], [t('emergency.due'), dayAndTime(one.due_at_ms)],
        [t('emergency.why'), text('emergencyCode', one.code)], [t('emergency.reason'), one.reason], [t('emergency.ended'), one.until_ms > now ? t('emergency.until', { when: dayAndTime(one.until_ms) }) : dayAndTime(one.until_ms)],
      ]} />
      {one.reviewed_at_ms ? <Text size="sm" className="sub">{t('emergency.judgedBy', { name: one.reviewer ?? '' })} {one.note}</Text> : (
        <Stack gap="xs" mt="xs">
          <Textarea label={t('emergency.note')} description={t('emergency.noteHelp')} autosize minRows={1} maxLength={900} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
          <Refusal error={review.error} />
          <Group gap="sm">
            <Button size="xs" loading={review.isPending} onClick={() => judge('justified')}>{t('emergency.justified')}</Button>
            <Button size="xs" color="red" variant="outline" loading={review.isPending} onClick={() => judge('not-justified')}>{t('emergency.notJustified')}</Button>
          </Group>
        </Stack>
      )}
    </article>
  );
}
