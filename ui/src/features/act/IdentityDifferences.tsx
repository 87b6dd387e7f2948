/* What differed at the identity check, from what, and how near it is. E15. SPDX-License-Identifier: Apache-2.0 */
import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Facts } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';

export function IdentityDifferences({ identity }: { identity: NonNullable<Facts['identity']> }) {
  const { t } = useTranslation();
  const text = useText();
  if (!identity.differences?.length) return null;
  return (
    <>
      {identity.another && <Text size="sm" fw={650} className="countdown-soon">{t('identity.another')}</Text>}
      <List size="sm">
        {identity.differences.map((one) => (
          <List.Item key={`${one.where ?? 'said'}-${one.trait}`}>
            {t(`identity.differsFrom.${one.where ?? 'said'}`)} · {t('identity.changed', { trait: t(`trait.${one.trait}`), before: one.expected || '—', after: one.found || '—' })} ({text('difference', one.kind)})
          </List.Item>
        ))}
      </List>
    </>
  );
}
