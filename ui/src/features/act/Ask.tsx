/*
 * Asking from the reading screen, in one action: a clinical examination or an order, and what was answered. E13 E20.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import type { Act } from '@/shared/api/types';
import { OrderCard } from './Side';
import { offerOf, StepAction } from './StepAction';

export default function Ask({ act }: { act: Act }) {
  const { t } = useTranslation();
  const person = useMe().data;
  const orders = act.facts.orders ?? [];
  const waiting = orders.filter((one) => !one.answered_at_ms).length;
  if (!offerOf(act, 'order') && !offerOf(act, 'order-examination') && !orders.length) return null;
  return (
    <section className="ask" aria-label={t('act.orders')}>
      <Group gap={6}>
        <StepAction act={act} step="order-examination" quiet size="xs" label={t('order.examination')} withMissing={false} />
        <StepAction act={act} step="order" quiet size="xs" label={t('order.new')} withMissing={false} />
      </Group>
      {orders.length > 0 && person && (
        <details className="others">
          <summary>{t('order.count', { count: orders.length })}{waiting > 0 && ` · ${t('order.waiting', { count: waiting })}`}</summary>
          <Stack gap="xs" mt="xs">{[...orders].reverse().map((one) => <OrderCard key={one.id} act={act} order={one} me={person} />)}</Stack>
        </details>
      )}
    </section>
  );
}
