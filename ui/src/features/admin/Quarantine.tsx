/*
 * The quarantine room: other bytes under a known UID, images of another patient or of nobody, damaged files; a person settles each with a reason. E15, E30
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Checkbox, Group, Modal, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Aside, type BlobFault, type RefusedObject, type Settling, type StrayStudy, useQuarantine, useSettle } from '@/shared/api/requests/quarantine';
import { birthDate, dayAndTime } from '@/shared/format/dates';
import { whoText } from '@/shared/format/people';
import { sizeText } from '@/shared/format/size';
import { Empty, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { useAddress } from '@/shared/ui/useAddress';
import { Icon } from '@/shared/ui/Icon';

interface Question { title: string; text: string; path: string; body: Record<string, unknown>; assign?: boolean; ipp?: string; accession?: string }

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
            <Section title={t('quarantine.studies')} icon="people"><Studies list={studies} ask={setAsked} /></Section>
            <Section title={t('quarantine.asides')} icon="copy"><Asides list={asides} ask={setAsked} /></Section>
            <Section title={t('quarantine.refused')} icon="cross"><RefusedList list={refused} /></Section>
            <Section title={t('quarantine.faults')} icon="shield" aside={<RecheckNow />}>
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

const nameOf = (dicom: string) => dicom.replaceAll('^', ' ').trim() || '—';
const dayOfDicom = (day: string) => (/^\d{8}$/.test(day) ? birthDate(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`) : day || '—');

function Lines({ head, children }: { head: string[]; children: ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={760} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={6}>
        <Table.Thead><Table.Tr>{head.map((one) => <Table.Th key={one}>{one}</Table.Th>)}</Table.Tr></Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Studies({ list, ask }: { list: StrayStudy[]; ask: (q: Question) => void }) {
  const { t } = useTranslation();
  if (!list.length) return <Empty icon="check" title={t('quarantine.noStudy')} />;
  return (
    <Lines head={[t('quarantine.exam'), t('quarantine.imagesSay'), t('quarantine.patient'), t('quarantine.decide')]}>
      {list.map((one) => (
        <Table.Tr key={one.id} data-study={one.uid}>
          <Table.Td>{one.description || one.modalities}<span className="sub">{dayOfDicom(one.date)} · {one.modalities.replaceAll('\\', ', ')} · {t('quarantine.images', { count: one.instances })}</span></Table.Td>
          <Table.Td>{nameOf(one.image.name)}<span className="sub">{dayOfDicom(one.image.birth_date)} · {one.image.sex || '—'} · {one.image.id || '—'}</span></Table.Td>
          <Table.Td>
            {one.patient ? <>{one.patient.birth_name} {one.patient.first_given}<span className="sub">{birthDate(one.patient.birth_date)} · {one.patient.sex} · {one.patient.ipp}</span></> : <Text size="sm">{t('quarantine.nobody')}</Text>}
            {one.wrong_patient && <Badge size="sm" tt="none" className="tone tone-stop">{t('quarantine.differs')}</Badge>}
          </Table.Td>
          <Table.Td>
            <Group gap={6}>
              {one.wrong_patient && one.patient && <Button size="xs" variant="default" onClick={() => ask({ title: t('quarantine.accept'), text: t('quarantine.acceptText'), path: `/api/archive/studies/${one.id}/assign`, body: { ipp: one.patient?.ipp, accession: one.accession, accept_differences: true } })}>{t('quarantine.accept')}</Button>}
              <Button size="xs" variant="default" onClick={() => ask({ title: t('quarantine.attach'), text: t('quarantine.attachText'), path: `/api/archive/studies/${one.id}/assign`, body: {}, assign: true, ipp: '', accession: '' })}>{t('quarantine.attach')}</Button>
              {one.patient && <Button size="xs" variant="default" onClick={() => ask({ title: t('quarantine.detach'), text: t('quarantine.detachText'), path: `/api/archive/studies/${one.id}/assign`, body: { ipp: '' } })}>{t('quarantine.detach')}</Button>}
            </Group>
          </Table.Td>
        </Table.Tr>
      ))}
    </Lines>
  );
}

function Asides({ list, ask }: { list: Aside[]; ask: (q: Question) => void }) {
  const { t } = useTranslation();
  if (!list.length) return <Empty icon="check" title={t('quarantine.noAside')} />;
  const question = (one: Aside, settlement: 'keep-first' | 'show-other'): Question =>
    ({ title: t(`quarantine.${settlement}`), text: t(`quarantine.${settlement}Text`), path: `/api/archive/asides/${one.id}/settle`, body: { settlement } });
  return (
    <Lines head={[t('quarantine.image'), t('quarantine.shown'), t('quarantine.other'), t('quarantine.decide')]}>
      {list.map((one) => (
        <Table.Tr key={one.id} data-aside={one.uid}>
          <Table.Td>{nameOf(one.patient_name)}<span className="sub">{one.modality} {one.description} · {t('common.number', { number: one.number ?? '—' })}</span><span className="sub"><code>{one.uid}</code></span></Table.Td>
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
  );
}

function Faults({ list }: { list: BlobFault[] }) {
  const { t } = useTranslation();
  if (!list.length) return <Empty icon="check" title={t('quarantine.noFault')} />;
  return (
    <Lines head={[t('quarantine.file'), t('quarantine.what'), t('quarantine.found'), t('quarantine.state')]}>
      {list.map((one) => (
        <Table.Tr key={one.blob} data-fault={one.blob}>
          <Table.Td><code>{one.uid}</code><span className="sub"><code>{one.blob}</code></span></Table.Td>
          <Table.Td>{t(`quarantine.fault.${one.what}`)}</Table.Td>
          <Table.Td className="num">{dayAndTime(one.found_at_ms)}</Table.Td>
          <Table.Td><Badge size="sm" tt="none" className={`tone tone-${one.mended_at_ms ? 'good' : 'stop'}`}>{one.mended_at_ms ? t('quarantine.mended') : t('quarantine.notServed')}</Badge></Table.Td>
        </Table.Tr>
      ))}
    </Lines>
  );
}

function RefusedList({ list }: { list: RefusedObject[] }) {
  const { t } = useTranslation();
  if (!list.length) return <Empty icon="check" title={t('quarantine.noRefused')} />;
  return (
    <Lines head={[t('quarantine.refusedWhat'), t('quarantine.refusedFrom'), t('quarantine.refusedWhy'), t('quarantine.refusedWhen')]}>
      {list.map((one) => (
        <Table.Tr key={one.id} data-refused={one.uid}>
          <Table.Td><code>{one.uid || t(one.kind === 'full' || one.kind === 'denied' ? 'quarantine.refusedAll' : 'quarantine.refusedUnknown')}</code>{one.sop_class && <span className="sub"><code>{one.sop_class}</code></span>}</Table.Td>
          <Table.Td>{whoText(t, one.actor, one.actor_name)}<span className="sub">{one.address}</span></Table.Td>
          <Table.Td>{one.why}<span className="sub"><code>{one.detail}</code></span></Table.Td>
          <Table.Td className="num">{dayAndTime(one.last_at_ms)}<span className="sub">{t('quarantine.times', { count: one.times })}</span></Table.Td>
        </Table.Tr>
      ))}
    </Lines>
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
