/*
 * Sending to another DICOM peer: to whom, why; then each sending with its progress, stopped or tried again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Group, Modal, Progress, Select, Stack, Table, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { TFunction } from 'i18next';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeers } from '@/shared/api/requests/peers';
import { isGoing, type SendPart, type SendRow, SENDS_MOST, useSendOrder, useSends, useSendTo } from '@/shared/api/requests/sends';
import { dayAndTime, timeOf } from '@/shared/format/dates';
import { dicomDay, dicomList, dicomName } from '@/shared/format/dicom';
import { whoText } from '@/shared/format/people';
import { Empty, Loaded, Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Lines } from '@/shared/ui/Lines';
import { Listed } from '@/shared/ui/Listed';

export function SendButton({ parts, label, aria }: { parts: SendPart[]; label?: string; aria?: string }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" variant="default" leftSection={<Icon name="arrow" size={14} />} onClick={open} aria-label={aria}>{label ?? t('send.open')}</Button>
      <Modal opened={opened} onClose={close} title={t('send.open')} closeButtonProps={{ 'aria-label': t('common.close') }}>{opened && <SendForm parts={parts} done={close} />}</Modal>
    </>
  );
}

function SendForm({ parts, done }: { parts: SendPart[]; done: () => void }) {
  const { t } = useTranslation();
  const peers = usePeers();
  const send = useSendTo();
  const [peer, setPeer] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (peer) send.mutate({ peer_id: Number(peer), parts, reason: reason.trim() }, { onSuccess: done });
  };
  return (
    <Loaded query={peers} rows={3}>
      {({ peers: list }) => {
        const able = list.filter((one) => one.enabled && one.port > 0 && one.may.includes('receive'));
        if (!able.length) return <Empty icon="wifi" title={t('send.peerNone')} />;
        return (
          <form onSubmit={submit}>
            <Stack gap="sm">
              <Text size="sm"><strong>{parts.some((one) => one.series_uid) ? t('send.whatSeries') : t('send.what', { count: parts.length })}</strong></Text>
              <Text size="sm">{t('send.text')}</Text>
              <Select label={t('send.peer')} required withAsterisk={false} value={peer} onChange={setPeer} comboboxProps={{ withinPortal: true }}
                data={able.map((one) => ({ value: String(one.id), label: [one.ae_title, one.description].filter(Boolean).join(' · ') }))} />
              <Textarea label={t('send.reason')} value={reason} maxLength={250} autosize minRows={2} onChange={(e) => setReason(e.currentTarget.value)} />
              <Refusal error={send.error} />
              <Group justify="flex-end">
                <Button variant="default" onClick={done}>{t('common.cancel')}</Button>
                <Button type="submit" disabled={!peer} loading={send.isPending}>{t('send.go')}</Button>
              </Group>
            </Stack>
          </form>
        );
      }}
    </Loaded>
  );
}

const TONES = { waiting: 'wait', running: 'live', done: 'good', partial: 'soon', failed: 'stop', cancelled: 'quiet' } as const;

/* Those of one study, or of all ('study' empty). On the list nothing is shown when nothing was ever sent. */
export function Sends({ study }: { study: string }) {
  const { t } = useTranslation();
  const sends = useSends(study, true);
  if (!study && !sends.data?.length) return null;
  const words = (one: SendRow) => [one.peer.ae_title, one.peer.description, sentText(t, one), t(`send.state.${one.state}`), one.why, one.reason, whoText(t, one.actor, one.actor_name), dayAndTime(one.created_at_ms)];
  return (
    <Section title={t('send.list')} icon="arrow">
      <Loaded query={sends} rows={1}>
        {(list) => (
          <Listed rows={list} words={words} label={t('send.list')} none={t('send.none')} icon="arrow" size={10} most={SENDS_MOST}>
            {(shown) => <Lines label={t('send.list')} minWidth={700} head={[t('send.peer'), t('send.how'), t('send.when'), t('quarantine.decide')]}>{shown.map((one) => <OneSend key={one.id} row={one} />)}</Lines>}
          </Listed>
        )}
      </Loaded>
    </Section>
  );
}

/* The first of what is sent, and how many more. */
function sentText(t: TFunction, { study, parts }: SendRow) {
  if (!study) return t('send.studies', { count: parts.length });
  const first = [dicomName(study.name) || t('archive.noName'), dicomDay(study.date), [dicomList(study.modalities), study.description].filter(Boolean).join(' ')].filter(Boolean).join(' · ');
  return parts.length > 1 ? `${first} ${t('send.andMore', { count: parts.length - 1 })}` : first;
}

function OneSend({ row }: { row: SendRow }) {
  const { t } = useTranslation();
  const order = useSendOrder();
  const who = [row.peer.ae_title, row.peer.description].filter(Boolean).join(' · ');
  return (
    <Table.Tr data-send={row.id}>
      <Table.Td>{who}<span className="sub">{sentText(t, row)}</span></Table.Td>
      <Table.Td>
        <Badge size="sm" tt="none" className={`tone tone-${TONES[row.state] ?? 'quiet'}`}>{t(`send.state.${row.state}`)}</Badge>
        {isGoing(row) && <Progress mt={6} value={row.total ? (100 * row.sent) / row.total : 0} aria-label={t('send.progress', { peer: row.peer.ae_title })} />}
        <span className="sub num">{t('send.count', { sent: row.sent, total: row.total })}{row.failed > 0 && ` · ${t('send.failed', { count: row.failed })}`}{row.next_try_at_ms && isGoing(row) ? ` · ${t('send.nextTry', { when: timeOf(row.next_try_at_ms) })}` : ''}</span>
        {row.why && <span className="sub">{row.why}</span>}
      </Table.Td>
      <Table.Td className="num">{dayAndTime(row.created_at_ms)}<span className="sub">{[whoText(t, row.actor, row.actor_name), row.reason].filter(Boolean).join(' · ')}</span></Table.Td>
      <Table.Td>
        {isGoing(row) && <Button size="xs" variant="default" loading={order.isPending} onClick={() => order.mutate({ id: row.id, order: 'cancel' })}>{t('send.cancel')}</Button>}
        {['partial', 'failed', 'cancelled'].includes(row.state) && <Button size="xs" variant="default" loading={order.isPending} onClick={() => order.mutate({ id: row.id, order: 'retry' })}>{t('send.retry')}</Button>}
        <Refusal error={order.error} />
      </Table.Td>
    </Table.Tr>
  );
}
