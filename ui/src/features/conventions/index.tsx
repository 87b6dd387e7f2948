/*
 * The conventions in force of my organisations: who with whom, for what, how fast, and their six sections. S3
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Accordion, Alert, Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useConventions } from '@/shared/api/requests/conventions';
import { useNewPaper } from '@/shared/api/requests/papers';
import type { Convention, Me } from '@/shared/api/types';
import { birthDate, delayText } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { PriorityBadge } from '@/shared/ui/Badges';
import { Empty, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Papers } from './Papers';

const SECTIONS = ['scope', 'benefits', 'commitments', 'organisation', 'roles', 'rules'];
const delay = (minutes: number) => (minutes ? delayText(minutes) : '');

export function ConventionsPage({ me }: { me: Me }) {
  const { t } = useTranslation();
  const conventions = useConventions();
  const responsible = me.roles.includes('responsible');
  return (
    <>
      <PageHead title={t('nav.conventions')} text={t('convention.lead')} />
      <Loaded query={conventions}>
        {(list) => (list.length ? <Stack>{list.map((one) => <ConventionCard key={one.id} one={one} responsible={responsible} />)}</Stack>
          : <Empty icon="document" title={t('convention.none')} text={t('convention.noneText')} />)}
      </Loaded>
      <Papers responsible={responsible} />
    </>
  );
}

function ConventionCard({ one, responsible }: { one: Convention; responsible: boolean }) {
  const { t } = useTranslation();
  const text = useText();
  const create = useNewPaper();
  return (
    <Section title={one.title} icon="document" aside={<Text size="sm" c="dimmed" className="num">{one.number} · v{one.version}</Text>}>
      <Stack gap="sm">
        <Text size="sm">{t('convention.validity', { from: birthDate(one.valid_from), until: birthDate(one.valid_until) })}</Text>
        {!!one.warning && <Alert p="xs" className="refusal"><Text size="sm">{t('paper.warning', { count: one.days_left })}</Text></Alert>}
        {responsible && <Group><Button size="xs" variant="default" loading={create.isPending} onClick={() => create.mutate(one.id)}>{t('paper.newVersion')}</Button><Refusal error={create.error} /></Group>}
        <Group gap="xs">
          {one.parties.map((party) => <Badge key={`${party.id}-${party.part}`} className="tone tone-quiet" tt="none" radius="sm">{party.name} · {text('organisationKind', party.part)}</Badge>)}
        </Group>
        <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table verticalSpacing={6}>
            <Table.Thead><Table.Tr>{['exam', 'priority', 'verdict', 'done', 'report'].map((key) => <Table.Th key={key}>{t(`convention.${key}`)}</Table.Th>)}</Table.Tr></Table.Thead>
            <Table.Tbody>
              {one.clauses.map((clause, i) => (
                <Table.Tr key={i}>
                  <Table.Td>{text('modality', clause.modality)}</Table.Td>
                  <Table.Td><PriorityBadge priority={clause.priority} size="sm" /></Table.Td>
                  <Table.Td className="num">{delay(clause.verdict_min)}</Table.Td>
                  <Table.Td className="num">{delay(clause.exam_min)}</Table.Td>
                  <Table.Td className="num">{delay(clause.report_min)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Accordion variant="contained" multiple>
          {SECTIONS.filter((name) => one.sections?.[name]).map((name) => (
            <Accordion.Item key={name} value={name}>
              <Accordion.Control>{t(`convention.section.${name}`)}</Accordion.Control>
              <Accordion.Panel><Text size="sm" className="pre">{one.sections[name]}</Text></Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      </Stack>
    </Section>
  );
}
