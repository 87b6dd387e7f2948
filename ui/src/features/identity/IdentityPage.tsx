/*
 * One identity: its traits, what it is worth and allows, what may be done to it, who resembles it, what was done. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Actor, type HistoryLine, type Identity, useIdentity, type Version } from '@/shared/api/requests/patients';
import type { Me, Patient } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { bornText, patientName } from '@/shared/format/people';
import { useText } from '@/shared/i18n/useText';
import { FindPatient } from '@/shared/identity/FindPatient';
import { Compared } from '@/shared/identity/Alike';
import { IdentityBadge } from '@/shared/ui/Badges';
import { Empty, Facts, Loaded, PageHead, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { ChangeForm, DocumentForm, InsForm, ReasonForm } from './forms';

const IDENTIFY = ['requester', 'technologist', 'secretary'];

export function IdentitiesPage({ me }: { me: Me }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const organisations = me.memberships.filter((one) => one.roles.some((role) => IDENTIFY.includes(role))).map((one) => one.organisation);
  const [organisation, setOrganisation] = useState<string | null>(organisations[0] ? String(organisations[0].id) : null);
  return (
    <Stack maw={940} mx="auto">
      <PageHead title={t('nav.identities')} text={t('identities.lead')} />
      {organisations.length > 1 && <Select label={t('identities.forOrganisation')} data={organisations.map((one) => ({ value: String(one.id), label: one.name }))} value={organisation} onChange={setOrganisation} allowDeselect={false} maw={420} />}
      <FindPatient organisationId={Number(organisation)} choose={t('identities.open')} onFound={(one) => void navigate({ to: '/identities/$id', params: { id: String(one.id) } as never })} />
    </Stack>
  );
}

export function IdentityPage({ id }: { id: number }) {
  const { t } = useTranslation();
  const identity = useIdentity(id);
  return (
    <Stack maw={940} mx="auto">
      <PageHead title={t('identities.page')} />
      <Loaded query={identity} rows={5}>{(data) => <One data={data} />}</Loaded>
    </Stack>
  );
}

type Doing = 'document' | 'change' | 'ins' | 'doubt' | 'clearDoubt' | 'clearHomonym' | 'fictive';

function One({ data }: { data: Identity }) {
  const { t } = useTranslation();
  const text = useText();
  const [doing, setDoing] = useState<Doing | null>(null);
  const { patient, may } = data;
  const has = (one: Patient['attributes'][number]) => patient.attributes.includes(one);
  const done = () => setDoing(null);
  const document = patient.document_holder ? t('trust.withHolder', { document: text('document', patient.document), holder: text('document', patient.document_holder) }) : text('document', patient.document);
  const seen = patient.document && patient.document !== 'none'
    ? patient.document_at_ms ? t('trust.documentBy', { document, when: dayAndTime(patient.document_at_ms), who: nameOf({ actor: patient.document_by ?? '', by: data.document_by }, t, text) }) : document : t('trust.noDocument');
  const offers: [Doing, boolean, boolean][] = [
    ['document', may.document, true], ['change', may.change, false], ['ins', may.ins && patient.status !== 'QUAL' && patient.status !== 'RECUP', false],
    ['doubt', may.doubt && !has('DOUT') && !has('FICT'), false], ['clearDoubt', may.clear && has('DOUT'), false], ['clearHomonym', may.clear && has('HOMO'), false], ['fictive', may.clear && !has('FICT'), false],
  ];
  return (
    <>
      <Section title={patientName(patient)} icon="person" tone="work">
        <Facts columns={3} items={[
          [t('trait.birth_name'), patient.birth_name], [t('trait.first_given'), patient.first_given], [t('trait.given_names'), patient.given_names], [t('trait.used_name'), patient.used_name],
          [t('trait.birth_date'), bornText(t, patient)], [t('trait.sex'), text('sex', patient.sex)],
          [t('trait.birth_place'), [patient.birth_place_name, patient.birth_place_code].filter(Boolean).join(' · ')], [t('patient.ipp'), patient.ipp], [t('trait.phone'), patient.phone],
        ]} />
      </Section>
      <Section title={t('trust.title')} icon="shield">
        <Stack gap="xs">
          <Group gap={6}><IdentityBadge patient={patient} size="md" /></Group>
          <Text size="sm">{t(`trust.allows.${patient.status}`)}</Text>
          {patient.attributes.map((one) => <Text key={one} size="sm" className="countdown-soon"><Icon name="warning" size={14} /> {t(`trust.${one}`)}</Text>)}
          <Facts items={[[t('trust.documentSeen'), seen], [t('trust.insSent'), patient.ins ? `${patient.ins.value} (${patient.ins.nature}, ${patient.ins.oid})` : t('trust.insNot')]]} />
          <Group gap="xs">
            {offers.filter(([, offered]) => offered).map(([what, , first]) => <Button key={what} size="sm" variant={first && patient.status !== 'QUAL' && patient.status !== 'VALI' ? 'filled' : 'default'} onClick={() => setDoing(what)}>{t(`identity.act.${what}`)}</Button>)}
          </Group>
        </Stack>
      </Section>
      {data.alike.length > 0 && (
        <Section title={t('identity.alike')} icon="people">
          <Stack>
            {data.alike.map((one, n) => (
              <div key={one.patient?.id ?? `hidden-${n}`}>
                <Text size="sm" mb={4}>{t(`identity.alikeDecision.${one.decision}`)} · {dayAndTime(one.at_ms)} · <ByWhom line={one} /></Text>
                {one.patient ? <Compared typed={{ ...patient, used_name: patient.used_name ?? '' }} other={one.patient} typedLabel={`${t('patient.ipp')} ${patient.ipp}`} otherLabel={`${t('patient.ipp')} ${one.patient.ipp}`} /> : <Text size="sm" c="dimmed">{t('identity.alikeElsewhere')}</Text>}
              </div>
            ))}
          </Stack>
        </Section>
      )}
      <Section title={t('identity.history')} icon="history"><History lines={data.history} /></Section>
      <Modal size="lg" opened={doing !== null} onClose={done} title={doing ? t(`identity.act.${doing}`) : ''} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {doing === 'document' && <DocumentForm patient={patient} done={done} />}
        {doing === 'change' && <ChangeForm patient={patient} done={done} />}
        {doing === 'ins' && <InsForm patient={patient} done={done} />}
        {doing === 'doubt' && <ReasonForm patient={patient} add="DOUT" done={done} />}
        {doing === 'fictive' && <ReasonForm patient={patient} add="FICT" done={done} />}
        {doing === 'clearDoubt' && <ReasonForm patient={patient} drop="DOUT" done={done} />}
        {doing === 'clearHomonym' && <ReasonForm patient={patient} drop="HOMO" done={done} />}
      </Modal>
    </>
  );
}

/* A person by name and roles; what the program did itself is said so. */
function nameOf({ actor, by }: Actor, t: (key: string) => string, text: (group: string, code: string) => string) {
  if (by) return by.roles.length ? `${by.name} (${by.roles.map((role) => text('role', role)).join(', ')})` : by.name;
  return actor.startsWith('system:') ? t('role.system') : actor;
}

function ByWhom({ line }: { line: Actor }) {
  const { t } = useTranslation();
  return <>{nameOf(line, t, useText())}</>;
}

const TOLD = ['birth_name', 'first_given', 'given_names', 'used_name', 'birth_date', 'birth_known', 'sex', 'birth_place_code', 'birth_place_name', 'status', 'attributes', 'document', 'document_holder'];

function History({ lines }: { lines: HistoryLine[] }) {
  const { t } = useTranslation();
  const text = useText();
  const shown = (version: Version, trait: string): string => {
    const value = version[trait];
    if (Array.isArray(value)) return value.map((one) => t(`identity.${String(one)}`)).join(', ') || '—';
    if (typeof value !== 'string' || !value) return '—';
    return trait === 'status' ? t(`identity.${value}`) : trait.startsWith('document') ? text('document', value) : trait === 'birth_known' ? t(`birth.${value}`) : value;
  };
  if (!lines.length) return <Empty icon="history" title={t('identity.historyNone')} />;
  return (
    <ul className="check-list">
      {lines.map((line, n) => {
        const { before, after } = line;
        const changes = before && after ? TOLD.filter((trait) => JSON.stringify(before[trait] ?? '') !== JSON.stringify(after[trait] ?? '')) : [];
        return (
          <li key={n} className="person-row">
            <div>
              <Text size="sm" fw={600}>{text('history', line.what)}{line.reason && <Text component="span" size="sm" fw={400}> · {line.reason}</Text>}</Text>
              {before && after && changes.map((trait) => <Text key={trait} size="sm">{t('identity.changed', { trait: t(`trait.${trait}`), before: shown(before, trait), after: shown(after, trait) })}</Text>)}
            </div>
            <Text size="sm" c="dimmed" className="num">{dayAndTime(line.at_ms)} · <ByWhom line={line} /></Text>
          </li>
        );
      })}
    </ul>
  );
}
