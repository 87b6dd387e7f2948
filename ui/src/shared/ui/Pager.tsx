/*
 * From one page of a list to the next: which rows are shown, the way back and forth.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export function Pager({ label, page, more, turn, children }: { label: string; page: number; more: boolean; turn: (by: 1 | -1) => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <nav className="pager" aria-label={label}>
      <Text size="sm" role="status" className="num">{children}</Text>
      <Group gap="xs">
        <Button size="xs" variant="default" disabled={page === 0} onClick={() => turn(-1)}>{t('common.previous')}</Button>
        <Button size="xs" variant="default" disabled={!more} onClick={() => turn(1)}>{t('common.next')}</Button>
      </Group>
    </nav>
  );
}
