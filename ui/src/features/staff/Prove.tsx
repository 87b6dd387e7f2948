/*
 * A fresh second factor for exactly what is shown. E16, O6
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStaff } from '@/shared/api/requests/staff';
import type { Proved } from '@/shared/sign/proof';
import { SecondFactor } from '@/shared/sign/SecondFactor';

export function Prove({ proved, path, body, done }: { proved: Proved; path: string; body: object; done: () => void }) {
  const { t } = useTranslation();
  const staff = useStaff();
  return (
    <Stack gap="sm">
      <Text size="sm">{t('staff.proveText')}</Text>
      <SecondFactor what={proved} error={staff.error} pending={staff.isPending} sign={async (prove) => { await staff.mutateAsync({ path, body, prove }); done(); }} />
    </Stack>
  );
}
