/*
 * Rooms and equipment: fit or not, with the reason; checks with their follow-up; out of service and back. O3, S5, L13
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Checkbox, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Equipment, type Kind, type Register, type StaffRoom, useRegister, useStaff } from '@/shared/api/requests/staff';
import { dayAndTime } from '@/shared/format/dates';
import { Empty, Loaded, MissingList, Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Frame, StateBadge, useOrganisationChoice, useRights } from './Frame';
import { ItemForm, useRecordable } from './ItemForm';
import { Items } from './Items';

/* Which checks an equipment has, so that a display is not offered a maintenance. */
const CHECKS: Record<Equipment['kind'], string[]> = { modality: ['quality-control', 'radiation-check', 'maintenance'], display: ['display-control'], workstation: ['workstation-check'], network: ['network-check'] };
type Asked = { what: 'room' } | { what: 'equipment'; room: StaffRoom } | { what: 'item'; of: Kind['of']; path: string; kind?: Equipment['kind']; own?: boolean } | { what: 'stop'; equipment: Equipment };

export function RegisterPage() {
  const { t } = useTranslation();
  const { rolesIn, me } = useRights();
  const { organisation, choice } = useOrganisationChoice();
  const register = useRegister(organisation);
  const [asked, setAsked] = useState<Asked | null>(null);
  const roles = rolesIn(organisation);
  const done = () => setAsked(null);
  const keepsRooms = roles.some((role) => ['biomedical', 'responsible', 'quality', 'imager'].includes(role));
  const title = asked && t(asked.what === 'room' ? 'staff.roomNew' : asked.what === 'equipment' ? 'staff.equipmentNew' : asked.what === 'stop' ? 'staff.stop' : 'staff.add');
  return (
    <Frame title={t('staff.register')} text={t('staff.registerLead')} aside={<>{choice}<Button size="sm" variant="default" component={Link} to="/display">{t('display.checks')}</Button>{keepsRooms && <Button size="sm" variant="default" onClick={() => setAsked({ what: 'room' })}>{t('staff.roomNew')}</Button>}</>}>
      <Loaded query={register}>
        {(all) => (
          <Stack gap="md">
            {!!all.machines.length && <Alert className="refusal" icon={<Icon name="warning" />} p="xs">{t('staff.machinesMissing', { names: all.machines.map((one) => one.name).join(', ') })}</Alert>}
            {!all.rooms.length && <Empty icon="building" title={t('staff.noRoom')} />}
            {all.rooms.map((room) => <Room key={room.id} room={room} roles={roles} own={room.person_id !== null && room.person_id === me?.person.id} ask={setAsked} />)}
          </Stack>
        )}
      </Loaded>
      <Modal opened={!!asked} onClose={done} title={title} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {asked?.what === 'room' && <RoomForm organisation={organisation} roles={roles} me={me?.person.id ?? 0} done={done} />}
        {asked?.what === 'equipment' && <EquipmentForm room={asked.room} machines={register.data?.machines ?? []} roles={roles} done={done} />}
        {asked?.what === 'item' && <ItemForm of={asked.of} path={asked.path} roles={asked.own ? [...roles, 'self'] : roles} only={(kind) => !asked.kind || CHECKS[asked.kind].includes(kind.code)} done={done} />}
        {asked?.what === 'stop' && <StopForm equipment={asked.equipment} done={done} />}
      </Modal>
    </Frame>
  );
}

function Room({ room, roles, own, ask }: { room: StaffRoom; roles: string[]; own: boolean; ask: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const mine = own ? [...roles, 'self'] : roles;
  const records = useRecordable('room', mine).length > 0;
  return (
    <Section title={room.name} icon="building" aside={<StateBadge state={room.blocking.length ? 'unfit' : 'fit'} />}>
      <div data-room={room.name}>
        <Text size="sm" c="dimmed">{t(`staff.purpose.${room.purpose}`)}{room.nuclear && ` · ${t('staff.nuclear')}`}{!room.active && ` · ${t('staff.ended')}`}</Text>
        <MissingList missing={room.blocking} />
        <MissingList missing={room.warning} />
        {room.equipment.map((one) => <Thing key={one.id} one={one} roles={roles} ask={ask} />)}
        <Group gap={6} mt="sm">
          <Button size="xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>{t('staff.papers', { count: room.items.length })}</Button>
          {records && <Button size="xs" variant="default" onClick={() => ask({ what: 'item', of: 'room', path: `/api/staff/rooms/${room.id}/items`, own })}>{t('staff.add')}</Button>}
          {roles.some((role) => ['biomedical', 'pacs-admin'].includes(role)) && <Button size="xs" variant="default" onClick={() => ask({ what: 'equipment', room })}>{t('staff.equipmentNew')}</Button>}
        </Group>
        {open && <Items items={room.items} roles={mine} />}
      </div>
    </Section>
  );
}

function Thing({ one, roles, ask }: { one: Equipment; roles: string[]; ask: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const staff = useStaff();
  const [open, setOpen] = useState(false);
  const records = useRecordable('equipment', roles).some((kind) => CHECKS[one.kind].includes(kind.code));
  const stops = roles.some((role) => ['biomedical', 'physicist', 'pcr', 'technologist', 'pacs-admin', 'imager'].includes(role));
  const starts = roles.some((role) => ['biomedical', 'physicist', 'pcr'].includes(role));
  return (
    <div className="staff-item" data-equipment={one.name}>
      <Group gap={8} justify="space-between"><Text size="sm" fw={600}>{one.name} <Text span size="sm" c="dimmed">{[t(`staff.equipmentKind.${one.kind}`), one.modality, one.maker, one.serial].filter(Boolean).join(' · ')}</Text></Text><StateBadge state={one.blocking.length ? 'unfit' : 'fit'} /></Group>
      {one.stopped && <span className="sub">{one.stopped.why} · {dayAndTime(one.stopped.at_ms)} · {one.stopped.by}</span>}
      <MissingList missing={one.blocking} />
      <MissingList missing={one.warning} />
      <Group gap={6} mt={6}>
        <Button size="xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>{t('staff.checks', { count: one.items.length })}</Button>
        {records && <Button size="xs" variant="default" onClick={() => ask({ what: 'item', of: 'equipment', path: `/api/staff/equipment/${one.id}/items`, kind: one.kind })}>{t('staff.checkNew')}</Button>}
        {!one.stopped && stops && <Button size="xs" variant="default" onClick={() => ask({ what: 'stop', equipment: one })}>{t('staff.stop')}</Button>}
        {one.stopped && starts && <Button size="xs" onClick={() => staff.mutate({ path: `/api/staff/equipment/${one.id}/service` })}>{t('staff.start')}</Button>}
      </Group>
      <Refusal error={staff.error} />
      {open && <Items items={one.items} roles={roles} />}
    </div>
  );
}

function StopForm({ equipment, done }: { equipment: Equipment; done: () => void }) {
  const { t } = useTranslation();
  const staff = useStaff();
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => { event.preventDefault(); staff.mutate({ path: `/api/staff/equipment/${equipment.id}/service`, body: { reason } }, { onSuccess: done }); };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('staff.stopText', { name: equipment.name })}</Text>
        <Textarea label={t('quarantine.reason')} required withAsterisk={false} autosize minRows={2} maxLength={400} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        <Refusal error={staff.error} />
        <Button type="submit" loading={staff.isPending}>{t('quarantine.confirm')}</Button>
      </Stack>
    </form>
  );
}

function RoomForm({ organisation, roles, me, done }: { organisation: number; roles: string[]; me: number; done: () => void }) {
  const { t } = useTranslation();
  const staff = useStaff();
  const onlyOwn = !roles.some((role) => ['biomedical', 'responsible', 'quality'].includes(role));
  const [typed, setTyped] = useState({ name: '', purpose: onlyOwn ? 'reading' : 'exam', nuclear: false });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    staff.mutate({ path: '/api/staff/rooms', body: { ...typed, organisation_id: organisation, ...(onlyOwn ? { person_id: me } : {}) } }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput label={t('staff.name')} value={typed.name} required withAsterisk={false} onChange={(e) => setTyped({ ...typed, name: e.currentTarget.value })} />
        {onlyOwn ? <Text size="sm">{t('staff.ownPlace')}</Text> : (
          <>
            <Select label={t('staff.purposeHead')} data={(['exam', 'reading'] as const).map((one) => ({ value: one, label: t(`staff.purpose.${one}`) }))} value={typed.purpose} allowDeselect={false} onChange={(purpose) => purpose && setTyped({ ...typed, purpose })} />
            <Checkbox label={t('staff.nuclear')} checked={typed.nuclear} onChange={(e) => setTyped({ ...typed, nuclear: e.currentTarget.checked })} />
          </>
        )}
        <Refusal error={staff.error} />
        <Button type="submit" loading={staff.isPending}>{t('staff.record')}</Button>
      </Stack>
    </form>
  );
}

function EquipmentForm({ room, machines, roles, done }: { room: StaffRoom; machines: Register['machines']; roles: string[]; done: () => void }) {
  const { t } = useTranslation();
  const staff = useStaff();
  const kinds = (roles.includes('biomedical') ? ['modality', 'workstation', 'display', 'network'] : ['workstation', 'display', 'network']) as Equipment['kind'][];
  const [typed, setTyped] = useState({ kind: kinds[0] ?? 'display', name: '', maker: '', serial: '', modality: '', machine_id: '' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { machine_id, ...rest } = typed;
    staff.mutate({ path: '/api/staff/equipment', body: { ...rest, room_id: room.id, ...(machine_id ? { machine_id: Number(machine_id) } : {}) } }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Select label={t('staff.kind')} data={kinds.map((one) => ({ value: one, label: t(`staff.equipmentKind.${one}`) }))} value={typed.kind} allowDeselect={false} onChange={(kind) => kind && setTyped({ ...typed, kind: kind as Equipment['kind'] })} />
        {(['name', 'maker', 'serial', 'modality'] as const).map((one) => <TextInput key={one} label={t(`staff.${one}`)} value={typed[one]} onChange={(e) => setTyped({ ...typed, [one]: e.currentTarget.value })} />)}
        {typed.kind === 'modality' && <Select label={t('staff.machine')} clearable data={machines.map((one) => ({ value: String(one.id), label: `${one.name} (${one.modality})` }))} value={typed.machine_id || null} onChange={(value) => setTyped({ ...typed, machine_id: value ?? '', modality: machines.find((one) => String(one.id) === value)?.modality ?? typed.modality })} />}
        <Refusal error={staff.error} />
        <Button type="submit" loading={staff.isPending}>{t('staff.record')}</Button>
      </Stack>
    </form>
  );
}
