/*
 * Earlier exams of this patient that the archive holds, to be ticked; documents that go with the request. E5
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Checkbox, FileInput, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { documentPath, useAddDocument, useDocuments } from '@/shared/api/requests/documents';
import { useEarlier } from '@/shared/api/requests/earlier';
import type { Act, PriorTicked } from '@/shared/api/types';
import { dicomDay } from '@/shared/format/dicom';
import { Loaded, Refusal, Section } from '@/shared/ui/Blocks';

export function EarlierChoice({ act, ticked, onChange }: { act: Act; ticked: PriorTicked[]; onChange: (priors: PriorTicked[]) => void }) {
  const { t } = useTranslation();
  const earlier = useEarlier(act.id);
  const uids = ticked.map((one) => one.study_uid);
  return (
    <Section title={t('earlier.title')} icon="history">
      <Loaded query={earlier} rows={1}>
        {({ studies }) => (studies.length ? (
          <Stack gap={6}>
            <Text size="sm" c="dimmed">{t('earlier.tick')}</Text>
            {studies.map((one) => (
              <Checkbox key={one.study_uid} checked={uids.includes(one.study_uid)} label={[dicomDay(one.date), one.modalities.replaceAll('\\', ', '), one.description].filter(Boolean).join(' · ')}
                onChange={(e) => onChange(e.currentTarget.checked ? [...ticked, { study_uid: one.study_uid, date: one.date, modalities: one.modalities, description: one.description }] : ticked.filter((other) => other.study_uid !== one.study_uid))} />
            ))}
          </Stack>
        ) : <Text size="sm" c="dimmed">{t('earlier.none')}</Text>)}
      </Loaded>
    </Section>
  );
}

export function Attached({ act }: { act: Act }) {
  const { t } = useTranslation();
  const documents = useDocuments(act.id);
  const add = useAddDocument(act.id);
  return (
    <Section title={t('document.title')} icon="document">
      <Stack gap={6}>
        {documents.data?.map((one) => <Anchor key={one.id} href={documentPath(act.id, one.id)} target="_blank" rel="noreferrer" size="sm">{one.name}</Anchor>)}
        <FileInput label={t('document.add')} placeholder={t('document.choose')} accept="application/pdf,image/jpeg,image/png" value={null} disabled={add.isPending} maw={460}
          fileInputProps={{ 'aria-label': t('document.add') }} onChange={(file) => file && add.mutate(file)} />
        <Refusal error={add.error} />
      </Stack>
    </Section>
  );
}
