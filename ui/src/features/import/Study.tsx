/*
 * One study of a medium: whose it says it is beside whose record this is, and the decision.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dicomDay, dicomName } from '@/shared/format/dicom';
import { colon } from '@/shared/format/typography';
import { Differences } from '@/shared/identity/Differences';
import { Refusal } from '@/shared/ui/Blocks';
import { type ImportStudy, useDecide } from './requests';

export function StudyDecision({ importId, study, busy }: { importId: number; study: ImportStudy; busy: boolean }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [left, setLeft] = useState(0);
  const decide = useDecide(importId, setLeft);
  const differs = study.differences.length > 0;
  const given = reason.trim() !== '';
  const act = (decision: 'attach' | 'refuse') => decide.mutate({ study: study.study_uid, decision, reason: reason.trim() });
  return (
    <article className="import-study" aria-label={`${dicomDay(study.date)} ${study.description}`}>
      <Group justify="space-between">
        <Text fw={600}>{[dicomDay(study.date), study.modality, study.description].filter(Boolean).join(' · ')}</Text>
        <Text size="sm" c="dimmed">{t('import.files', { count: study.files })}</Text>
      </Group>
      {differs
        ? <Text size="sm" fw={600} className="countdown-late">{t('import.differs')}</Text>
        : <Text size="sm">{t('import.same')}{colon()}{[dicomName(study.patient.name), dicomDay(study.patient.birth_date)].filter(Boolean).join(', ')}</Text>}
      {differs && <Differences list={study.differences} there={t('import.found')} />}
      {study.waiting > 0 ? (
        <Stack gap="xs" mt="xs">
          <TextInput label={t('import.reason')} maxLength={200} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
          {decide.isPending && left > 0 && <Text size="sm" role="status">{t('import.left', { count: left })}</Text>}
          <Refusal error={decide.error} />
          <Group>
            <Button size="xs" disabled={busy || (differs && !given)} loading={decide.isPending} onClick={() => act('attach')}>{t('import.attach')}</Button>
            <Button size="xs" variant="default" disabled={busy || !given || decide.isPending} onClick={() => act('refuse')}>{t('import.refuse')}</Button>
          </Group>
        </Stack>
      ) : <Badge mt="xs" variant="default">{t(study.refused === study.files ? 'import.refused' : 'import.attached')}</Badge>}
    </article>
  );
}
