/*
 * One line of a list to be gone through: done, to do or blocking, and who asks for it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Text } from '@mantine/core';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '@/shared/ui/Icon';

export function CheckRow({ done, bad, title, detail, why, children }: { done: boolean; bad?: boolean; title: string; detail?: ReactNode; why?: string; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <li className="check-row">
      <span className="check-mark" data-done={done} data-bad={bad} role="img" aria-label={t(bad ? 'check.bad' : done ? 'check.done' : 'check.todo')}>
        <Icon name={bad ? 'cross' : 'check'} size={16} />
      </span>
      <div>
        <Text fw={600}>{title} {why && <span className="why">{why}</span>}</Text>
        {detail && <Text size="sm" c="dimmed">{detail}</Text>}
      </div>
      <div>{children}</div>
    </li>
  );
}
