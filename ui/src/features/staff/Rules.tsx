/*
 * The rules as the server applies them: what is compulsory for whom, for which acts, and by which text. S5, O5, L1, L11, L13
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Stack, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Kind, type Rule, useRules } from '@/shared/api/requests/staff';
import { useText } from '@/shared/i18n/useText';
import { Loaded, Section } from '@/shared/ui/Blocks';
import { Frame, Lines, StateBadge } from './Frame';

export function RulesPage() {
  const { t } = useTranslation();
  const rules = useRules();
  return (
    <Frame title={t('staff.rules')} text={t('staff.rulesLead')}>
      <Loaded query={rules}>
        {({ rules: list, kinds }) => (
          <Stack gap="md">
            {(['person', 'room', 'equipment'] as const).map((of) => (
              <Section key={of} title={t(`staff.of.${of}`)} icon={of === 'person' ? 'people' : of === 'room' ? 'building' : 'images'}><RuleTable rules={list.filter((one) => one.of === of)} kinds={kinds} label={t(`staff.of.${of}`)} /></Section>
            ))}
          </Stack>
        )}
      </Loaded>
    </Frame>
  );
}

function RuleTable({ rules, kinds, label }: { rules: Rule[]; kinds: Kind[]; label: string }) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <Lines label={label} head={[t('staff.kind'), t('staff.forWhom'), t('staff.effect'), t('staff.source')]}>
      {rules.map((one) => (
        <Table.Tr key={`${one.code} ${one.roles.join()} ${String(one.blocks)}`}>
          <Table.Td>{kinds.find((kind) => kind.code === one.kind)?.label}</Table.Td>
          <Table.Td>{one.roles.map((role) => text('role', role)).join(', ') || '—'}<span className="sub">{one.nuclear ? t('staff.onlyNuclear') : one.irradiating ? t('staff.onlyIrradiating') : t('staff.allActs')}</span></Table.Td>
          <Table.Td><StateBadge state={one.blocks ? 'blocks' : 'warns'} /></Table.Td>
          <Table.Td>{one.why}<span className="sub">{one.law}</span></Table.Td>
        </Table.Tr>
      ))}
    </Lines>
  );
}
