/*
 * Another protocol before the exam, with its reason; the technologist reads it again. E19.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Stack, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act } from '@/shared/api/types';
import { Refusal } from '@/shared/ui/Blocks';
import { FREE, protocolData, ProtocolInput } from './ProtocolInput';

export function ChangeProtocolForm({ act, label, onDone, onCancel }: { act: Act; label: string; onDone?: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const doStep = useDoStep(act.id);
  const [protocol, setProtocol] = useState(FREE);
  const [reason, setReason] = useState('');
  const [waiver, setWaiver] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    doStep.mutate({ step: 'change-protocol', data: { reason, ...(waiver.trim() ? { renal_waiver: waiver } : {}), protocol: protocolData(protocol) } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <ProtocolInput act={act} modality={act.modality} value={protocol} onChange={setProtocol} />
        <Textarea autosize minRows={1} label={t('field.change.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} required withAsterisk={false} />
        <Textarea autosize minRows={1} label={t('field.renal_waiver')} value={waiver} onChange={(e) => setWaiver(e.currentTarget.value)} />
        <Refusal error={doStep.error} />
        <Group>
          <Button type="submit" loading={doStep.isPending}>{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
