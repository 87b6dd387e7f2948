/*
 * Handing the act to an imager who is on duty now. O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Select, Stack, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActDuty } from '@/shared/api/requests/actDuty';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act } from '@/shared/api/types';
import { Loaded, Refusal } from '@/shared/ui/Blocks';

export function AssignForm({ act, label, onDone, onCancel }: { act: Act; label: string; onDone?: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const doStep = useDoStep(act.id);
  const duty = useActDuty(act.id);
  const [person, setPerson] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    doStep.mutate({ step: 'assign', data: { person_id: Number(person), reason: reason.trim() } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Loaded query={duty} rows={1}>
          {({ imaging }) => (
            <Select label={t('roster.now')} value={person} onChange={setPerson} nothingFoundMessage={t('roster.nobody')}
              data={imaging.filter((one) => one.role === 'imager').map((one) => ({ value: String(one.person_id), label: `${one.name} · ${one.phone}` }))} />
          )}
        </Loaded>
        <Textarea label={t('roster.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        <Refusal error={doStep.error} />
        <Group>
          <Button type="submit" disabled={!person || !reason.trim()} loading={doStep.isPending}>{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
