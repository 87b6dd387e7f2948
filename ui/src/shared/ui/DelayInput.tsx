/*
 * A delay, typed in minutes, hours or days; its value is always minutes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Group, Input, NumberInput, Select } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

const UNITS = { min: 1, h: 60, d: 1440 } as const;
type Unit = keyof typeof UNITS;
const MAX_MIN = 1_000_000; // the server's own
const unitOf = (minutes: number | null): Unit => (!minutes ? 'h' : minutes % 1440 === 0 ? 'd' : minutes % 60 === 0 ? 'h' : 'min');

export function DelayInput({ label, unitLabel, description, error, value, onChange }: {
  label: ReactNode; unitLabel: string; description?: ReactNode; error?: ReactNode; value: number | null; onChange: (minutes: number | null) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [unit, setUnit] = useState<Unit>(() => unitOf(value));
  const size = UNITS[unit];
  const change = (next: Unit) => {
    setUnit(next);
    if (value) onChange(Math.min(MAX_MIN, (value / size) * UNITS[next])); // the figure stays, its unit changes
  };
  return (
    <Input.Wrapper id={id} label={label} description={description} error={error}>
      <Group gap={6} wrap="nowrap" mt={description ? 5 : 0}>
        <NumberInput id={id} aria-describedby={description ? `${id}-description` : undefined} error={!!error} min={1} max={Math.floor(MAX_MIN / size)} allowDecimal={false} allowNegative={false} w={220}
          value={value === null ? '' : value / size} onChange={(n) => onChange(n === '' ? null : Number(n) * size)} />
        <Select aria-label={unitLabel} w={110} allowDeselect={false} value={unit} onChange={(next) => change(next as Unit)} data={Object.keys(UNITS).map((one) => ({ value: one, label: t(`delay.unit.${one}`) }))} />
      </Group>
    </Input.Wrapper>
  );
}
