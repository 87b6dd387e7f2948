/*
 * People: who works where in which role; a new one gets a password that is shown once. X1, X2, S4
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Group, Modal, Select, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrganisations } from '@/shared/api/requests/organisations';
import { usePeople } from '@/shared/api/requests/people';
import { OpenSessions } from '@/shared/account/OpenSessions';
import type { Organisation, Person } from '@/shared/api/types';
import { bare } from '@/shared/format/people';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, PageHead } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { OneTime } from './OneTime';
import { PersonForm } from './PersonForm';
import { OpenRecovery, Recoveries } from './Recoveries';

export function PeoplePage() {
  const { t } = useTranslation();
  const [organisation, setOrganisation] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const [edited, setEdited] = useState<Person | 'new' | null>(null);
  const [password, setPassword] = useState<string | null>(null);
  const organisations = useOrganisations();
  const people = usePeople(organisation ? Number(organisation) : null);
  const found = (list: Person[]) => list.filter((one) => bare(`${one.name} ${one.login ?? ''}`).includes(bare(typed)));
  return (
    <>
      <PageHead title={t('nav.people')}>
        <TextInput value={typed} onChange={(e) => setTyped(e.currentTarget.value)} placeholder={t('people.search')} aria-label={t('people.search')} leftSection={<Icon name="search" size={16} />} />
        <Select placeholder={t('people.allOrganisations')} aria-label={t('people.allOrganisations')} clearable clearButtonProps={{ 'aria-label': t('common.clear') }} value={organisation}
          onChange={setOrganisation} data={(organisations.data ?? []).map((one) => ({ value: String(one.id), label: one.name }))} />
        <Button leftSection={<Icon name="plus" />} onClick={() => setEdited('new')}>{t('people.new')}</Button>
      </PageHead>
      <Recoveries />
      <Loaded query={people} rows={8}>
        {(list) => (found(list).length ? (
          <Table.ScrollContainer minWidth={760} className="section" scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table verticalSpacing="xs">
              <Table.Thead><Table.Tr>{['name', 'login', 'roles', 'state', 'actions'].map((key) => <Table.Th key={key}>{t(`people.${key}`)}</Table.Th>)}</Table.Tr></Table.Thead>
              <Table.Tbody>
                {found(list).map((one) => <PersonRow key={one.id} one={one} organisations={organisations.data ?? []} onEdit={() => setEdited(one)} />)}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        ) : <Empty icon="people" title={t('people.none')} />)}
      </Loaded>
      <Modal opened={edited !== null} onClose={() => setEdited(null)} size="lg" title={t(edited === 'new' ? 'people.new' : 'people.edit')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {edited !== null && (
          <PersonForm person={edited === 'new' ? null : edited} organisations={organisations.data ?? []} onDone={(given) => { setEdited(null); if (given) setPassword(given); }} />
        )}
      </Modal>
      <OneTime password={password} onClose={() => setPassword(null)} />
    </>
  );
}

function PersonRow({ one, organisations, onEdit }: { one: Person; organisations: Organisation[]; onEdit: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const [sessions, setSessions] = useState(false);
  return (
    <Table.Tr>
      <Table.Td><Text fw={600} size="sm">{one.name}</Text><span className="sub">{[text('profession', one.profession), one.speciality, one.rpps && `RPPS ${one.rpps}`].filter(Boolean).join(' · ')}</span></Table.Td>
      <Table.Td>{one.login}</Table.Td>
      <Table.Td>
        {one.memberships.map((m) => (
          <Text key={m.organisation_id} size="sm">{organisations.find((o) => o.id === m.organisation_id)?.name ?? m.organisation_id}{colon()}{m.roles.map((role) => text('role', role)).join(', ')}</Text>
        ))}
      </Table.Td>
      <Table.Td>
        <Badge size="sm" tt="none" className={`tone tone-${!one.active ? 'stop' : one.enrolled ? 'good' : 'soon'}`}>{t(!one.active ? 'people.inactive' : one.enrolled ? 'people.enrolled' : 'people.notEnrolled')}</Badge>
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <Button size="xs" variant="default" onClick={onEdit}>{t('common.edit')}</Button>
          <OpenRecovery person={one} />
          <Button size="xs" variant="default" onClick={() => setSessions(true)}>{t('people.sessions')}</Button>
        </Group>
        <Modal opened={sessions} onClose={() => setSessions(false)} title={t('people.sessionsOf', { name: one.name })} closeButtonProps={{ 'aria-label': t('common.close') }}>
          <OpenSessions person={one.id} />
        </Modal>
      </Table.Td>
    </Table.Tr>
  );
}
