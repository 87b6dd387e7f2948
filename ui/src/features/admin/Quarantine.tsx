/*
 * The quarantine room: other bytes under a known UID, images of another patient or of nobody, damaged files; a person settles each with a reason. E15, E30
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Badge, Button, Checkbox, Group, Modal, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Aside, type BlobFault, type RefusedObject, type Settling, type StrayStudy, useQuarantine, useSettle } from '@/shared/api/requests/quarantine';
import { useDictionary } from '@/shared/api/requests/archive';
import { birthDate, dayAndTime } from '@/shared/format/dates';
import { dicomDay, dicomList, dicomName, dicomPerson } from '@/shared/format/dicom';
import { whoText } from '@/shared/format/people';
import { sizeText } from '@/shared/format/size';
import { Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Jumps } from '@/shared/ui/Jumps';
import { Lines } from '@/shared/ui/Lines';
import { Listed } from '@/shared/ui/Listed';
import { useAddress } from '@/shared/ui/useAddress';

/* 'about': which exam or image it is, said again where it is decided. */
interface Question { title: string; about?: string; text: string; path: string; body: Record<string, unknown>; assign?: boolean; ipp?: string; accession?: string }

export function QuarantinePage() {
  const { t } = useTranslation();
  const quarantine = useQuarantine();
  // Another page leads here with the study that is to be attached.
  const wanted = useAddress();
  const word = (key: string) => (typeof wanted[key] === 'string' || typeof wanted[key] === 'number' ? String(wanted[key]) : '');
  const [asked, setAsked] = useState<Question | null>(() => (/^\d{1,15}$/.test(word('assign'))
    ? { title: t('quarantine.attach'), text: t('quarantine.attachText'), path: `/api/archive/studies/${word('assign')}/assign`, body: {}, assign: true, ipp: word('ipp'), accession: word('accession') } : null));
  return (
    <>
      <PageHead title={t('nav.quarantine')} text={t('quarantine.lead')} />
      <Loaded query={quarantine}>
        {({ asides, studies, refused, faults, recheck }) => (
          <Stack gap="md">
            <Jumps list={[
              { to: 'studies', label: t('quarantine.studies'), count: studies.length, more: studies.length >= LISTED, alarm: true },
              { to: 'asides', label: t('quarantine.toSettle'), count: asides.filter((one) => one.settled_at_ms === null).length, more: asides.length >= LISTED, alarm: true },
              { to: 'refused', label: t('quarantine.refused'), count: refused.length, more: refused.length >= LISTED },
              { to: 'faults', label: t('quarantine.damaged'), count: faults.filter((one) => !one.mended_at_ms).length, more: faults.length >= LISTED, alarm: true },
            ]} />
            <Section id="studies" title={t('quarantine.studies')} icon="people"><Studies list={studies} ask={setAsked} /></Section>
            <Section id="asides" title={t('quarantine.asides')} icon="copy"><Asides list={asides} ask={setAsked} /></Section>
            <Section id="refused" title={t('quarantine.refused')} icon="cross"><RefusedList list={refused} /></Section>
            <Section id="faults" title={t('quarantine.faults')} icon="shield" aside={<RecheckNow />}>
              <Text size="sm" mb="xs">
                {recheck.began_at_ms ? t('quarantine.reading', { count: recheck.files }) : recheck.ended_at_ms ? t('quarantine.read', { when: dayAndTime(recheck.ended_at_ms), count: recheck.files }) : t('quarantine.neverRead')}
              </Text>
              <Faults list={faults} />
            </Section>
          </Stack>
        )}
      </Loaded>
      <Modal opened={!!asked} onClose={() => setAsked(null)} title={asked?.title} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {asked && <Settle asked={asked} done={() => setAsked(null)} />}
      </Modal>
    </>
  );
}

const LISTED = 500; // at most, of each list, as the server gives them
const PAGE = 10;    // rows: four lists stand on this page

const aboutStudy = (t: TFunction, one: StrayStudy) => [dicomName(one.image.name) || t('archive.noName'), one.description || dicomList(one.modalities), dicomDay(one.date)].filter(Boolean).join(' · ');

function Studies({ list, ask }: { list: StrayStudy[]; ask: (q: Question) => void }) {
  const { t } = useTranslation();
  const words = (one: StrayStudy) => [one.description, dicomDay(one.date), one.modalities, one.accession, dicomName(one.image.name), one.image.id, dicomDay(one.image.birth_date), one.patient?.birth_name, one.patient?.first_given, one.patient?.ipp, one.uid];
  return (
    <Listed rows={list} words={words} label={t('quarantine.studies')} none={t('quarantine.noStudy')} icon="check" size={PAGE} most={LISTED}>
      {(shown) => (
        <Lines label={t('quarantine.studies')} head={[t('quarantine.exam'), t('quarantine.imagesSay'), t('quarantine.patient'), t('quarantine.decide')]}>
          {shown.map((one) => (
            <Table.Tr key={one.id} data-study={one.uid}>
              <Table.Td>
                <Anchor component={Link} to="/archive/$uid" params={{ uid: one.uid } as never} c="inherit" size="sm">{one.description || dicomList(one.modalities) || t('quarantine.exam')}</Anchor>
                <span className="sub">{[dicomDay(one.date), one.description && dicomList(one.modalities), t('quarantine.images', { count: one.instances }), one.accession].filter(Boolean).join(' · ')}</span>
                <span className="sub">{t('quarantine.came', { when: dayAndTime(one.last_at_ms) })}</span>
              </Table.Td>
              <Table.Td>{dicomName(one.image.name) || t('archive.noName')}<span className="sub">{dicomPerson(one.image.birth_date, one.image.sex, one.image.id)}</span></Table.Td>
              <Table.Td>
                {one.patient ? <>{one.patient.birth_name} {one.patient.first_given}<span className="sub">{birthDate(one.patient.birth_date)} · {one.patient.sex} · {one.patient.ipp}</span></> : <Text size="sm">{t('quarantine.nobody')}</Text>}
                {one.wrong_patient && <Badge size="sm" tt="none" className="tone tone-stop">{t('quarantine.differs')}</Badge>}
                {one.wrong_patient && <span className="sub">{one.differences.map((each) => t(`trait.${each.trait}`, { defaultValue: each.trait })).join(', ')}</span>}
              </Table.Td>
              <Table.Td>
                <Group gap={6}>
                  {one.wrong_patient && one.patient && <Button size="xs" variant="default" onClick={() => ask({ title: t('quarantine.accept'), about: aboutStudy(t, one), text: t('quarantine.acceptText'), path: `/api/archive/studies/${one.id}/assign`, body: { ipp: one.patient?.ipp, accession: one.accession, accept_differences: true } })}>{t('quarantine.accept')}</Button>}
                  <Button size="xs" variant="default" onClick={() => ask({ title: t('quarantine.attach'), about: aboutStudy(t, one), text: t('quarantine.attachText'), path: `/api/archive/studies/${one.id}/assign`, body: {}, assign: true, ipp: '', accession: '' })}>{t('quarantine.attach')}</Button>
                  {one.patient && <Button size="xs" variant="default" onClick={() => ask({ title: t('quarantine.detach'), about: aboutStudy(t, one), text: t('quarantine.detachText'), path: `/api/archive/studies/${one.id}/assign`, body: { ipp: '' } })}>{t('quarantine.detach')}</Button>}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Lines>
      )}
    </Listed>
  );
}

function Asides({ list, ask }: { list: Aside[]; ask: (q: Question) => void }) {
  const { t } = useTranslation();
  const question = (one: Aside, settlement: 'keep-first' | 'show-other'): Question =>
    ({ title: t(`quarantine.${settlement}`), about: [dicomName(one.patient_name) || t('archive.noName'), one.description, dicomDay(one.date), t('quarantine.imageNumber', { number: one.number ?? '—' })].filter(Boolean).join(' · '), text: t(`quarantine.${settlement}Text`), path: `/api/archive/asides/${one.id}/settle`, body: { settlement } });
  const words = (one: Aside) => [dicomName(one.patient_name), one.modality, one.description, dicomDay(one.date), one.uid, whoText(t, one.actor, one.actor_name), one.settled_reason];
  return (
    <Listed rows={list} words={words} label={t('quarantine.asides')} none={t('quarantine.noAside')} icon="check" size={PAGE} most={LISTED}>
      {(shown) => (
        <Lines label={t('quarantine.asides')} head={[t('quarantine.image'), t('quarantine.shown'), t('quarantine.other'), t('quarantine.decide')]}>
          {shown.map((one) => (
            <Table.Tr key={one.id} data-aside={one.uid}>
              <Table.Td>{dicomName(one.patient_name) || t('archive.noName')}<span className="sub">{[one.modality, one.description, dicomDay(one.date), t('quarantine.imageNumber', { number: one.number ?? '—' })].filter(Boolean).join(' · ')}</span><span className="sub"><code>{one.uid}</code></span></Table.Td>
              <Table.Td className="num">{dayAndTime(one.first_received_at_ms)}<span className="sub">{sizeText(one.first_bytes)}</span></Table.Td>
              <Table.Td className="num">{dayAndTime(one.received_at_ms)}<span className="sub">{sizeText(one.bytes)} · {whoText(t, one.actor, one.actor_name)}</span></Table.Td>
              <Table.Td>
                {one.settled_at_ms !== null && <Text size="sm" mb={4}>{t(`quarantine.${one.settlement}Done`)}<span className="sub">{dayAndTime(one.settled_at_ms)} · {whoText(t, one.settled_by, one.settled_by_name)} · {one.settled_reason}</span></Text>}
                <Group gap={6}>
                  {one.settled_at_ms === null && <Button size="xs" variant="default" onClick={() => ask(question(one, 'keep-first'))}>{t('quarantine.keep-first')}</Button>}
                  <Button size="xs" variant="default" onClick={() => ask(question(one, 'show-other'))}>{t('quarantine.show-other')}</Button>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Lines>
      )}
    </Listed>
  );
}

function Faults({ list }: { list: BlobFault[] }) {
  const { t } = useTranslation();
  const words = (one: BlobFault) => [one.uid, one.blob, t(`quarantine.fault.${one.what}`), t(one.mended_at_ms ? 'quarantine.mended' : 'quarantine.notServed')];
  return (
    <Listed rows={list} words={words} label={t('quarantine.faults')} none={t('quarantine.noFault')} icon="check" size={PAGE} most={LISTED}>
      {(shown) => (
        <Lines label={t('quarantine.faults')} head={[t('quarantine.file'), t('quarantine.what'), t('quarantine.found'), t('quarantine.state')]}>
          {shown.map((one) => (
            <Table.Tr key={one.blob} data-fault={one.blob}>
              <Table.Td><code>{one.uid}</code><span className="sub"><code>{one.blob}</code></span></Table.Td>
              <Table.Td>{t(`quarantine.fault.${one.what}`)}</Table.Td>
              <Table.Td className="num">{dayAndTime(one.found_at_ms)}</Table.Td>
              <Table.Td><Badge size="sm" tt="none" className={`tone tone-${one.mended_at_ms ? 'good' : 'stop'}`}>{one.mended_at_ms ? t('quarantine.mended') : t('quarantine.notServed')}</Badge>{one.mended_at_ms && <span className="sub">{dayAndTime(one.mended_at_ms)}</span>}</Table.Td>
            </Table.Tr>
          ))}
        </Lines>
      )}
    </Listed>
  );
}

function RefusedList({ list }: { list: RefusedObject[] }) {
  const { t } = useTranslation();
  const words = (one: RefusedObject) => [one.uid, one.study_uid, one.sop_class, whoText(t, one.actor, one.actor_name), one.address, one.why, one.detail];
  return (
    <Listed rows={list} words={words} label={t('quarantine.refused')} none={t('quarantine.noRefused')} icon="check" size={PAGE} most={LISTED}>
      {(shown) => (
        <Lines label={t('quarantine.refused')} head={[t('quarantine.refusedWhy'), t('quarantine.refusedFrom'), t('quarantine.refusedWhat'), t('quarantine.refusedWhen')]}>
          {shown.map((one) => <OneRefused key={one.id} one={one} />)}
        </Lines>
      )}
    </Listed>
  );
}

function OneRefused({ one }: { one: RefusedObject }) {
  const { t } = useTranslation();
  const dictionary = useDictionary();
  return (
    <Table.Tr data-refused={one.uid}>
      <Table.Td>{one.why}<span className="sub"><code>{one.detail}</code></span></Table.Td>
      <Table.Td>{whoText(t, one.actor, one.actor_name)}<span className="sub">{one.address}</span></Table.Td>
      <Table.Td>
        {one.sop_class ? dictionary.data?.uids[one.sop_class] ?? <code>{one.sop_class}</code> : !one.uid && t(one.kind === 'full' || one.kind === 'denied' ? 'quarantine.refusedAll' : 'quarantine.refusedUnknown')}
        {one.uid && <span className="sub"><code>{one.uid}</code></span>}
      </Table.Td>
      <Table.Td className="num">{dayAndTime(one.last_at_ms)}<span className="sub">{t('quarantine.times', { count: one.times })}{one.times > 1 && ` · ${t('quarantine.since', { when: dayAndTime(one.first_at_ms) })}`}</span></Table.Td>
    </Table.Tr>
  );
}

function RecheckNow() {
  const { t } = useTranslation();
  const settle = useSettle();
  return <Button size="xs" variant="default" leftSection={<Icon name="search" />} loading={settle.isPending} onClick={() => settle.mutate({ path: '/api/archive/recheck', body: {} })}>{t('quarantine.readNow')}</Button>;
}

function Settle({ asked, done }: { asked: Question; done: () => void }) {
  const { t } = useTranslation();
  const settle = useSettle();
  const [reason, setReason] = useState('');
  const [whose, setWhose] = useState({ ipp: asked.ipp ?? '', accession: asked.accession ?? '', accept: false });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = asked.assign ? { ipp: whose.ipp, accession: whose.accession, accept_differences: whose.accept } : asked.body;
    const settling: Settling = { path: asked.path, body: { ...body, reason } };
    settle.mutate(settling, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {asked.about && <Text size="sm" fw={600}>{asked.about}</Text>}
        <Text size="sm">{asked.text}</Text>
        {asked.assign && (
          <>
            <TextInput label={t('quarantine.ipp')} value={whose.ipp} required withAsterisk={false} onChange={(e) => setWhose({ ...whose, ipp: e.currentTarget.value })} />
            <TextInput label={t('quarantine.accession')} description={t('quarantine.accessionText')} value={whose.accession} onChange={(e) => setWhose({ ...whose, accession: e.currentTarget.value })} />
            <Checkbox label={t('quarantine.acceptToo')} checked={whose.accept} onChange={(e) => setWhose({ ...whose, accept: e.currentTarget.checked })} />
          </>
        )}
        <Textarea label={t('quarantine.reason')} value={reason} required withAsterisk={false} autosize minRows={2} maxLength={500} onChange={(e) => setReason(e.currentTarget.value)} />
        <Refusal error={settle.error} />
        <Button type="submit" loading={settle.isPending}>{t('quarantine.confirm')}</Button>
      </Stack>
    </form>
  );
}
