/*
 * Deletions that can be taken back, the purge of what is due (proposed, looked through, approved by another), holds. E30
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Badge, Button, Group, Modal, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import { type Deletion, type Hold, type Order, type Purge, usePurge, useRetain, useRetention } from '@/shared/api/requests/retention';
import { birthDate, dayAndTime } from '@/shared/format/dates';
import { whoText } from '@/shared/format/people';
import { sizeText } from '@/shared/format/size';
import { Empty, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { RetentionTerms } from './RetentionTerms';
import { useAddress } from '@/shared/ui/useAddress';

interface Question extends Order { title: string; text: string; ipp?: boolean; whose?: string; died?: boolean; noReason?: boolean }
type Ask = (question: Question) => void;

const dayOf = (day: string) => (/^\d{8}$/.test(day) ? birthDate(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`) : day || '—');
const nameOf = (dicom: string) => dicom.replaceAll('^', ' ').trim() || '—';

export function RetentionPage() {
  const { t } = useTranslation();
  const retention = useRetention();
  const { can } = useRights();
  const wanted = useAddress(); // another page leads here with its patient
  const hold = (whose = ''): Question => ({ title: t('retention.hold'), text: t('retention.holdText'), path: '/api/archive/holds', ipp: true, whose });
  const [asked, setAsked] = useState<Question | null>(() => (wanted.hold === undefined ? null : hold(String(wanted.hold))));
  const [open, setOpen] = useState<number | null>(null);
  return (
    <>
      <PageHead title={t('nav.retention')} text={t('retention.lead')} />
      <Loaded query={retention}>
        {(all) => (
          <Stack gap="md">
            <Section title={t('retention.deletions')} icon="list"><Deletions list={all.deletions} ask={setAsked} archive={can.archive} administer={can.administer} /></Section>
            <Section title={t('retention.purges')} icon="calendar" aside={can.archive && <Propose />}>
              <Purges list={all.purges} look={setOpen} />
            </Section>
            <Section title={t('retention.terms')} icon="shield"><RetentionTerms terms={all.terms} administer={can.administer} /></Section>
            <Section title={t('retention.holds')} icon="lock" aside={can.archive && (
              <Group gap={6}>
                <Button size="xs" variant="default" onClick={() => setAsked(hold())}>{t('retention.hold')}</Button>
                <Button size="xs" variant="default" onClick={() => setAsked({ title: t('retention.death'), text: t('retention.deathText'), path: '/api/archive/deaths', ipp: true, died: true, noReason: true })}>{t('retention.death')}</Button>
              </Group>
            )}>
              <Holds list={all.holds} ask={setAsked} archive={can.archive} />
            </Section>
          </Stack>
        )}
      </Loaded>
      <Modal opened={!!asked} onClose={() => setAsked(null)} title={asked?.title} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {asked && <Answer asked={asked} done={() => setAsked(null)} />}
      </Modal>
      <Modal size="xl" opened={open !== null && !asked} onClose={() => setOpen(null)} title={t('retention.purge')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {open !== null && <Items id={open} ask={setAsked} administer={can.administer} />}
      </Modal>
    </>
  );
}

// Only hides what would be refused: the server decides.
function useRights() {
  const me = useMe();
  const roles: string[] = (me.data?.memberships ?? []).flatMap((one) => one.roles);
  return { can: { archive: roles.includes('pacs-admin'), administer: roles.includes('administrator') } };
}

function Lines({ head, label, children }: { head: string[]; label: string; children: ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={760} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={6} aria-label={label}>
        <Table.Thead><Table.Tr>{head.map((one) => <Table.Th key={one}>{one}</Table.Th>)}</Table.Tr></Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const TONES = { hidden: 'wait', restored: 'good', purged: 'stop', lifted: 'calm', proposed: 'wait', approved: 'good', withdrawn: 'calm' } as const;

function Deletions({ list, ask, archive, administer }: { list: Deletion[]; ask: Ask; archive: boolean; administer: boolean }) {
  const { t } = useTranslation();
  if (!list.length) return <Empty icon="check" title={t('retention.noDeletion')} />;
  return (
    <Lines label={t('retention.deletions')} head={[t('quarantine.exam'), t('retention.why'), t('quarantine.state'), t('quarantine.decide')]}>
      {list.map((one) => (
        <Table.Tr key={one.id} data-deletion={one.study_uid}>
          <Table.Td>{one.dicom_name ? nameOf(one.dicom_name) : <code>{one.study_uid}</code>}<span className="sub">{one.description ? `${one.description} · ` : ''}{dayOf(one.study_date)} · {one.modalities.replaceAll('\\', ', ')} · {t('quarantine.images', { count: one.instances })} · {sizeText(one.bytes)}</span><span className="sub">{t(`retention.level.${one.level}`)}</span></Table.Td>
          <Table.Td>{one.reason}<span className="sub">{dayAndTime(one.at_ms)} · {whoText(t, one.actor, one.actor_name)}</span></Table.Td>
          <Table.Td>
            <Badge size="sm" tt="none" className={`tone tone-${TONES[one.state]}`}>{t(`retention.state.${one.state}`)}</Badge>
            <span className="sub">{one.state === 'hidden' ? t('retention.until', { when: dayAndTime(one.until_ms) }) : one.ended_at_ms !== null && `${dayAndTime(one.ended_at_ms)} · ${whoText(t, one.ended_by, one.ended_by_name)} ${one.ended_reason && `· ${one.ended_reason}`}`}</span>
          </Table.Td>
          <Table.Td>
            {one.state === 'hidden' && archive && <Button size="xs" variant="default" onClick={() => ask({ title: t('retention.restore'), text: t('retention.restoreText'), path: `/api/archive/deletions/${one.id}/restore` })}>{t('retention.restore')}</Button>}
            {one.state === 'hidden' && administer && <Button size="xs" variant="default" onClick={() => ask({ title: t('retention.destroy'), text: t('retention.destroyText'), path: `/api/archive/deletions/${one.id}/purge` })}>{t('retention.destroy')}</Button>}
            {one.state === 'purged' && <Group gap={8}>
              <Anchor size="sm" href={`/api/archive/deletions/${one.id}/certificate.pdf`} target="_blank">{t('retention.certificate')}</Anchor>
              {archive && <Button size="xs" variant="default" onClick={() => ask({ title: t('retention.lift'), text: t('retention.liftText'), path: `/api/archive/deletions/${one.id}/lift` })}>{t('retention.lift')}</Button>}
            </Group>}
          </Table.Td>
        </Table.Tr>
      ))}
    </Lines>
  );
}

function Propose() {
  const { t } = useTranslation();
  const retain = useRetain();
  return (
    <Group gap={8}>
      <Button size="xs" variant="default" loading={retain.isPending} onClick={() => retain.mutate({ path: '/api/archive/purges' })}>{t('retention.propose')}</Button>
      <Refusal error={retain.error} />
    </Group>
  );
}

function Purges({ list, look }: { list: Purge[]; look: (id: number) => void }) {
  const { t } = useTranslation();
  if (!list.length) return <Empty icon="calendar" title={t('retention.noPurge')} />;
  return (
    <Lines label={t('retention.purges')} head={[t('retention.proposed'), t('retention.studies'), t('quarantine.state'), t('quarantine.decide')]}>
      {list.map((one) => (
        <Table.Tr key={one.id} data-purge={one.id}>
          <Table.Td>{dayAndTime(one.at_ms)}<span className="sub">{whoText(t, one.actor, one.actor_name)} · {t('retention.asOf', { day: dayOf(one.as_of) })}</span></Table.Td>
          <Table.Td className="num">{one.studies - one.kept_out}<span className="sub">{sizeText(one.bytes)} · {t('retention.keptOut', { count: one.kept_out })}</span></Table.Td>
          <Table.Td><Badge size="sm" tt="none" className={`tone tone-${TONES[one.state]}`}>{t(`retention.state.${one.state}`)}</Badge>{one.state === 'approved' && <span className="sub">{t('retention.progress', { hidden: one.hidden, purged: one.purged })}</span>}{one.decided_at_ms !== null && <span className="sub">{dayAndTime(one.decided_at_ms)} · {whoText(t, one.decided_by, one.decided_by_name)} · {one.decided_reason}</span>}</Table.Td>
          <Table.Td><Group gap={8}><Button size="xs" variant="default" onClick={() => look(one.id)}>{t('retention.look')}</Button>{one.state === 'approved' && one.purged > 0 && one.hidden === 0 && <Anchor size="sm" href={`/api/archive/purges/${one.id}/certificate.pdf`} target="_blank">{t('retention.certificate')}</Anchor>}</Group></Table.Td>
        </Table.Tr>
      ))}
    </Lines>
  );
}

function Items({ id, ask, administer }: { id: number; ask: Ask; administer: boolean }) {
  const { t } = useTranslation();
  const purge = usePurge(id);
  const retain = useRetain();
  return (
    <Loaded query={purge}>
      {(all) => (
        <Stack gap="sm">
          <Lines label={t('retention.purge')} head={[t('corrections.patient'), t('quarantine.exam'), t('retention.due'), t('quarantine.decide')]}>
            {all.items.map((one) => (
              <Table.Tr key={one.id} data-item={one.study_uid}>
                <Table.Td>{one.birth_name} {one.first_given}<span className="sub">{one.birth_date ? birthDate(one.birth_date) : '—'} · {one.ipp}</span></Table.Td>
                <Table.Td>{dayOf(one.study_date)} · {one.modalities.replaceAll('\\', ', ')}<span className="sub">{t('quarantine.images', { count: one.instances })} · {sizeText(one.bytes)}</span></Table.Td>
                <Table.Td>{dayOf(one.due_on)}<span className="sub">{t(`retention.by.${one.rule}`, { last: dayOf(one.last_on) })}</span></Table.Td>
                <Table.Td>
                  {one.kept_reason && <Text size="sm">{t('retention.keptOutBecause', { why: one.kept_reason })}</Text>}
                  {all.state === 'proposed' && (one.kept_reason
                    ? <Button size="xs" variant="default" onClick={() => retain.mutate({ path: `/api/archive/purges/${id}/items/${one.id}`, body: {} })}>{t('retention.putIn')}</Button>
                    : <Button size="xs" variant="default" onClick={() => ask({ title: t('retention.keep'), text: t('retention.keepText'), path: `/api/archive/purges/${id}/items/${one.id}` })}>{t('retention.keep')}</Button>)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Lines>
          <Refusal error={retain.error} />
          {all.state === 'proposed' && (
            <Group>
              {administer && <Button onClick={() => ask({ title: t('retention.approve'), text: t('retention.approveText'), path: `/api/archive/purges/${id}/approve` })}>{t('retention.approve')}</Button>}
              {!administer && <Text size="sm">{t('retention.other')}</Text>}
              <Button variant="default" onClick={() => ask({ title: t('retention.withdraw'), text: t('retention.withdrawText'), path: `/api/archive/purges/${id}/withdraw` })}>{t('retention.withdraw')}</Button>
            </Group>
          )}
        </Stack>
      )}
    </Loaded>
  );
}

function Holds({ list, ask, archive }: { list: Hold[]; ask: Ask; archive: boolean }) {
  const { t } = useTranslation();
  if (!list.length) return <Empty icon="unlock" title={t('retention.noHold')} />;
  return (
    <Lines label={t('retention.holds')} head={[t('corrections.patient'), t('retention.why'), t('quarantine.state'), t('quarantine.decide')]}>
      {list.map((one) => (
        <Table.Tr key={one.id} data-hold={one.ipp}>
          <Table.Td>{one.birth_name} {one.first_given}<span className="sub">{one.ipp}</span></Table.Td>
          <Table.Td>{one.reason}<span className="sub">{dayAndTime(one.at_ms)} · {whoText(t, one.actor, one.actor_name)}</span></Table.Td>
          <Table.Td><Badge size="sm" tt="none" className={`tone tone-${one.ended_at_ms ? 'calm' : 'wait'}`}>{t(one.ended_at_ms ? 'retention.holdEnded' : 'retention.held')}</Badge>{one.ended_at_ms !== null && <span className="sub">{dayAndTime(one.ended_at_ms)} · {whoText(t, one.ended_by, one.ended_by_name)}</span>}</Table.Td>
          <Table.Td>{one.ended_at_ms === null && archive && <Button size="xs" variant="default" onClick={() => ask({ title: t('retention.unhold'), text: t('retention.unholdText'), method: 'DELETE', path: `/api/archive/holds/${one.id}`, noReason: true })}>{t('retention.unhold')}</Button>}</Table.Td>
        </Table.Tr>
      ))}
    </Lines>
  );
}

function Answer({ asked, done }: { asked: Question; done: () => void }) {
  const { t } = useTranslation();
  const retain = useRetain();
  const [typed, setTyped] = useState({ ipp: asked.whose ?? '', died_on: '', reason: '' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { ...(asked.ipp ? { ipp: typed.ipp } : {}), ...(asked.died ? { died_on: typed.died_on } : {}), ...(asked.noReason ? {} : { reason: typed.reason }) };
    retain.mutate({ method: asked.method, path: asked.path, body }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{asked.text}</Text>
        {asked.ipp && <TextInput label={t('quarantine.ipp')} value={typed.ipp} required withAsterisk={false} onChange={(e) => setTyped({ ...typed, ipp: e.currentTarget.value })} />}
        {asked.died && <TextInput label={t('retention.diedOn')} placeholder="2024-05-31" value={typed.died_on} onChange={(e) => setTyped({ ...typed, died_on: e.currentTarget.value })} />}
        {!asked.noReason && <Textarea label={t('quarantine.reason')} value={typed.reason} required withAsterisk={false} autosize minRows={2} maxLength={500} onChange={(e) => setTyped({ ...typed, reason: e.currentTarget.value })} />}
        <Refusal error={retain.error} />
        <Button type="submit" loading={retain.isPending}>{t('quarantine.confirm')}</Button>
      </Stack>
    </form>
  );
}
