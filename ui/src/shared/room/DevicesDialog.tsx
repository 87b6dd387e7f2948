/*
 * Microphone and camera, chosen and tried before anybody hears: picture, level of the sound, words for what the browser refuses. E14, O4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Modal, NativeSelect, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { audioWanted, cameraWanted, chosenDevices, type Devices } from './session';
import { Picture } from './Tile';

const LOOK_MS = 120;

/* Loudness of a track, 0 to 100, until stopped. */
function listen(stream: MediaStream, tell: (level: number) => void) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(stream).connect(analyser);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const rms = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    tell(Math.min(100, Math.round(rms * 400)));
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

export function DevicesDialog({ opened, onClose, onChosen }: { opened: boolean; onClose: () => void; onChosen: (devices: Devices) => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('room.devices')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {opened && <Try onClose={onClose} onChosen={onChosen} />}
    </Modal>
  );
}

function Try({ onClose, onChosen }: { onClose: () => void; onChosen: (devices: Devices) => void }) {
  const { t } = useTranslation();
  const [devices, setDevices] = useState(chosenDevices);
  const [known, setKnown] = useState<MediaDeviceInfo[]>([]);
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [problem, setProblem] = useState('');
  const [level, setLevel] = useState(0);
  useEffect(() => {
    let over = false;
    let stop = () => undefined as void;
    let got: MediaStream | null = null;
    navigator.mediaDevices.getUserMedia({ audio: audioWanted(devices.microphone), video: cameraWanted(devices.camera) }).then(async (opened) => {
      got = opened;
      if (over) { opened.getTracks().forEach((track) => track.stop()); return; }
      setStream(opened);
      setProblem('');
      stop = listen(opened, setLevel);
      setKnown(await navigator.mediaDevices.enumerateDevices());
    }).catch((error: unknown) => setProblem(error instanceof DOMException ? error.name : 'Error'));
    return () => {
      over = true;
      stop();
      got?.getTracks().forEach((track) => track.stop());
    };
  }, [devices]);
  const choices = (kind: MediaDeviceKind) => known.filter((one) => one.kind === kind && one.deviceId).map((one) => ({ value: one.deviceId, label: one.label || one.deviceId.slice(0, 6) }));
  return (
    <Stack gap="sm">
      {problem ? <Text size="sm" role="alert">{t(`room.problem.${problem}`, { defaultValue: t('room.problem.other') })}</Text>
        : stream && <div className="try-picture"><Picture stream={stream} mirrored muted label={t('room.own')} /></div>}
      <NativeSelect label={t('room.microphone')} data={choices('audioinput')} value={devices.microphone} onChange={(e) => setDevices({ ...devices, microphone: e.currentTarget.value })} />
      <div>
        <Text size="xs" id="try-level">{t('room.sound')}</Text>
        <Progress value={level} aria-labelledby="try-level" transitionDuration={100} />
      </div>
      <NativeSelect label={t('room.camera')} data={choices('videoinput')} value={devices.camera} onChange={(e) => setDevices({ ...devices, camera: e.currentTarget.value })} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
        <Button onClick={() => { onChosen(devices); onClose(); }}>{t('room.useThese')}</Button>
      </Group>
    </Stack>
  );
}
