/*
 * Who takes care of the patient on site: a physician of the site, or somebody named with a telephone. E23.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActDuty } from '@/shared/api/requests/actDuty';
import { useDoStep } from '@/shared/api/requests/doStep';
import { usePeople } from '@/shared/api/requests/people';
import type { Act } from '@/shared/api/types';
import { Loaded, Refusal } from '@/shared/ui/Blocks';

export function LocalPhysicianForm({ act, label, onDone, onCancel }: { act: Act; label: string; onDone?: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const doStep = useDoStep(act.id);
  const people = usePeople(act.site.id);
  const duty = (useActDuty(act.id).data?.site ?? []).filter((one) => one.role === 'local-physician');
  const onDuty = (id: number) => duty.find((one) => one.person_id === id);
  const [how, setHow] = useState<'here' | 'other'>('here');
  const [person, setPerson] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const whole = how === 'here' ? person !== null : name.trim() !== '' && phone.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const data = how === 'here' ? { person_id: Number(person) } : { name: name.trim(), phone: phone.trim() };
    if (whole) doStep.mutate({ step: 'name-local-physician', data }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SegmentedControl value={how} onChange={(value) => setHow(value === 'other' ? 'other' : 'here')}
          data={[{ value: 'here', label: t('local.here') }, { value: 'other', label: t('local.other') }]} />
        {how === 'here' ? (
          <Loaded query={people} rows={1}>
            {(list) => (
              <Select label={t('role.local-physician')} value={person} onChange={setPerson} searchable nothingFoundMessage={t('local.nobody')}
                data={list.filter((one) => one.active !== false && one.memberships.some((m) => m.organisation_id === act.site.id && m.roles.includes('local-physician')))
                  .sort((a, b) => Number(!onDuty(a.id)) - Number(!onDuty(b.id)))
                  .map((one) => ({ value: String(one.id), label: [one.name, onDuty(one.id)?.phone ?? one.phone, onDuty(one.id) && t('roster.onDuty')].filter(Boolean).join(' · ') }))} />
            )}
          </Loaded>
        ) : (
          <>
            <TextInput label={t('field.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} />
            <TextInput label={t('field.phone')} value={phone} onChange={(e) => setPhone(e.currentTarget.value)} type="tel" />
          </>
        )}
        <Refusal error={doStep.error} />
        <Group>
          <Button type="submit" disabled={!whole} loading={doStep.isPending}>{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
