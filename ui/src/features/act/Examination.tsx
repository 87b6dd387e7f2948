/*
 * The lines of a further clinical examination: what is asked, and under it what was found. E13 E20.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Order } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';

export function ExaminedLines({ order }: { order: Order }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const found = (id: number) => {
    const one = order.results?.find((result) => result.item === id);
    if (!one) return null;
    if (one.not_done) return t('examination.notDone', { reason: one.not_done });
    return [one.value !== undefined ? `${one.value.toLocaleString(i18n.language)} ${one.unit ?? ''}` : '', one.text].filter(Boolean).join(' · ');
  };
  return (
    <ul className="examined">
      {order.items?.map((line) => (
        <li key={line.id}>
          <Text size="sm"><Text span size="xs" c="dimmed">{text('examined', line.kind)}</Text> {line.text}{line.unit && !order.results ? ` (${line.unit})` : ''}</Text>
          {order.results && <Text size="sm" fw={600}>{found(line.id)}</Text>}
        </li>
      ))}
    </ul>
  );
}
