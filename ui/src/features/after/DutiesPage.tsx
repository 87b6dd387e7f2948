/*
 * What is still due after the reports, of all acts that this person sees: the most urgent first, what is overdue marked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Duty, useDuties } from '@/shared/api/requests/after';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded } from '@/shared/ui/Blocks';

export function DutiesPage() {
  const { t } = useTranslation();
  const query = useDuties();
  const [view, setView] = useState('all');
  return (
    <Stack gap="md">
      <div>
        <Title order={1} size="h2">{t('duties.title')}</Title>
        <Text c="dimmed">{t('duties.lead')}</Text>
      </div>
      <Loaded query={query}>{({ duties }) => {
        const overdue = duties.filter((one) => one.overdue);
        const shown = view === 'overdue' ? overdue : duties;
        return (
          <>
            <SegmentedControl value={view} onChange={setView} aria-label={t('duties.title')} maw={420}
              data={[{ value: 'all', label: t('duties.all', { count: duties.length }) }, { value: 'overdue', label: t('duties.overdue', { count: overdue.length }) }]} />
            {shown.length ? <ul className="check-list">{shown.map((one) => <DutyRow key={`${one.act_id}-${one.kind}-${one.item}`} duty={one} />)}</ul>
              : <Empty icon="check" title={t('duties.none')} text={t('duties.noneText')} />}
          </>
        );
      }}</Loaded>
    </Stack>
  );
}

function DutyRow({ duty }: { duty: Duty }) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <li className="duty-row">
      <div>
        <Text fw={600} component={Link} to={`/acts/${duty.act_id}`}>{text('duty', duty.kind)}{duty.text && `${colon()}${duty.text}`}</Text>
        <Text size="sm" c="dimmed">{[duty.patient, duty.number, text('modality', duty.modality), text('duty.party', duty.party)].join(' · ')}</Text>
      </div>
      <Group gap="xs">
        <Badge tt="none" className={`tone tone-${duty.overdue ? 'stop' : 'wait'}`}>{t(duty.overdue ? 'after.late' : 'after.until', { when: dayAndTime(duty.due_ms) })}</Badge>
      </Group>
    </li>
  );
}
