/*
 * The patient's access to their own page, for people of the site: handed on paper, printed, its state, closed. E34, T7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Badge, Button, Group, Modal, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type HolderKind, type PatientAccess, type PatientPaper, useEndPatientAccess, useHandPatientAccess, usePatientAccesses } from '@/shared/api/requests/patientAccess';
import type { Act } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { dayAndTime, dayOf } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Loaded, MissingList, Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { offerOf } from './StepAction';
import './patient-access.css';

const TONE: Record<PatientAccess['state'], string> = { handed: 'wait', locked: 'stop', over: 'quiet', active: 'good', closed: 'quiet' };
const open = (one: PatientAccess) => one.state === 'handed' || one.state === 'active' || one.state === 'locked';

export function PatientAccessSection({ act, handedBy }: { act: Act; handedBy: string }) {
  const { t } = useTranslation();
  const offer = offerOf(act, 'hand-patient-access');
  const accesses = usePatientAccesses(act.id, !!offer);
  const opened = act.facts.patient_opened;
  if (!offer) return null;
  return (
    <Section title={t('patientAccess.title')} icon="person" aside={<Hand act={act} handedBy={handedBy} />}>
      <Stack gap="sm">
        {opened && <Text size="sm">{t('patientAccess.opened', { when: dayAndTime(opened.at_ms) })}</Text>}
        {!offer.allowed && <MissingList missing={offer.missing} />}
        <Loaded query={accesses} rows={1}>{(data) => (data.accesses.length ? (
          <Stack gap="xs">{data.accesses.slice(0, 6).map((one) => <Line key={one.id} act={act} one={one} />)}</Stack>
        ) : <Text size="sm" c="dimmed">{t('patientAccess.none')}</Text>)}</Loaded>
      </Stack>
    </Section>
  );
}

function Line({ act, one }: { act: Act; one: PatientAccess }) {
  const { t } = useTranslation();
  const text = useText();
  const told = [
    t('patientAccess.handed', { when: dayAndTime(one.handed_at_ms), by: one.handed_by }),
    open(one) && t('patientAccess.login', { login: one.login }),
    one.state === 'handed' && t('patientAccess.codeUntil', { when: dayOf(one.code_until_ms) }),
    one.activated_at_ms && t('patientAccess.activated', { when: dayAndTime(one.activated_at_ms) }),
    one.seen_at_ms && t('patientAccess.seen', { when: dayAndTime(one.seen_at_ms) }),
    one.until_ms && t('patientAccess.until', { when: dayOf(one.until_ms) }),
    one.ended_at_ms && t('patientAccess.ended', { when: dayAndTime(one.ended_at_ms), why: text('patientAccessWhy', one.ended_why) }),
  ];
  return (
    <div className="delivery-line" role="group" aria-label={one.name || text('holder', one.holder)}>
      <Group gap="xs">
        <Badge size="sm" tt="none" className={`tone tone-${TONE[one.state]}`}>{text('patientAccessState', one.state)}</Badge>
        <Text size="sm" fw={600}>{text('holder', one.holder)}{one.name && `${colon()}${one.name}`}</Text>
      </Group>
      <Text size="sm" c="dimmed">{told.filter(Boolean).join(' · ')}</Text>
      {open(one) && <End act={act} one={one} />}
    </div>
  );
}

function End({ act, one }: { act: Act; one: PatientAccess }) {
  const { t } = useTranslation();
  const [shown, dialog] = useDisclosure(false);
  const [reason, setReason] = useState('');
  const end = useEndPatientAccess(act.id);
  return (
    <>
      <Button size="xs" variant="default" mt={4} onClick={dialog.open}>{t('patientAccess.end')}</Button>
      <Modal opened={shown} onClose={dialog.close} title={t('patientAccess.end')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <form onSubmit={(event) => { event.preventDefault(); end.mutate({ id: one.id, reason: reason.trim() }, { onSuccess: dialog.close }); }}>
          <Stack>
            <Text>{t('patientAccess.endText')}</Text>
            <Textarea label={t('patientAccess.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} data-autofocus />
            <Refusal error={end.error} />
            <Button type="submit" color="red" loading={end.isPending} disabled={!reason.trim()}>{t('patientAccess.end')}</Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

/* The code lives in this dialog alone, and goes with it. */
function Hand({ act, handedBy }: { act: Act; handedBy: string }) {
  const { t } = useTranslation();
  const [shown, dialog] = useDisclosure(false);
  const hand = useHandPatientAccess(act.id);
  const close = () => {
    dialog.close();
    hand.reset();
  };
  return (
    <>
      <Button size="xs" onClick={dialog.open} disabled={!offerOf(act, 'hand-patient-access')?.allowed}>{t('patientAccess.hand')}</Button>
      <Modal opened={shown} onClose={close} title={t('patientAccess.hand')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }} closeOnClickOutside={!hand.data} closeOnEscape={!hand.data}>
        {hand.data ? (
          <Stack>
            <Alert className="refusal no-print" icon={<Icon name="warning" />}>{t('patientAccess.once')}</Alert>
            <Paper act={act} paper={hand.data} handedBy={handedBy} />
            <Group className="no-print">
              <Button leftSection={<Icon name="print" />} onClick={() => window.print()} data-autofocus>{t('patientAccess.print')}</Button>
              <Button variant="default" onClick={close}>{t('common.close')}</Button>
            </Group>
          </Stack>
        ) : <HandForm hand={hand} />}
      </Modal>
    </>
  );
}

function HandForm({ hand }: { hand: ReturnType<typeof useHandPatientAccess> }) {
  const { t } = useTranslation();
  const [holder, setHolder] = useState<HolderKind>('patient');
  const [name, setName] = useState('');
  const [relation, setRelation] = useState('');
  const [document, setDocument] = useState('id-card');
  const options = (group: string, codes: readonly string[]) => codes.map((code) => ({ value: code, label: t(`${group}.${code}`) }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    hand.mutate({ holder, name: holder === 'patient' ? '' : name.trim(), relation: holder === 'patient' ? '' : relation.trim(), document });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{t('patientAccess.explain')}</Text>
        <NativeSelect label={t('patientAccess.holder')} value={holder} onChange={(e) => setHolder(e.currentTarget.value as HolderKind)} data={options('holder', ['patient', 'parent', 'guardian'])} data-autofocus />
        {holder !== 'patient' && (
          <>
            <TextInput label={t('patientAccess.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} maxLength={120} />
            <TextInput label={t('patientAccess.relation')} description={t('patientAccess.relationHint')} value={relation} onChange={(e) => setRelation(e.currentTarget.value)} maxLength={190} />
          </>
        )}
        <NativeSelect label={t('patientAccess.document')} value={document} onChange={(e) => setDocument(e.currentTarget.value)} data={options('holderSeen', ['id-card', 'passport', 'residence-permit'])} />
        <Refusal error={hand.error} />
        <Button type="submit" loading={hand.isPending}>{t('patientAccess.make')}</Button>
      </Stack>
    </form>
  );
}

function Paper({ act, paper, handedBy }: { act: Act; paper: PatientPaper; handedBy: string }) {
  const { t } = useTranslation();
  return (
    <article className="own-paper" aria-label={t('ownPaper.title')}>
      <p className="own-paper-quiet">{t('ownPaper.confidential')}</p>
      <h2>{t('ownPaper.title')}</h2>
      <p>{t('ownPaper.for', { name: `${act.patient.birth_name} ${act.patient.first_given}` })}</p>
      <ol>
        <li>{t('ownPaper.step1')}<span className="own-paper-strong">{paper.address}/activer</span>
          <img alt={t('ownPaper.qr')} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(paper.qr_svg)}`} /></li>
        <li>{t('ownPaper.step2')}<span className="own-paper-code" data-testid="code">{paper.code}</span></li>
        <li>{t('ownPaper.step3')}<span className="own-paper-strong" data-testid="login">{paper.login}</span></li>
      </ol>
      <p>{t('ownPaper.until', { when: dayOf(paper.code_until_ms) })} {t('ownPaper.report')}</p>
      <p>{t('ownPaper.lost')}</p>
      <p className="own-paper-quiet">{t('ownPaper.handed', { when: dayAndTime(serverNow()), by: handedBy, site: act.site.name })}</p>
    </article>
  );
}
