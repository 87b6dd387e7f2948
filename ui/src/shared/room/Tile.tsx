/*
 * One person of the room: picture where there is one, name and seat always, how the line does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '@/shared/ui/Icon';
import type { Other } from './session';

export function Picture({ stream, mirrored, muted, label }: { stream: MediaStream; mirrored?: boolean; muted?: boolean; label: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current && video.current.srcObject !== stream) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} autoPlay playsInline muted={muted} className={mirrored ? 'tile-video mirrored' : 'tile-video'} aria-label={label} />;
}

export function Tile({ other }: { other: Other }) {
  const { t } = useTranslation();
  const level = other.connected ? other.level ?? 'high' : 'none';
  return (
    <figure className="tile" data-seat={other.seat} data-connected={other.connected}>
      <Picture stream={other.stream} label={t('room.pictureOf', { name: other.name })} />
      {!other.camera && <div className="tile-none"><Icon name="person" size={28} /></div>}
      <figcaption>
        <strong>{other.name}</strong> <span>{t(`seat.${other.seat}`)}</span>
        <span className={`tile-line tile-line-${level}`}>{t(other.connected ? `line.${level}` : 'room.connecting')}</span>
      </figcaption>
    </figure>
  );
}
