/*
 * Organisations: sites with their rooms, imaging groups, requesting wards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Modal, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type OrganisationWrite, useCreateOrganisation } from '@/shared/api/requests/createOrganisation';
import { useOrganisations } from '@/shared/api/requests/organisations';
import type { Organisation, OrganisationKind } from '@/shared/api/types';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Empty, Facts, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

const KINDS: OrganisationKind[] = ['site', 'imaging', 'requester'];
const ZONES = ['Europe/Paris', 'America/Guadeloupe', 'America/Martinique', 'America/Cayenne', 'Indian/Reunion', 'Indian/Mayotte', 'Pacific/Noumea', 'Pacific/Tahiti', 'America/Miquelon', 'Pacific/Wallis'];

export function OrganisationsPage() {
  const { t } = useTranslation();
  const text = useText();
  const organisations = useOrganisations();
  const [making, setMaking] = useState(false);
  const [edited, setEdited] = useState<Organisation | null>(null);
  return (
    <>
      <PageHead title={t('nav.organisations')}><Button leftSection={<Icon name="plus" />} onClick={() => setMaking(true)}>{t('organisation.new')}</Button></PageHead>
      <Loaded query={organisations}>
        {(list) => (list.length ? (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {list.map((one) => (
              <Section key={one.id} title={one.name} icon="building" aside={<Text size="sm" c="dimmed">{text('organisationKind', one.kind)}</Text>}>
                <Facts items={[[t('organisation.finess'), one.finess], [t('organisation.street'), one.street], [t('organisation.city'), [one.postcode, one.city].filter(Boolean).join(' ')], [t('organisation.phone'), one.phone], [t('organisation.zone'), one.time_zone]]} />
                {one.rooms?.map((room) => <Text key={room.id} size="sm" mt={6}>{room.name} · {text('modality', room.modality)} · <code>{room.ae_title}</code></Text>)}
                <Button mt="sm" size="xs" variant="default" aria-label={`${t('organisation.edit')}${colon()}${one.name}`} onClick={() => setEdited(one)}>{t('common.edit')}</Button>
              </Section>
            ))}
          </SimpleGrid>
        ) : <Empty icon="building" title={t('organisation.none')} />)}
      </Loaded>
      <Modal opened={making} onClose={() => setMaking(false)} title={t('organisation.new')} closeButtonProps={{ 'aria-label': t('common.close') }}><OrganisationForm onDone={() => setMaking(false)} /></Modal>
      <Modal opened={edited !== null} onClose={() => setEdited(null)} title={t('organisation.edit')} closeButtonProps={{ 'aria-label': t('common.close') }}>{edited && <OrganisationForm from={edited} onDone={() => setEdited(null)} />}</Modal>
    </>
  );
}

function OrganisationForm({ from, onDone }: { from?: Organisation; onDone: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const create = useCreateOrganisation();
  const [wanted, setWanted] = useState<OrganisationWrite>(from ?? { name: '', kind: 'site', finess: '', city: '', time_zone: 'Europe/Paris', street: '', postcode: '', phone: '' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, kind, finess, city, time_zone, street, postcode, phone } = wanted;
    create.mutate({ ...(from ? { id: from.id } : {}), name, kind, finess, city, time_zone, street, postcode, phone }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput label={t('field.name')} value={wanted.name} required withAsterisk={false} onChange={(e) => setWanted({ ...wanted, name: e.currentTarget.value })} />
        <Select label={t('organisation.kind')} disabled={!!from} value={wanted.kind} allowDeselect={false} onChange={(kind) => kind && setWanted({ ...wanted, kind: kind as OrganisationKind })}
          data={KINDS.map((kind) => ({ value: kind, label: text('organisationKind', kind) }))} />
        <TextInput label={t('organisation.finess')} value={wanted.finess} onChange={(e) => setWanted({ ...wanted, finess: e.currentTarget.value })} />
        {(['street', 'postcode'] as const).map((name) => <TextInput key={name} label={t(`organisation.${name}`)} value={wanted[name]} onChange={(e) => setWanted({ ...wanted, [name]: e.currentTarget.value })} />)}
        <TextInput label={t('organisation.city')} value={wanted.city} onChange={(e) => setWanted({ ...wanted, city: e.currentTarget.value })} />
        <TextInput label={t('organisation.phone')} type="tel" value={wanted.phone} onChange={(e) => setWanted({ ...wanted, phone: e.currentTarget.value })} />
        <Select label={t('organisation.zone')} value={wanted.time_zone} searchable allowDeselect={false} onChange={(zone) => zone && setWanted({ ...wanted, time_zone: zone })} data={ZONES} />
        <Refusal error={create.error} />
        <Button type="submit" loading={create.isPending}>{t('common.save')}</Button>
      </Stack>
    </form>
  );
}
