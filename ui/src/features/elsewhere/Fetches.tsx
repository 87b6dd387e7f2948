/*
 * The fetches of a patient: how far each is, stopped, taken up again, and let into the record with a reason when the identity differs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Group, Progress, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { Refusal, Section } from '@/shared/ui/Blocks';
import { Differences } from '@/shared/identity/Differences';
import { type Fetch, useFetches, useFetchStep } from './requests';

export function Fetches({ act }: { act: Act }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: list } = useFetches(act.patient.id);
  const done = list?.filter((one) => one.state === 'done').length ?? 0;
  useEffect(() => void client.invalidateQueries({ queryKey: ['priors'] }), [client, done]);
  if (!list?.length) return null;
  return (
    <Section title={t('elsewhere.fetches')} icon="history">
      {list.map((one) => <One key={one.id} act={act} one={one} />)}
    </Section>
  );
}

function One({ act, one }: { act: Act; one: Fetch }) {
  const { t } = useTranslation();
  const step = useFetchStep(act.patient.id);
  const here = one.there + one.stored;
  const moving = one.state === 'waiting' || one.state === 'running';
  return (
    <article className="elsewhere-study" aria-label={one.label} data-fetch={one.study_uid} data-state={one.state}>
      <Group justify="space-between">
        <Text fw={600}>{one.label || one.study_uid}</Text>
        <Badge variant="default" tt="none">{t(`fetchState.${one.state}`)}</Badge>
      </Group>
      <Text size="sm" c="dimmed">{t('elsewhere.from_whom', { peer: one.peer })}</Text>
      {moving && <Progress mt={6} value={one.held ? (here / one.held) * 100 : 0} aria-label={t('elsewhere.progress')} />}
      {one.held > 0 && <Text size="sm" mt={4} role="status">{t('elsewhere.count', { here, count: one.held })}{one.refused > 0 && ` ${t('elsewhere.refused', { count: one.refused })}`}</Text>}
      {one.why && <Text size="sm" className="countdown-soon">{one.why}{one.state === 'waiting' && ` ${t('elsewhere.again')}`}</Text>}
      {one.differences.length > 0 && <Differences list={one.differences} there={t('elsewhere.there')} />}
      <Refusal error={step.error} />
      {one.state === 'differs' && <Attach busy={step.isPending} attach={(reason) => step.mutate({ id: one.id, step: 'attach', reason })} />}
      <Group mt="xs">
        {moving && <Button size="xs" variant="default" loading={step.isPending} onClick={() => step.mutate({ id: one.id, step: 'cancel' })}>{t('elsewhere.cancel')}</Button>}
        {['cancelled', 'failed', 'waiting', 'conflict'].includes(one.state) && <Button size="xs" variant="default" loading={step.isPending} onClick={() => step.mutate({ id: one.id, step: 'resume' })}>{t(one.state === 'waiting' ? 'elsewhere.now' : 'elsewhere.resume')}</Button>}
        {one.state === 'done' && <Button component={Link} to="/acts/$id/priors/$uid" params={{ id: String(act.id), uid: one.study_uid } as never} size="xs">{t('prior.open')}</Button>}
      </Group>
    </article>
  );
}

function Attach({ busy, attach }: { busy: boolean; attach: (reason: string) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <Group mt="xs" align="end">
      <TextInput label={t('elsewhere.reason')} maxLength={200} style={{ flex: '1 1 20rem' }} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
      <Button size="xs" disabled={!reason.trim()} loading={busy} onClick={() => attach(reason.trim())}>{t('import.attach')}</Button>
    </Group>
  );
}
