/*
 * Staff meetings and RCP: participants, cases by the number of an act, decisions, minutes signed by the chair. O6
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Modal, MultiSelect, Select, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/shared/api/requests/people';
import { type MeetingCase, type WholeMeeting, useMeeting, useMeetings, useStaff } from '@/shared/api/requests/staff';
import { dayAndTime, msToZoned, zonedToMs } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { Empty, Loaded, Refusal, Section } from '@/shared/ui/Blocks';
import { Frame, Lines, StateBadge, useOrganisationChoice, useRights } from './Frame';
import { Prove } from './Prove';

const ZONE = 'Europe/Paris';

export function MeetingsPage() {
  const { t } = useTranslation();
  const { organisation, choice } = useOrganisationChoice();
  const meetings = useMeetings(organisation);
  const [open, setOpen] = useState<number | 'new' | null>(null);
  return (
    <Frame title={t('staff.meetings')} text={t('staff.meetingsLead')} aside={choice}>
      <Loaded query={meetings}>
        {({ meetings: list }) => (
          <Section title={t('staff.meetings')} icon="people" aside={<Button size="xs" variant="default" onClick={() => setOpen('new')}>{t('staff.meetingNew')}</Button>}>
            {list.length ? (
              <Lines label={t('staff.meetings')} head={[t('staff.when'), t('staff.title'), t('staff.chair'), t('staff.participants'), t('quarantine.state')]}>
                {list.map((one) => (
                  <Table.Tr key={one.id} data-meeting={one.id}>
                    <Table.Td className="num">{dayAndTime(one.held_at_ms, ZONE)}</Table.Td>
                    <Table.Td><Button size="compact-sm" variant="subtle" onClick={() => setOpen(one.id)}>{one.title}</Button><span className="sub">{t(`staff.meetingKind.${one.kind}`)} · {t('staff.cases', { count: one.cases })}</span></Table.Td>
                    <Table.Td>{one.chair}</Table.Td>
                    <Table.Td className="num">{one.people}</Table.Td>
                    <Table.Td><StateBadge state={one.signed_at_ms ? 'signed' : 'open'} /></Table.Td>
                  </Table.Tr>
                ))}
              </Lines>
            ) : <Empty icon="people" title={t('staff.noMeeting')} />}
          </Section>
        )}
      </Loaded>
      <Modal size="lg" opened={open !== null} onClose={() => setOpen(null)} title={t('staff.meeting')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {open === 'new' && <MeetingForm organisation={organisation} done={() => setOpen(null)} />}
        {typeof open === 'number' && <One id={open} done={() => setOpen(null)} />}
      </Modal>
    </Frame>
  );
}

function One({ id, done }: { id: number; done: () => void }) {
  const { t } = useTranslation();
  const { me } = useRights();
  const meeting = useMeeting(id);
  const [editing, setEditing] = useState(false);
  const [signing, setSigning] = useState(false);
  return (
    <Loaded query={meeting}>
      {(one) => (editing ? <MeetingForm organisation={one.organisation_id} known={one} done={() => setEditing(false)} /> : (
        <Stack gap="sm">
          <div><Text fw={600}>{one.title}</Text><Text size="sm" c="dimmed">{t(`staff.meetingKind.${one.kind}`)} · {dayAndTime(one.held_at_ms, ZONE)}</Text></div>
          <Text size="sm">{one.people.map((person) => (person.id === one.chair_id ? `${person.name} (${t('staff.chair').toLowerCase()})` : person.name)).join(', ')}</Text>
          {one.cases.map((each) => (
            <div key={each.number} className="staff-item"><Text size="sm" fw={600}>{each.number}</Text><Text size="sm">{each.question}</Text><Text size="sm">{t('staff.decision')}{colon()}{each.decision || '—'}</Text></div>
          ))}
          {one.hidden_cases > 0 && <Text size="sm" c="dimmed">{t('staff.hiddenCases', { count: one.hidden_cases })}</Text>}
          <Text size="sm" className="staff-text">{one.minutes || t('staff.noMinutes')}</Text>
          {one.signed_at_ms ? <Group gap={6}><StateBadge state="signed" /><Text size="sm">{dayAndTime(one.signed_at_ms)} · <code>{one.sha256.slice(0, 16)}</code></Text></Group> : (
            <Group gap={8}>
              <Button variant="default" onClick={() => setEditing(true)}>{t('staff.change')}</Button>
              {me?.person.id === one.chair_id && !signing && <Button onClick={() => setSigning(true)}>{t('staff.sign')}</Button>}
            </Group>
          )}
          {signing && !one.signed_at_ms && <Prove proved={{ purpose: 'sign-meeting', id, digest: one.to_sign }} path={`/api/staff/meetings/${id}/sign`} body={{ sha256: one.to_sign }} done={done} />}
        </Stack>
      ))}
    </Loaded>
  );
}

function MeetingForm({ organisation, known, done }: { organisation: number; known?: WholeMeeting; done: () => void }) {
  const { t } = useTranslation();
  const { me } = useRights();
  const staff = useStaff();
  const everybody = usePeople(null).data ?? [];
  const at = msToZoned(known?.held_at_ms ?? Date.now(), ZONE);
  const [typed, setTyped] = useState({
    kind: known?.kind ?? 'staff', title: known?.title ?? '', day: at.day, time: at.time, minutes: known?.minutes ?? '', chair: String(known?.chair_id ?? me?.person.id ?? ''),
    people: known ? known.people.map((one) => String(one.id)) : [String(me?.person.id ?? '')], cases: (known?.cases ?? []) as MeetingCase[],
  });
  const names = everybody.filter((one) => one.memberships.some((each) => each.roles.some((role) => role !== 'patient'))).map((one) => ({ value: String(one.id), label: one.name }));
  const change = (n: number, part: Partial<MeetingCase>) => setTyped({ ...typed, cases: typed.cases.map((one, i) => (i === n ? { ...one, ...part } : one)) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = {
      organisation_id: organisation, kind: typed.kind, title: typed.title, held_at_ms: zonedToMs(typed.day, typed.time, ZONE), chair_id: Number(typed.chair), people: typed.people.map(Number), minutes: typed.minutes,
      cases: typed.cases.map(({ number, question, decision }) => ({ number, question, decision })), ...(known ? { revision: known.revision } : {}),
    };
    staff.mutate(known ? { method: 'PUT', path: `/api/staff/meetings/${known.id}`, body } : { path: '/api/staff/meetings', body }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Select label={t('staff.kind')} data={(['staff', 'rcp'] as const).map((one) => ({ value: one, label: t(`staff.meetingKind.${one}`) }))} value={typed.kind} allowDeselect={false} onChange={(kind) => kind && setTyped({ ...typed, kind: kind as 'staff' | 'rcp' })} />
        <TextInput label={t('staff.title')} value={typed.title} onChange={(e) => setTyped({ ...typed, title: e.currentTarget.value })} />
        <Group gap="sm" grow><TextInput type="date" label={t('staff.day')} value={typed.day} onChange={(e) => setTyped({ ...typed, day: e.currentTarget.value })} /><TextInput type="time" label={t('staff.hour')} value={typed.time} onChange={(e) => setTyped({ ...typed, time: e.currentTarget.value })} /></Group>
        <MultiSelect label={t('staff.participants')} data={names} searchable value={typed.people} onChange={(people) => setTyped({ ...typed, people })} hidePickedOptions />
        <Select label={t('staff.chair')} data={names.filter((one) => typed.people.includes(one.value))} value={typed.chair || null} onChange={(chair) => setTyped({ ...typed, chair: chair ?? '' })} />
        {typed.cases.map((one, n) => (
          <Stack key={n} gap={6} className="staff-item">
            <TextInput label={t('staff.caseNumber')} value={one.number} onChange={(e) => change(n, { number: e.currentTarget.value })} />
            <TextInput label={t('staff.question')} value={one.question} onChange={(e) => change(n, { question: e.currentTarget.value })} />
            <TextInput label={t('staff.decision')} value={one.decision} onChange={(e) => change(n, { decision: e.currentTarget.value })} />
            <Group><Button size="xs" variant="subtle" onClick={() => setTyped({ ...typed, cases: typed.cases.filter((_, i) => i !== n) })}>{t('staff.caseRemove')}</Button></Group>
          </Stack>
        ))}
        <Group><Button size="xs" variant="default" onClick={() => setTyped({ ...typed, cases: [...typed.cases, { number: '', question: '', decision: '' }] })}>{t('staff.caseAdd')}</Button></Group>
        <Textarea label={t('staff.minutes')} autosize minRows={4} value={typed.minutes} onChange={(e) => setTyped({ ...typed, minutes: e.currentTarget.value })} />
        <Refusal error={staff.error} />
        <Button type="submit" loading={staff.isPending}>{t('staff.record')}</Button>
      </Stack>
    </form>
  );
}
