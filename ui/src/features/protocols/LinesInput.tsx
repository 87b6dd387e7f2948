/*
 * A list written line by line: acquisitions, steps, what a patient is told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '@/shared/ui/Icon';

/* One input a line; Enter opens the next, an empty one is not kept. */
export function LinesInput({ label, add, value, onChange }: { label: string; add: string; value: string[]; onChange: (value: string[]) => void }) {
  const { t } = useTranslation();
  const change = (n: number, text: string) => onChange(value.map((line, at) => (at === n ? text : line)));
  const key = (event: KeyboardEvent<HTMLInputElement>, n: number) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    onChange([...value.slice(0, n + 1), '', ...value.slice(n + 1)]);
    const list = event.currentTarget.closest('fieldset');
    requestAnimationFrame(() => list?.querySelectorAll('input')[n + 1]?.focus());
  };
  return (
    <Fieldset legend={label}>
      <Stack gap={6}>
        {value.map((line, n) => (
          <Group key={n} gap={6} wrap="nowrap">
            <Text size="sm" c="dimmed" className="num" w={18} ta="right">{n + 1}</Text>
            <TextInput flex={1} aria-label={`${label} ${n + 1}`} value={line} onChange={(e) => change(n, e.currentTarget.value)} onKeyDown={(event) => key(event, n)} />
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`${t('protocols.removeLine')} ${label} ${n + 1}`} disabled={value.length === 1} onClick={() => onChange(value.filter((_, at) => at !== n))}><Icon name="cross" size={16} /></ActionIcon>
          </Group>
        ))}
        <Group><Button size="compact-sm" variant="subtle" leftSection={<Icon name="plus" size={14} />} onClick={() => onChange([...value, ''])}>{add}</Button></Group>
      </Stack>
    </Fieldset>
  );
}
