/*
 * Certificates of a DICOM peer: with any, it speaks TLS both ways; the next one is entered before the old one runs out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, FileButton, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Peer, type PeerCertificate, useAddCertificate, useRemoveCertificate } from '@/shared/api/requests/peers';
import { dayOf } from '@/shared/format/dates';
import { Refusal, Section } from '@/shared/ui/Blocks';

const WARN_MS = 30 * 24 * 3600 * 1000;
type Age = 'good' | 'soon' | 'over';
const ageOf = (one: PeerCertificate): Age => (one.not_after_ms === null ? 'good' : one.not_after_ms < Date.now() ? 'over' : one.not_after_ms < Date.now() + WARN_MS ? 'soon' : 'good');
const TONES: Record<Age, string> = { good: 'tone-good', soon: 'tone-soon', over: 'tone-stop' };

/* In the list: that it speaks TLS, and how long its longest certificate still holds. */
export function TlsBadge({ peer }: { peer: Peer }) {
  const { t } = useTranslation();
  if (!peer.certificates.length) return null;
  const ages = peer.certificates.map(ageOf);
  const best: Age = ages.includes('good') ? 'good' : ages.includes('soon') ? 'soon' : 'over';
  return <Badge size="sm" tt="none" className={`tone ${TONES[best]}`}>{t(`peers.tls.${best}`)}</Badge>;
}

export function PeerCertificates({ peer }: { peer: Peer }) {
  const { t } = useTranslation();
  const add = useAddCertificate();
  const remove = useRemoveCertificate();
  const [pem, setPem] = useState('');
  const [host, setHost] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ id: peer.id, wanted: pem.trim() ? { pem } : { host_name: host.trim() } }, { onSuccess: () => { setPem(''); setHost(''); } });
  };
  return (
    <Section title={t('peers.certificates')} icon="shield">
      <Text size="sm" c="dimmed" mb="xs">{t(peer.certificates.length ? 'peers.certificatesText' : 'peers.certificatesNone')}</Text>
      <ul className="peer-strangers">
        {peer.certificates.map((one) => (
          <li key={one.id}>
            <span>
              {one.host_name ? t('peers.certificateName', { name: one.host_name }) : one.subject}
              {one.not_after_ms !== null && <> · <span className={ageOf(one) === 'good' ? undefined : 'echo-bad'}>{t(`peers.until.${ageOf(one)}`, { when: dayOf(one.not_after_ms) })}</span></>}
              {one.sha256 && <span className="sub num">SHA-256 {one.sha256.slice(0, 16)}…</span>}
            </span>
            <Button size="xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate({ id: peer.id, certificate: one.id })}
              aria-label={t('peers.certificateRemove', { name: one.host_name ?? one.subject })}>{t('peers.remove')}</Button>
          </li>
        ))}
      </ul>
      <Refusal error={remove.error} />
      <form onSubmit={submit}>
        <Stack gap="xs" mt="sm">
          <Textarea label={t('peers.pem')} placeholder="-----BEGIN CERTIFICATE-----" value={pem} autosize minRows={2} maxRows={6} onChange={(e) => setPem(e.currentTarget.value)} />
          <Group gap="xs">
            <FileButton accept=".pem,.crt,.cer" onChange={(file) => void file?.text().then(setPem)}>{(props) => <Button {...props} size="xs" variant="default">{t('peers.pemFile')}</Button>}</FileButton>
          </Group>
          <TextInput label={t('peers.hostName')} value={host} disabled={pem.trim() !== ''} onChange={(e) => setHost(e.currentTarget.value)} />
          <Refusal error={add.error} />
          <Button type="submit" variant="default" loading={add.isPending} disabled={!pem.trim() && !host.trim()}>{t('peers.certificateAdd')}</Button>
        </Stack>
      </form>
    </Section>
  );
}
