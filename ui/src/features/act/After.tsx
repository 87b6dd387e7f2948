/*
 * After the report: who receives it and how far that is; the announcement, what follows, the site's check, each professional's record.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Badge, Button, CopyButton, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useHandAccess, useRecordEntry } from '@/shared/api/requests/after';
import { useCreateAct } from '@/shared/api/requests/createAct';
import type { Act, Delivery, Me } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Loaded, Refusal, Section } from '@/shared/ui/Blocks';
import { PreliminaryBadge } from '@/shared/ui/Badges';
import { Icon } from '@/shared/ui/Icon';
import { useStamp } from './Dossier';
import { CheckRow } from './CheckRow';
import { offerOf, StepAction } from './StepAction';

const TONE: Record<Delivery['status'], string> = { waiting: 'wait', delivered: 'good', opened: 'good', 'not-reached': 'stop', objected: 'stop', revoked: 'wait' };
const ours = (line: Delivery) => line.to === 'treating-physician' || line.to === 'designated';
const arrived = (line: Delivery) => line.status === 'opened' || (line.status === 'delivered' && !line.access);

/* What could not be interpreted, and the exam that repeats it: each leads to the other. E28 */
export function RepeatSection({ act, me }: { act: Act; me: Me }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateAct();
  const { repeat_of, repeats = [], outcome, not_interpretable } = act.facts;
  const asks = outcome === 'not-interpretable' && act.kind === 'remote-exam' && me.memberships.some((one) => one.organisation.id === act.requester_org.id && one.roles.includes('requester'));
  if (!repeat_of && outcome !== 'not-interpretable') return null;
  const again = () => create.mutate({ kind: act.kind, patient_id: act.patient.id, requester_org_id: act.requester_org.id, site_id: act.site.id, imaging_id: act.imaging.id, modality: act.modality, priority: act.priority, region: act.region, repeat_of: act.id },
    { onSuccess: (made) => void navigate({ to: '/acts/$id/request', params: { id: String(made.id) } as never }) });
  return (
    <Section title={t('repeat.title')} icon="history" aside={asks && <Button size="xs" loading={create.isPending} onClick={again}>{t('repeat.again')}</Button>}>
      <Stack gap={4}>
        {not_interpretable?.convention_procedure && <Text size="sm">{t('repeat.procedure', { number: not_interpretable.convention_procedure.convention, version: not_interpretable.convention_procedure.version })} {not_interpretable.convention_procedure.text}</Text>}
        {repeat_of && <Text size="sm">{t('repeat.of')} <Anchor component={Link} to={`/acts/${repeat_of.id}`}>{repeat_of.number}</Anchor></Text>}
        {repeats.map((one) => <Text key={one.act_id} size="sm">{t('repeat.by')} <Anchor component={Link} to={`/acts/${one.act_id}`}>{one.number}</Anchor></Text>)}
        <Refusal error={create.error} />
      </Stack>
    </Section>
  );
}

export function DeliverySection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const { recipients = [], deliveries, objections = [] } = act.facts;
  const before = !deliveries;
  const may = ['designate-recipient', 'revoke-recipient', 'record-objection', 'lift-objection'].some((step) => offerOf(act, step));
  if (act.state === 'draft' || (before && !may && !recipients.length)) return null;
  return (
    <Section title={t('after.recipients')} icon="people">
      <Stack gap="sm">
        {before && recipients.filter((one) => !one.revoked_at_ms).map((one) => (
          <Text key={one.id} size="sm"><b>{one.name}</b>, {one.part} · {t('after.designatedOn', { day: dayAndTime(one.designated_at_ms), by: one.by.name })}</Text>
        ))}
        {deliveries?.map((line, i) => <Line key={line.id ?? i} act={act} line={line} />)}
        {objections.filter((one) => !one.lifted_at_ms).map((one) => <Alert key={one.id} className="refusal" icon={<Icon name="warning" />}>{t('after.objection', { to: recipients.find((who) => one.to === 'designated' && who.id === one.recipient_id)?.name ?? text('deliveryTo', one.to), text: one.text })}</Alert>)}
        <Group gap="xs">
          <StepAction act={act} step="designate-recipient" quiet size="xs" />
          <StepAction act={act} step="revoke-recipient" quiet size="xs" />
          <StepAction act={act} step="record-objection" quiet size="xs" />
          <StepAction act={act} step="lift-objection" quiet size="xs" />
        </Group>
      </Stack>
    </Section>
  );
}

function Line({ act, line }: { act: Act; line: Delivery }) {
  const { t } = useTranslation();
  const text = useText();
  const { access } = line;
  const open = ours(line) && !arrived(line) && line.status !== 'objected' && line.status !== 'revoked';
  return (
    <div className="delivery-line" role="group" aria-label={line.name || text('deliveryTo', line.to)}>
      <Group gap="xs">
        <Badge size="sm" tt="none" className={`tone tone-${TONE[line.status]}`}>{text('delivery', line.status)}</Badge>
        {line.preliminary && <PreliminaryBadge />}
        {!line.preliminary && (line.version ?? 1) > 1 && <Badge size="sm" tt="none" className="tone tone-quiet">{t('report.versionTag', { version: line.version })}</Badge>}
        <Text size="sm">{[[text('deliveryTo', line.to), line.name].filter(Boolean).join(colon()), line.at_ms ? dayAndTime(line.at_ms) : '', text('deliveryWhy', line.why)].filter(Boolean).join(' · ')}</Text>
      </Group>
      {open && line.due_ms && <Text size="sm" className={line.due_ms < serverNow() ? 'countdown-late' : undefined} c="dimmed">{t(line.due_ms < serverNow() ? 'after.late' : 'after.due', { when: dayAndTime(line.due_ms) })}</Text>}
      {access && <Text size="sm" c="dimmed">{access.revoked_at_ms ? t('after.accessClosed', { when: dayAndTime(access.revoked_at_ms) })
        : t('after.access', { when: dayAndTime(access.at_ms), by: access.by.name, count: access.openings ?? 0, until: dayAndTime(access.expires_at_ms) })}</Text>}
      {line.tries?.map((one) => <Text key={one.at_ms} size="sm" c="dimmed">{t('after.try', { when: dayAndTime(one.at_ms), how: text('deliveryHow', one.how), reached: text('delivery', one.reached === 'yes' ? 'delivered' : 'not-reached') })}{one.text && `. ${one.text}`}</Text>)}
      {ours(line) && line.id && (
        <Group gap={6} mt={4} align="flex-start">
          {open && offerOf(act, 'hand-access') && <HandAccess act={act} line={line} />}
          {open && <StepAction act={act} step="try-delivery" quiet size="xs" preset={{ id: String(line.id) }} hide={['id']} />}
          {access && !access.revoked_at_ms && <StepAction act={act} step="revoke-access" quiet size="xs" preset={{ id: String(line.id) }} hide={['id']} />}
        </Group>
      )}
    </div>
  );
}

/* The secrets live in this dialog alone, and go with it. */
function HandAccess({ act, line }: { act: Act; line: Delivery }) {
  const { t } = useTranslation();
  const [opened, dialog] = useDisclosure(false);
  const hand = useHandAccess(act.id);
  const close = () => {
    dialog.close();
    hand.reset();
  };
  return (
    <>
      <Button size="xs" onClick={dialog.open}>{t('after.hand')}</Button>
      <Modal opened={opened} onClose={close} title={t('after.handTitle', { name: line.name })} closeButtonProps={{ 'aria-label': t('common.close') }} closeOnClickOutside={!hand.data}>
        <Stack>
          {!hand.data && (
            <>
              <Text>{t('after.handExplain')}</Text>
              <Refusal error={hand.error} />
              <Button loading={hand.isPending} onClick={() => hand.mutate(line.id ?? 0)} data-autofocus>{t('after.handMake')}</Button>
            </>
          )}
          {hand.data && (
            <>
              <Alert className="refusal" icon={<Icon name="warning" />}>{t('after.handOnce')}</Alert>
              <TextInput label={t('after.link')} readOnly value={hand.data.link} onFocus={(e) => e.currentTarget.select()} />
              <CopyButton value={hand.data.link}>{({ copied, copy }) => <Button variant="default" size="xs" onClick={copy}>{t(copied ? 'after.copied' : 'after.copyLink')}</Button>}</CopyButton>
              <TextInput label={t('after.code')} readOnly value={hand.data.code} size="lg" className="num" />
              <Text size="sm" c="dimmed">{t('after.valid', { when: dayAndTime(hand.data.expires_at_ms) })}</Text>
              <Button onClick={close}>{t('common.close')}</Button>
            </>
          )}
        </Stack>
      </Modal>
    </>
  );
}

const REPORTED = ['signed', 'delivered', 'acknowledged', 'closed'];
const ENDED = ['refused', 'cancelled', 'not-done'];

export function AfterSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const stamp = useStamp();
  const { announcement, follow_ups = [], site_check, records = [] } = act.facts;
  const reported = REPORTED.includes(act.state);
  const awaited = (offerOf(act, 'close')?.missing ?? []).filter((one) => one.code === 'records' && one.detail).map((one) => one.detail!);
  if (!reported && !ENDED.includes(act.state) && !announcement && !offerOf(act, 'mark-bad-news')?.allowed && !offerOf(act, 'confirm-record')) return null;
  const agreed = announcement?.exchanges?.at(-1);
  const told = announcement?.announced;
  return (
    <Section title={t('after.section')} icon="check" id="after">
      <ul className="check-list">
        {!ENDED.includes(act.state) && (
          <CheckRow done={!!told || (reported && !announcement)} bad={!!announcement && !told} title={t(told ? 'after.announced' : announcement ? 'after.withheld' : 'after.noAnnouncement')} why="E27"
            detail={told ? `${text('announcer', told.who)} · ${text('announceHow', told.how)} · ${dayAndTime(told.told_at_ms)}`
              : [announcement?.reason, agreed && `${t('after.agreed')}${colon()}${text('announcer', agreed.who)}, ${text('announceHow', agreed.how)}, ${dayAndTime(agreed.planned_at_ms)}`].filter(Boolean).join(' · ')}>
            <Group gap={6}>
              {['mark-bad-news', 'ask-announcement', 'agree-announcement', 'record-announcement'].map((step) => <StepAction key={step} act={act} step={step} quiet={step !== 'record-announcement'} size="xs" withMissing={step === 'record-announcement'} />)}
            </Group>
          </CheckRow>
        )}
        {reported && (
          <CheckRow done={follow_ups.every((one) => one.closed_at_ms)} title={t(follow_ups.length ? 'after.followUps' : 'after.noFollowUp')} why="E33"
            detail={follow_ups.map((one) => (
              <span key={one.id} className="follow-up">{text('followUp', one.kind)}{colon()}{one.text} · {one.closed_at_ms ? `${text('followUpOutcome', one.outcome)}${colon()}${one.outcome_text}` : `${text('followUpOwner', one.owner)}, ${t('after.until', { when: dayAndTime(one.due_at_ms) })}`}</span>
            ))}>
            <Group gap={6}><StepAction act={act} step="add-follow-up" quiet size="xs" /><StepAction act={act} step="close-follow-up" quiet size="xs" /></Group>
          </CheckRow>
        )}
        {reported && act.facts.acquisition && (
          <CheckRow done={!!site_check} title={t('after.siteCheck')} why="E30" detail={site_check && stamp(site_check)}><StepAction act={act} step="confirm-site" size="xs" /></CheckRow>
        )}
        {act.state !== 'signed' && (reported || ENDED.includes(act.state) || !!offerOf(act, 'confirm-record')) && (
          <CheckRow done={!offerOf(act, 'confirm-record') && records.length > 0} title={t('after.records')} why="L10"
            detail={[records.map((one) => `${one.by.name} (${one.where})`).join(' · ') || t('after.noRecord'), awaited.length > 0 && `${t('after.recordsAwaited')}${colon()}${awaited.join(', ')}`].filter(Boolean).join(' · ')}>
            <Group gap={6}><Entry act={act} /><StepAction act={act} step="confirm-record" size="xs" /></Group>
          </CheckRow>
        )}
      </ul>
    </Section>
  );
}

/* The five items of R.6316-4, to be kept in one's own record. L10 */
function Entry({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const [opened, dialog] = useDisclosure(false);
  const entry = useRecordEntry(act.id, opened);
  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open}>{t('after.entry')}</Button>
      <Modal opened={opened} onClose={dialog.close} title={`${t('after.entryTitle')} · ${act.number}`} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Loaded query={entry}>{(e) => (
          <dl className="record-entry">
            <dt>{t('after.entry.report')}</dt>
            <dd>{e.report.conclusion ?? t('after.entry.noReport', { why: e.report.refusal?.text ?? e.report.cancellation?.text ?? text('state', act.state) })}</dd>
            <dt>{t('after.entry.acts')}</dt>
            <dd>{[e.acts_and_prescriptions.modality, e.acts_and_prescriptions.region, e.acts_and_prescriptions.prescriptions?.text].filter(Boolean).join(' · ')}</dd>
            <dt>{t('after.entry.identities')}</dt>
            <dd>{[`${e.identities.patient.birth_name} ${e.identities.patient.first_given}`, e.identities.patient.birth_date, ...e.people.map((one) => one.name)].join(' · ')}</dd>
            <dt>{t('after.entry.times')}</dt>
            <dd>{e.times.map((one) => `${text('entryTime', one.what)} ${dayAndTime(one.at_ms)}`).join(' · ')}</dd>
            <dt>{t('after.entry.incidents')}</dt>
            <dd>{e.incidents.none ? t('after.entry.none') : [e.incidents.report?.text, ...(e.incidents.log ?? []).map((one) => one.text)].filter(Boolean).join(' · ')}</dd>
          </dl>
        )}</Loaded>
      </Modal>
    </>
  );
}
