/*
 * Deletions that can be taken back, the purge of what is due (proposed, looked through, approved by another), holds. E30
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Badge, Button, Group, Modal, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import type { TFunction } from 'i18next';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import { type Deletion, type Hold, type Order, type Purge, type PurgeItem, usePurge, useRetain, useRetention } from '@/shared/api/requests/retention';
import { birthDate, dayAndTime } from '@/shared/format/dates';
import { dicomDay, dicomList, dicomName } from '@/shared/format/dicom';
import { whoText } from '@/shared/format/people';
import { sizeText } from '@/shared/format/size';
import { BirthDateInput } from '@/shared/ui/BirthDateInput';
import { Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Jumps } from '@/shared/ui/Jumps';
import { Lines } from '@/shared/ui/Lines';
import { Listed } from '@/shared/ui/Listed';
import { useAddress } from '@/shared/ui/useAddress';
import { RetentionTerms } from './RetentionTerms';

/* 'about': whose and which, said again where it is decided. */
interface Question extends Order { title: string; about?: string; text: string; ipp?: boolean; whose?: string; died?: boolean; noReason?: boolean }
type Ask = (question: Question) => void;

const LISTED = 500; // at most, of each list, as the server gives them
const PAGE = 10;    // rows: several lists stand on this page

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
            <Jumps list={[
              { to: 'deletions', label: t('retention.deletions'), count: all.deletions.length, more: all.deletions.length >= LISTED },
              { to: 'purges', label: t('retention.toLookThrough'), count: all.purges.filter((one) => one.state === 'proposed').length, alarm: true },
              { to: 'holds', label: t('retention.holds'), count: all.holds.filter((one) => one.ended_at_ms === null).length, more: all.holds.length >= LISTED },
            ]} />
            <Section id="deletions" title={t('retention.deletions')} icon="list"><Deletions list={all.deletions} ask={setAsked} archive={can.archive} administer={can.administer} /></Section>
            <Section id="purges" title={t('retention.purges')} icon="calendar" aside={can.archive && <Propose />}>
              <Purges list={all.purges} look={setOpen} />
            </Section>
            <Section title={t('retention.terms')} icon="shield"><RetentionTerms terms={all.terms} administer={can.administer} /></Section>
            <Section id="holds" title={t('retention.holds')} icon="lock" aside={can.archive && (
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
      <Modal size="xl" keepMounted opened={open !== null && !asked} onClose={() => setOpen(null)} title={t('retention.purge')} closeButtonProps={{ 'aria-label': t('common.close') }}>
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

const TONES = { hidden: 'wait', restored: 'good', purged: 'stop', lifted: 'calm', proposed: 'wait', approved: 'good', withdrawn: 'calm' } as const;

const aboutDeletion = (t: TFunction, one: Deletion) =>
  [one.dicom_name ? dicomName(one.dicom_name) : one.study_uid, one.description, dicomDay(one.study_date), t(`retention.level.${one.level}`), t('quarantine.images', { count: one.instances })].filter(Boolean).join(' · ');

function Deletions({ list, ask, archive, administer }: { list: Deletion[]; ask: Ask; archive: boolean; administer: boolean }) {
  const { t } = useTranslation();
  const words = (one: Deletion) => [dicomName(one.dicom_name), one.description, dicomDay(one.study_date), one.modalities, one.study_uid, one.reason, whoText(t, one.actor, one.actor_name), t(`retention.state.${one.state}`), t(`retention.level.${one.level}`)];
  return (
    <Listed rows={list} words={words} label={t('retention.deletions')} none={t('retention.noDeletion')} icon="check" size={PAGE} most={LISTED}>
      {(shown) => (
        <Lines label={t('retention.deletions')} head={[t('quarantine.exam'), t('retention.why'), t('quarantine.state'), t('quarantine.decide')]}>
          {shown.map((one) => (
            <Table.Tr key={one.id} data-deletion={one.study_uid}>
              <Table.Td>{one.dicom_name ? dicomName(one.dicom_name) || t('archive.noName') : <code>{one.study_uid}</code>}<span className="sub">{[one.description, dicomDay(one.study_date), dicomList(one.modalities), t('quarantine.images', { count: one.instances }), sizeText(one.bytes)].filter(Boolean).join(' · ')}</span><span className="sub">{t(`retention.level.${one.level}`)}</span></Table.Td>
              <Table.Td>{one.reason}<span className="sub">{dayAndTime(one.at_ms)} · {whoText(t, one.actor, one.actor_name)}</span></Table.Td>
              <Table.Td>
                <Badge size="sm" tt="none" className={`tone tone-${TONES[one.state]}`}>{t(`retention.state.${one.state}`)}</Badge>
                <span className="sub">{one.state === 'hidden' ? t('retention.until', { when: dayAndTime(one.until_ms) }) : one.ended_at_ms !== null && [dayAndTime(one.ended_at_ms), whoText(t, one.ended_by, one.ended_by_name), one.ended_reason].filter(Boolean).join(' · ')}</span>
              </Table.Td>
              <Table.Td>
                {one.state === 'hidden' && archive && <Button size="xs" variant="default" onClick={() => ask({ title: t('retention.restore'), about: aboutDeletion(t, one), text: t('retention.restoreText'), path: `/api/archive/deletions/${one.id}/restore` })}>{t('retention.restore')}</Button>}
                {one.state === 'hidden' && administer && <Button size="xs" variant="default" onClick={() => ask({ title: t('retention.destroy'), about: aboutDeletion(t, one), text: t('retention.destroyText'), path: `/api/archive/deletions/${one.id}/purge` })}>{t('retention.destroy')}</Button>}
                {(one.state === 'purged' || one.state === 'lifted') && <Group gap={8}>
                  <Anchor size="sm" href={`/api/archive/deletions/${one.id}/certificate.pdf`} target="_blank">{t('retention.certificate')}</Anchor>
                  {one.state === 'purged' && archive && <Button size="xs" variant="default" onClick={() => ask({ title: t('retention.lift'), about: aboutDeletion(t, one), text: t('retention.liftText'), path: `/api/archive/deletions/${one.id}/lift` })}>{t('retention.lift')}</Button>}
                </Group>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Lines>
      )}
    </Listed>
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
  const words = (one: Purge) => [dayAndTime(one.at_ms), whoText(t, one.actor, one.actor_name), t(`retention.state.${one.state}`), one.decided_reason];
  return (
    <Listed rows={list} words={words} label={t('retention.purges')} none={t('retention.noPurge')} icon="calendar" size={PAGE} most={LISTED}>
      {(shown) => (
        <Lines label={t('retention.purges')} head={[t('retention.proposed'), t('retention.studies'), t('quarantine.state'), t('quarantine.decide')]}>
          {shown.map((one) => (
            <Table.Tr key={one.id} data-purge={one.id}>
              <Table.Td>{dayAndTime(one.at_ms)}<span className="sub">{whoText(t, one.actor, one.actor_name)} · {t('retention.asOf', { day: dicomDay(one.as_of) })}</span></Table.Td>
              <Table.Td className="num">{one.studies - one.kept_out}<span className="sub">{sizeText(one.bytes)} · {t('retention.keptOut', { count: one.kept_out })}</span></Table.Td>
              <Table.Td><Badge size="sm" tt="none" className={`tone tone-${TONES[one.state]}`}>{t(`retention.state.${one.state}`)}</Badge>{one.state === 'approved' && <span className="sub">{t('retention.progress', { hidden: one.hidden, purged: one.purged })}</span>}{one.decided_at_ms !== null && <span className="sub">{dayAndTime(one.decided_at_ms)} · {whoText(t, one.decided_by, one.decided_by_name)} · {one.decided_reason}</span>}</Table.Td>
              <Table.Td><Group gap={8}><Button size="xs" variant="default" onClick={() => look(one.id)}>{t('retention.look')}</Button>{one.state === 'approved' && one.purged > 0 && one.hidden === 0 && <Anchor size="sm" href={`/api/archive/purges/${one.id}/certificate.pdf`} target="_blank">{t('retention.certificate')}</Anchor>}</Group></Table.Td>
            </Table.Tr>
          ))}
        </Lines>
      )}
    </Listed>
  );
}

const itemWords = (one: PurgeItem) => [one.birth_name, one.first_given, one.ipp, one.birth_date && birthDate(one.birth_date), dicomDay(one.study_date), one.modalities, dicomDay(one.due_on), one.kept_reason, one.study_uid];

function Items({ id, ask, administer }: { id: number; ask: Ask; administer: boolean }) {
  const { t } = useTranslation();
  const purge = usePurge(id);
  const retain = useRetain();
  return (
    <Loaded query={purge}>
      {(all) => (
        <Stack gap="sm">
          <Text size="sm">{t('retention.summary', { count: all.studies - all.kept_out, size: sizeText(all.bytes) })} · {t('retention.keptOut', { count: all.kept_out })} · {t('retention.proposedBy', { when: dayAndTime(all.at_ms), who: whoText(t, all.actor, all.actor_name) })}</Text>
          <Listed rows={all.items} words={itemWords} label={t('retention.purge')} none={t('retention.noItem')} icon="calendar">
            {(shown) => (
              <Lines label={t('retention.purge')} head={[t('retention.patient'), t('quarantine.exam'), t('retention.due'), t('quarantine.decide')]}>
                {shown.map((one) => (
                  <Table.Tr key={one.id} data-item={one.study_uid}>
                    <Table.Td>{[one.birth_name, one.first_given].filter(Boolean).join(' ') || t('archive.noName')}<span className="sub">{[one.birth_date && birthDate(one.birth_date), one.ipp].filter(Boolean).join(' · ') || '—'}</span></Table.Td>
                    <Table.Td>{[dicomDay(one.study_date), dicomList(one.modalities)].filter(Boolean).join(' · ')}<span className="sub">{t('quarantine.images', { count: one.instances })} · {sizeText(one.bytes)}</span></Table.Td>
                    <Table.Td>{dicomDay(one.due_on)}<span className="sub">{t(`retention.by.${one.rule}`, { last: dicomDay(one.last_on) })}</span></Table.Td>
                    <Table.Td>
                      {one.kept_reason && <Text size="sm">{t('retention.keptOutBecause', { why: one.kept_reason })}</Text>}
                      {all.state === 'proposed' && (one.kept_reason
                        ? <Button size="xs" variant="default" onClick={() => retain.mutate({ path: `/api/archive/purges/${id}/items/${one.id}`, body: {} })}>{t('retention.putIn')}</Button>
                        : <Button size="xs" variant="default" onClick={() => ask({ title: t('retention.keep'), about: [one.birth_name, one.first_given, dicomDay(one.study_date), dicomList(one.modalities)].filter(Boolean).join(' · '), text: t('retention.keepText'), path: `/api/archive/purges/${id}/items/${one.id}` })}>{t('retention.keep')}</Button>)}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Lines>
            )}
          </Listed>
          <Refusal error={retain.error} />
          {all.state === 'proposed' && (
            <Group>
              {administer && <Button onClick={() => ask({ title: t('retention.approve'), text: `${t('retention.summary', { count: all.studies - all.kept_out, size: sizeText(all.bytes) })}. ${t('retention.approveText')}`, path: `/api/archive/purges/${id}/approve` })}>{t('retention.approve')}</Button>}
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
  const words = (one: Hold) => [one.birth_name, one.first_given, one.ipp, one.reason, whoText(t, one.actor, one.actor_name), t(one.ended_at_ms ? 'retention.holdEnded' : 'retention.held')];
  return (
    <Listed rows={list} words={words} label={t('retention.holds')} none={t('retention.noHold')} icon="unlock" size={PAGE} most={LISTED}>
      {(shown) => (
        <Lines label={t('retention.holds')} head={[t('retention.patient'), t('retention.why'), t('quarantine.state'), t('quarantine.decide')]}>
          {shown.map((one) => (
            <Table.Tr key={one.id} data-hold={one.ipp}>
              <Table.Td>{one.birth_name} {one.first_given}<span className="sub">{one.ipp}</span></Table.Td>
              <Table.Td>{one.reason}<span className="sub">{dayAndTime(one.at_ms)} · {whoText(t, one.actor, one.actor_name)}</span></Table.Td>
              <Table.Td><Badge size="sm" tt="none" className={`tone tone-${one.ended_at_ms ? 'calm' : 'wait'}`}>{t(one.ended_at_ms ? 'retention.holdEnded' : 'retention.held')}</Badge>{one.ended_at_ms !== null && <span className="sub">{dayAndTime(one.ended_at_ms)} · {whoText(t, one.ended_by, one.ended_by_name)}</span>}</Table.Td>
              <Table.Td>{one.ended_at_ms === null && archive && <Button size="xs" variant="default" onClick={() => ask({ title: t('retention.unhold'), about: `${one.birth_name} ${one.first_given} · ${one.ipp}`, text: t('retention.unholdText'), method: 'DELETE', path: `/api/archive/holds/${one.id}`, noReason: true })}>{t('retention.unhold')}</Button>}</Table.Td>
            </Table.Tr>
          ))}
        </Lines>
      )}
    </Listed>
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
        {asked.about && <Text size="sm" fw={600}>{asked.about}</Text>}
        <Text size="sm">{asked.text}</Text>
        {asked.ipp && <TextInput label={t('quarantine.ipp')} value={typed.ipp} required withAsterisk={false} onChange={(e) => setTyped({ ...typed, ipp: e.currentTarget.value })} />}
        {asked.died && <BirthDateInput label={t('retention.diedOn')} value={typed.died_on || null} defaultLevel="month" onChange={(day) => setTyped({ ...typed, died_on: day ?? '' })} />}
        {!asked.noReason && <Textarea label={t('quarantine.reason')} value={typed.reason} required withAsterisk={false} autosize minRows={2} maxLength={500} onChange={(e) => setTyped({ ...typed, reason: e.currentTarget.value })} />}
        <Refusal error={retain.error} />
        <Button type="submit" loading={retain.isPending}>{t('quarantine.confirm')}</Button>
      </Stack>
    </form>
  );
}
