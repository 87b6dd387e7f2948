/*
 * One more expert after the request was sent: who is asked already stays, who refused may be asked again. T1, R.6316-1
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import { useExperts } from '@/shared/api/requests/expertise';
import type { Act } from '@/shared/api/types';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { Empty, Loaded, Refusal } from '@/shared/ui/Blocks';

export function InviteForm({ act, label, onDone, onCancel }: { act: Act; label: string; onDone?: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const doStep = useDoStep(act.id);
  const known = useExperts(act.id);
  const { experts, opinions = [], agreements = [] } = act.facts;
  const asked = (experts?.list ?? []).filter((one) => one.state !== 'refused').map((one) => one.person_id);
  const [more, setMore] = useState<number[]>([]);
  const [mode, setMode] = useState<string>(experts?.mode ?? 'joint');
  const settled = opinions.length + agreements.length > 0; // who answered did so together, or apart
  const submit = (event: FormEvent) => {
    event.preventDefault();
    doStep.mutate({ step: 'invite-experts', data: { experts: [...asked, ...more], ...(settled ? {} : { mode }) } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t('opinion.moreText')}</Text>
        <Loaded query={known} rows={3}>
          {(list) => {
            const others = list.filter((one) => !asked.includes(one.person_id));
            if (!others.length) return <Empty icon="person" title={t('opinion.nobodyElse')} text={t('opinion.nobodyElseText')} />;
            return (
              <Checkbox.Group label={t('opinion.experts')} value={more.map(String)} onChange={(ids) => setMore(ids.map(Number))}>
                <Stack gap={4} mt={4}>
                  {others.map((one) => (
                    <Checkbox key={one.person_id} value={String(one.person_id)}
                      label={[`${one.name} · ${[one.speciality, one.organisation].filter(Boolean).join(' · ')}`, experts?.list.some((who) => who.person_id === one.person_id) && t('opinion.hadRefused')].filter(Boolean).join(' · ')} />
                  ))}
                </Stack>
              </Checkbox.Group>
            );
          }}
        </Loaded>
        {more.length > 0 && !settled && <ChoiceInput label={t('opinion.mode')} value={mode} onChange={setMode} codes={['joint', 'separate'].map((code) => ({ value: code, label: t(`expertiseMode.${code}`) }))} />}
        <Refusal error={doStep.error} />
        <Group>
          <Button type="submit" disabled={!more.length} loading={doStep.isPending} data-step="invite-experts">{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
