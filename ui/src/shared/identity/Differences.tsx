/*
 * The identity of the record beside the one that images or another archive carry.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { dicomDay } from '../format/dicom';

export interface TraitDifference { trait: string; expected: string; found: string }

/* 'there': where the other identity stands. */
export function Differences({ list, there }: { list: TraitDifference[]; there: string }) {
  const { t } = useTranslation();
  const shown = (one: TraitDifference, value: string) => (one.trait === 'birth_date' ? dicomDay(value) : one.trait === 'sex' ? t(`sex.${value}`, { defaultValue: value }) : value);
  return (
    <Table withRowBorders={false} verticalSpacing={2} maw={520}>
      <Table.Thead><Table.Tr><Table.Td /><Table.Th>{t('import.expected')}</Table.Th><Table.Th>{there}</Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>
        {list.map((one) => (
          <Table.Tr key={one.trait}><Table.Th scope="row">{t(`importTrait.${one.trait}`)}</Table.Th><Table.Td>{shown(one, one.expected)}</Table.Td><Table.Td>{shown(one, one.found)}</Table.Td></Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
