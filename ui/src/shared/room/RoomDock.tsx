/*
 * The room one sits in, at the corner of every page: who is there, our microphone and camera, the way out. E12, E14.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Alert, Button, Group, Text, Tooltip } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '@/shared/ui/Icon';
import { DevicesDialog } from './DevicesDialog';
import { useRoom, useRooms } from './RoomProvider';
import { Picture, Tile } from './Tile';
import './room.css';

function Tool({ icon, text, pressed, onClick }: { icon: IconName; text: string; pressed?: boolean; onClick: () => void }) {
  return (
    <Tooltip label={text}>
      <ActionIcon variant={pressed ? 'filled' : 'default'} size="lg" aria-label={text} aria-pressed={pressed} onClick={onClick}><Icon name={icon} /></ActionIcon>
    </Tooltip>
  );
}

export function RoomDock() {
  const { t } = useTranslation();
  const { session, leave } = useRooms();
  const room = useRoom();
  const [small, smallDo] = useDisclosure(false);
  const [devices, devicesDo] = useDisclosure(false);
  useHotkeys([['alt+M', () => room && session?.mute(!room.muted)]]);
  const camera = session?.local.camera ?? null;
  const own = useMemo(() => new MediaStream(camera ? [camera] : []), [camera]);
  const shown = room?.others.find((one) => one.sharing);
  useEffect(() => {
    document.body.classList.toggle('in-room', !!room);
    return () => document.body.classList.remove('in-room');
  }, [room]);
  if (!session || !room) return null;

  if (room.phase === 'refused' || room.phase === 'over')
    return (
      <aside className="room" aria-label={t('room.title')}>
        <Alert role="alert" icon={<Icon name="warning" />} className="refusal" title={t('room.closed')}>
          <Text size="sm">{room.phase === 'refused' ? room.refused : t(`room.over.${room.why || 'left'}`)}</Text>
          <Button mt="xs" size="xs" variant="default" onClick={leave}>{t('common.close')}</Button>
        </Alert>
      </aside>
    );
  return (
    <aside className={small ? 'room room-small' : 'room'} aria-label={t('room.title')} data-phase={room.phase}>
      <Group justify="space-between" gap="xs" wrap="nowrap" className="room-head">
        <Text size="sm" fw={600}><Link to="/acts/$id" params={{ id: String(room.act) }}>{t('room.inAs', { seat: t(`seat.${room.seat}`) })}</Link></Text>
        <Text size="xs" className={`tile-line tile-line-${room.level}`} role="status">{room.others.length ? t(`line.${room.level}`) : t('room.alone')}</Text>
        <Tool icon="chevron" text={t(small ? 'room.larger' : 'room.smaller')} pressed={small} onClick={smallDo.toggle} />
      </Group>
      {room.mediaProblem && <Text size="xs" className="room-problem" role="alert">{t(`room.problem.${room.mediaProblem}`, { defaultValue: t('room.problem.other') })}</Text>}
      {room.level === 'voice' && <Text size="xs" className="room-problem" role="alert">{t('room.voiceOnly')}</Text>}
      <div className="room-tiles">
        {shown && <figure className="tile tile-screen"><Picture stream={shown.screen} label={t('room.screenOf', { name: shown.name })} muted /><figcaption>{t('room.screenOf', { name: shown.name })} <span className="tile-not">{t('room.notDiagnostic')}</span></figcaption></figure>}
        {room.others.map((one) => <Tile key={one.seat} other={one} />)}
        {room.camera && <figure className="tile tile-own"><Picture stream={own} mirrored muted label={t('room.own')} /><figcaption>{t('room.own')}</figcaption></figure>}
      </div>
      <Group gap={6} className="room-tools">
        <Tool icon={room.muted ? 'micOff' : 'mic'} text={t(room.muted ? 'room.unmute' : 'room.mute')} pressed={room.muted} onClick={() => session.mute(!room.muted)} />
        <Tool icon={room.camera ? 'camera' : 'cameraOff'} text={t(room.camera ? 'room.cameraOff' : 'room.cameraOn')} pressed={!room.camera} onClick={() => void session.showCamera(!room.camera)} />
        <Tool icon="screen" text={t(room.sharing ? 'room.stopScreen' : 'room.screen')} pressed={room.sharing} onClick={() => void session.shareScreen(!room.sharing)} />
        <Tool icon="settings" text={t('room.devices')} onClick={devicesDo.open} />
        <Button size="xs" color="red" onClick={leave} leftSection={<Icon name="cross" size={14} />}>{t('room.leave')}</Button>
      </Group>
      <DevicesDialog opened={devices} onClose={devicesDo.close} onChosen={(chosen) => void session.useDevices(chosen)} />
    </aside>
  );
}
