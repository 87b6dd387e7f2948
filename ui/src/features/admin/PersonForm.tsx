/*
 * One person: identity, professional number, roles per organisation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Group, MultiSelect, Select, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSavePerson } from '@/shared/api/requests/savePerson';
import type { Organisation, Person, PersonWrite, Role } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

const ROLES: Role[] = ['requester', 'technologist', 'imager', 'local-physician', 'nuclear-physician', 'secretary', 'pacs-admin', 'physicist', 'pcr', 'biomedical',
  'pharmacist', 'pharmacy-tech', 'quality', 'responsible', 'administrator'];
const LINES = ['login', 'title', 'family', 'given', 'rpps', 'speciality', 'phone', 'email'] as const;
const PROFESSIONS = ['physician', 'dental-surgeon', 'midwife', 'technologist', 'nurse', 'pharmacist', 'pharmacy-technician', 'physicist', 'radiation-protection-officer',
  'biomedical-engineer', 'secretary', 'quality-officer', 'pacs-administrator', 'administrator'];
const COMPULSORY = new Set<string>(['login', 'family', 'given']);

export function PersonForm({ person, organisations, onDone }: { person: Person | null; organisations: Organisation[]; onDone: (oneTimePassword: string | null) => void }) {
  const { t } = useTranslation();
  const text = useText();
  const save = useSavePerson();
  const [wanted, setWanted] = useState<PersonWrite>({
    login: person?.login ?? '', title: person?.title ?? '', family: person?.family ?? '', given: person?.given ?? '', rpps: person?.rpps ?? '', profession: person?.profession ?? '',
    speciality: person?.speciality ?? '', phone: person?.phone ?? '', email: person?.email ?? '', active: person?.active ?? true,
    memberships: person?.memberships ?? (organisations[0] ? [{ organisation_id: organisations[0].id, roles: [] }] : []),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ id: person?.id ?? null, wanted }, { onSuccess: (answer) => onDone(answer.one_time_password ?? null) });
  };
  const membership = (at: number, change: Partial<PersonWrite['memberships'][number]> | null) =>
    setWanted({ ...wanted, memberships: wanted.memberships.flatMap((one, i) => (i !== at ? [one] : change ? [{ ...one, ...change }] : [])) });
  return (
    <form onSubmit={submit}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          {LINES.map((name) => (
            <TextInput key={name} label={t(`people.field.${name}`)} value={wanted[name] ?? ''} required={COMPULSORY.has(name)} withAsterisk={false}
              readOnly={name === 'login' && person !== null} type={name === 'email' ? 'email' : name === 'phone' ? 'tel' : 'text'} autoComplete="off"
              onChange={(e) => setWanted({ ...wanted, [name]: e.currentTarget.value })} />
          ))}
          <Select label={t('people.field.profession')} value={wanted.profession || null} searchable onChange={(profession) => setWanted({ ...wanted, profession: profession ?? '' })}
            data={PROFESSIONS.map((code) => ({ value: code, label: text('profession', code) }))} />
        </SimpleGrid>
        <Text fw={600} size="sm">{t('people.roles')}</Text>
        {wanted.memberships.map((one, at) => (
          <Group key={at} align="flex-end" wrap="nowrap">
            <Select flex={1} label={t('people.organisation')} value={String(one.organisation_id)} allowDeselect={false} onChange={(id) => id && membership(at, { organisation_id: Number(id) })}
              data={organisations.map((o) => ({ value: String(o.id), label: o.name }))} />
            <MultiSelect flex={2} label={t('people.rolesThere')} value={one.roles} onChange={(roles) => membership(at, { roles: roles as Role[] })}
              data={ROLES.map((role) => ({ value: role, label: text('role', role) }))} />
            <ActionIcon variant="default" size={36} aria-label={t('common.remove')} onClick={() => membership(at, null)}><Icon name="cross" /></ActionIcon>
          </Group>
        ))}
        <Button variant="default" size="xs" leftSection={<Icon name="plus" size={15} />} disabled={!organisations.length}
          onClick={() => setWanted({ ...wanted, memberships: [...wanted.memberships, { organisation_id: organisations[0]!.id, roles: [] }] })}>{t('people.addMembership')}</Button>
        {person && <Switch label={t('people.active')} checked={wanted.active ?? true} onChange={(e) => setWanted({ ...wanted, active: e.currentTarget.checked })} />}
        <Refusal error={save.error} />
        <Button type="submit" loading={save.isPending}>{t('common.save')}</Button>
      </Stack>
    </form>
  );
}
