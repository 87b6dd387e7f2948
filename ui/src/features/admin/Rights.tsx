/*
 * Review of rights: who holds which role in an organisation, gone through and signed by its responsible. X2, O9
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Group, Stack, Table, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type RightsOf, useRights, useSignRights } from '@/shared/api/requests/rights';
import { dayOf } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Lines } from '@/shared/ui/Lines';
import { OpenRecovery, Recoveries } from './Recoveries';

export function RightsPage() {
  const { t } = useTranslation();
  const rights = useRights();
  return (
    <>
      <PageHead title={t('nav.rights')} text={t('rights.lead')} />
      <Recoveries />
      <Loaded query={rights}>{({ organisations }) => (organisations.length
        ? <Stack gap="md">{organisations.map((one) => <Organisation key={one.id} one={one} />)}</Stack>
        : <Empty icon="people" title={t('rights.none')} />)}
      </Loaded>
    </>
  );
}

function Organisation({ one }: { one: RightsOf }) {
  const { t } = useTranslation();
  const text = useText();
  const sign = useSignRights();
  const [note, setNote] = useState('');
  return (
    <Section title={one.name} icon="building" aside={<Badge tt="none" className={`tone tone-${one.overdue ? 'stop' : one.changed ? 'wait' : 'good'}`}>{t(one.overdue ? 'rights.overdue' : one.changed ? 'rights.changed' : 'rights.ok')}</Badge>}>
      <Stack gap="sm">
        <Text size="sm" className="sub">
          {one.last ? t('rights.last', { when: dayOf(one.last.at_ms), name: one.last.by, due: dayOf(one.due_at_ms ?? one.last.at_ms) }) : t('rights.never')}{one.last?.note && ` « ${one.last.note} »`}
        </Text>
        <Lines label={one.name} minWidth={560} head={['who', 'roles', 'seen', ...(one.may_sign ? ['account'] : [])].map((key) => t(`rights.${key}`))}>
          {one.people.map((person) => (
            <Table.Tr key={person.id}>
              <Table.Td><Text size="sm">{person.name}</Text></Table.Td>
              <Table.Td><Text size="sm">{person.roles.map((role) => text('role', role)).join(', ')}</Text></Table.Td>
              <Table.Td className="num"><Text size="sm">{person.last_seen_ms ? dayOf(person.last_seen_ms) : t('rights.unseen')}</Text></Table.Td>
              {one.may_sign && <Table.Td><OpenRecovery person={person} /></Table.Td>}
            </Table.Tr>
          ))}
        </Lines>
        {one.may_sign && (
          <>
            <Textarea label={t('rights.note')} aria-label={`${t('rights.note')}, ${one.name}`} autosize minRows={1} maxLength={900} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
            <Refusal error={sign.error} />
            <Group><Button size="xs" loading={sign.isPending} aria-label={`${t('rights.sign')}, ${one.name}`} onClick={() => sign.mutate({ id: one.id, sha256: one.sha256, note }, { onSuccess: () => setNote('') })}>{t('rights.sign')}</Button></Group>
          </>
        )}
      </Stack>
    </Section>
  );
}
