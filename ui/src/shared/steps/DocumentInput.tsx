/*
 * A document for an act: a file of this computer, or one that is attached already.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { FileInput, Select, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAddDocument, useDocuments } from '../api/requests/documents';
import type { Act } from '../api/types';
import { Refusal } from '../ui/Blocks';

export function DocumentInput({ act, label, value, onChange }: { act: Act; label: string; value: number | null; onChange: (id: number | null) => void }) {
  const { t } = useTranslation();
  const known = useDocuments(act.id);
  const add = useAddDocument(act.id);
  return (
    <Stack gap={6}>
      <FileInput label={label} placeholder={t('document.choose')} accept="application/pdf,image/jpeg,image/png" clearable disabled={add.isPending} fileInputProps={{ 'aria-label': label }}
        clearButtonProps={{ 'aria-label': t('document.without') }}
        onChange={(file) => (file ? add.mutate(file, { onSuccess: ({ id }) => onChange(id) }) : onChange(null))} />
      {!!known.data?.length && (
        <Select label={t('document.attached')} data={known.data.map((one) => ({ value: String(one.id), label: one.name }))} value={value === null ? null : String(value)}
          onChange={(id) => onChange(id ? Number(id) : null)} clearable clearButtonProps={{ 'aria-label': t('document.without') }} />
      )}
      <Refusal error={add.error} />
    </Stack>
  );
}
