/*
 * The people of an organisation: who is blocked and why, and the board of what ends, people, rooms and equipment together. S5
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Register, type StaffPerson, useRegister, useRules, useStaffPeople } from '@/shared/api/requests/staff';
import { birthDate } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, MissingList, Section } from '@/shared/ui/Blocks';
import { Frame, Lines, StateBadge, useOrganisationChoice, useRights } from './Frame';

export function PeoplePage() {
  const { t } = useTranslation();
  const { may } = useRights();
  const { organisation, choice, own } = useOrganisationChoice(true);
  const people = useStaffPeople(organisation);
  const register = useRegister(organisation, may('register') && own);
  return (
    <Frame title={t('staff.people')} text={t('staff.peopleLead')} aside={choice}>
      <Loaded query={people}>
        {({ people: list }) => (
          <Stack gap="md">
            <Section title={t('staff.board')} icon="calendar"><Board people={list} register={register.data} /></Section>
            <Section title={t('staff.people')} icon="people"><PeopleTable list={list} /></Section>
          </Stack>
        )}
      </Loaded>
    </Frame>
  );
}

interface Ending { key: string; who: string; to?: string; kind: string; state: string; until: string }

function endings(people: StaffPerson[], register: Register | undefined): Ending[] {
  const things = (register?.rooms ?? []).flatMap((room) => [{ name: room.name, items: room.items }, ...room.equipment.map((one) => ({ name: `${room.name} · ${one.name}`, items: one.items }))]);
  return [
    ...people.flatMap((one) => one.soon.map((each) => ({ key: `p${each.id}`, who: one.name, to: `/staff/people/${one.id}`, kind: each.kind, state: each.state, until: each.valid_until }))),
    ...things.flatMap((one) => one.items.filter((each) => (each.state === 'soon' || each.state === 'expired') && !one.items.some((other) => other.kind === each.kind && other.state === 'valid'))
      .map((each) => ({ key: `i${each.id}`, who: one.name, kind: each.kind, state: each.state, until: each.valid_until }))),
  ].sort((a, b) => a.until.localeCompare(b.until));
}

function Board({ people, register }: { people: StaffPerson[]; register: Register | undefined }) {
  const { t } = useTranslation();
  const kinds = useRules().data?.kinds ?? [];
  const list = endings(people, register);
  if (!list.length) return <Empty icon="check" title={t('staff.nothingEnds')} />;
  return (
    <Lines label={t('staff.board')} head={[t('staff.who'), t('staff.kind'), t('staff.end'), t('quarantine.state')]}>
      {list.map((one) => (
        <Table.Tr key={one.key}>
          <Table.Td>{one.to ? <Link to={one.to}>{one.who}</Link> : one.who}</Table.Td>
          <Table.Td>{kinds.find((kind) => kind.code === one.kind)?.label ?? one.kind}</Table.Td>
          <Table.Td className="num">{birthDate(one.until)}</Table.Td>
          <Table.Td><StateBadge state={one.state} /></Table.Td>
        </Table.Tr>
      ))}
    </Lines>
  );
}

function PeopleTable({ list }: { list: StaffPerson[] }) {
  const { t } = useTranslation();
  const text = useText();
  if (!list.length) return <Empty icon="people" title={t('staff.nobody')} />;
  return (
    <Lines label={t('staff.people')} head={[t('staff.who'), t('staff.parts'), t('quarantine.state'), t('staff.why')]}>
      {list.flatMap((one) => one.parts.map((part) => (
        <Table.Tr key={`${one.id} ${part.role}`} data-person={one.id}>
          <Table.Td><Link to={`/staff/people/${one.id}`}>{one.name}</Link></Table.Td>
          <Table.Td>{text('role', part.role)}</Table.Td>
          <Table.Td><StateBadge state={part.blocking.length ? 'blocked' : part.irradiating.length ? 'partly' : 'fit'} /></Table.Td>
          <Table.Td>
            {!part.blocking.length && !part.irradiating.length && <Text size="sm" c="dimmed">—</Text>}
            <MissingList missing={part.blocking} />
            <MissingList missing={part.irradiating} />
          </Table.Td>
        </Table.Tr>
      )))}
    </Lines>
  );
}
