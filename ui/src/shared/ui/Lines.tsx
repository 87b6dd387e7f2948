/*
 * A table of lines with its heads: what does not fit on the screen is scrolled to, also from the keyboard.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

export function Lines({ head, label, minWidth = 760, spacing = 6, children }: { head: string[]; label: string; minWidth?: number; spacing?: number; children: ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={minWidth} className="lines" scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={spacing} aria-label={label}>
        <Table.Thead><Table.Tr>{head.map((one) => <Table.Th key={one} scope="col">{one}</Table.Th>)}</Table.Tr></Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
