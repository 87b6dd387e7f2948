/*
 * The identity of the record beside the one that images or another archive carry.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { dicomDay } from '@/shared/format/dicom';
import type { Difference } from './requests';

export function Differences({ list }: { list: Difference[] }) {
  const { t } = useTranslation();
  const shown = (one: Difference, value: string) => (one.trait === 'birth_date' ? dicomDay(value) : value);
  return (
    <Table withRowBorders={false} verticalSpacing={2} maw={520}>
      <Table.Thead><Table.Tr><Table.Td /><Table.Th>{t('import.expected')}</Table.Th><Table.Th>{t('elsewhere.there')}</Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>
        {list.map((one) => (
          <Table.Tr key={one.trait}><Table.Th scope="row">{t(`importTrait.${one.trait}`)}</Table.Th><Table.Td>{shown(one, one.expected)}</Table.Td><Table.Td>{shown(one, one.found)}</Table.Td></Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
