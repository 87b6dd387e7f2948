/*
 * A protocol that was changed: before and now side by side, why, and whether the technologist has read it. E17 E19.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act, Protocol } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { StepAction } from './StepAction';

const PARTS = ['name', 'version', 'phases', 'steps', 'injection', 'dose_note', 'optimisation'] as const;

export function ProtocolChangedSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const { protocol, protocol_acknowledged: read } = act.facts;
  const before = protocol?.before;
  if (!protocol || !before) return null;
  const isRead = !!read && read.at_ms >= protocol.at_ms;
  const shown = (one: Protocol, part: (typeof PARTS)[number]) => (part === 'injection' ? text('injection', one.injection) : String(one[part] ?? ''));
  const changed = PARTS.filter((part) => shown(before, part) !== shown(protocol, part));
  const column = (title: string, one: Protocol) => (
    <div>
      <Text size="xs" fw={600} tt="uppercase" c="dimmed" component="h3">{title}</Text>
      <dl>{changed.map((part) => <div key={part}><dt>{t(`protocols.part.${part}`)}</dt><dd>{shown(one, part) || '—'}</dd></div>)}</dl>
    </div>
  );
  return (
    <Section title={t('protocol.changed')} icon="history" aside={<Text size="xs" c="dimmed">{protocol.by.name} · {dayAndTime(protocol.at_ms)}</Text>}>
      {protocol.reason && <Text size="sm" className="quoted" mb="sm">{protocol.reason}</Text>}
      <div className="before-after">{column(t('protocol.before'), before)}{column(t('protocol.now'), protocol)}</div>
      {isRead ? <Text size="sm" mt="sm"><Icon name="check" size={14} /> {t('protocol.read', { name: read.by.name, when: dayAndTime(read.at_ms) })}</Text> : (
        <Alert className="refusal" icon={<Icon name="warning" />} mt="sm" p="xs" role="alert">
          <Text size="sm" mb={6}>{t('protocol.unread')}</Text>
          <StepAction act={act} step="acknowledge-protocol" size="xs" />
        </Alert>
      )}
    </Section>
  );
}
