/*
 * The items of a file, by kind: state, dates, evidence, who stood for it; verify, withdraw, write what followed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { documentOf, type StaffItem, useRules, useStaff } from '@/shared/api/requests/staff';
import { birthDate, dayAndTime } from '@/shared/format/dates';
import { colon, percent } from '@/shared/format/typography';
import { Empty, Refusal } from '@/shared/ui/Blocks';
import { StateBadge } from './Frame';

type Question = { path: string; field: 'reason' | 'text'; title: string };

export function Items({ items, roles, own = false }: { items: StaffItem[]; roles: string[]; own?: boolean }) {
  const { t } = useTranslation();
  const kinds = useRules().data?.kinds ?? [];
  const staff = useStaff();
  const [asked, setAsked] = useState<Question | null>(null);
  const [all, setAll] = useState(false);
  const shown = items.filter((one) => all || one.state !== 'withdrawn');
  const order = (code: string) => kinds.findIndex((kind) => kind.code === code);
  const sorted = [...shown].sort((a, b) => order(a.kind) - order(b.kind) || b.id - a.id);
  if (!items.length) return <Empty icon="document" title={t('staff.noItem')} />;
  return (
    <div>
      {sorted.map((one) => {
        const kind = kinds.find((each) => each.code === one.kind);
        const may = (list: string[] | undefined) => !!list?.some((role) => roles.includes(role));
        return (
          <div key={one.id} className="staff-item" data-item={one.kind}>
            <Group gap={8} justify="space-between" wrap="wrap">
              <Text fw={600} size="sm">{kind?.label ?? one.kind}{one.procedure ? `${colon()}${one.procedure}` : ''}</Text>
              <StateBadge state={one.state} />
            </Group>
            <span className="sub">{[one.label, one.issuer, one.number].filter(Boolean).join(' · ')}</span>
            <span className="sub">{[one.assessed_on && t('staff.assessedOn', { day: birthDate(one.assessed_on) }), one.result && t(`staff.result.${one.result}`), one.valid_until ? t('staff.until', { day: birthDate(one.valid_until) }) : t('staff.noEnd')].filter(Boolean).join(' · ')}</span>
            {one.ambient_lux != null && <span className="sub num">{[one.luminance_max != null && `${one.luminance_min} – ${one.luminance_max} cd/m²`, one.grey_error != null && percent(one.grey_error), `${one.ambient_lux} lux`].filter(Boolean).join(' · ')}</span>}
            {one.faults?.map((fault) => <span key={fault} className="sub">{fault}</span>)}
            {one.note && <span className="sub">{one.note}</span>}
            {one.whole && <span className="sub">{t('staff.recordedBy', { name: one.recorded_by ?? t('role.system'), when: dayAndTime(one.recorded_at_ms) })}{one.verified_at_ms ? ` · ${t('staff.verifiedBy', { name: one.verified_by ?? t('role.system'), when: dayAndTime(one.verified_at_ms) })}` : ''}{one.factors ? ` · ${one.factors}` : ''}</span>}
            {one.follow_up && <span className="sub">{t('staff.followUp')}{colon()}{one.follow_up} ({one.follow_up_by})</span>}
            {one.withdrawn_why && <span className="sub">{t('staff.withdrawnWhy', { why: one.withdrawn_why, name: one.withdrawn_by ?? '—' })}</span>}
            <Group gap={6} mt={6}>
              {one.document_id != null && <Anchor size="sm" href={documentOf(one.document_id)}>{t('staff.document')}</Anchor>}
              {one.state === 'unverified' && !own && may(kind?.verify) && <Button size="xs" onClick={() => staff.mutate({ path: `/api/staff/items/${one.id}/verify` })}>{t('staff.verify')}</Button>}
              {one.state === 'failed' && !one.follow_up && may(kind?.record) && kind?.of !== 'person' && <Button size="xs" variant="default" onClick={() => setAsked({ path: `/api/staff/items/${one.id}/follow-up`, field: 'text', title: t('staff.followUp') })}>{t('staff.followUpWrite')}</Button>}
              {one.state !== 'withdrawn' && (may(kind?.record) || may(kind?.verify)) && <Button size="xs" variant="default" aria-label={`${t('staff.withdraw')}${colon()}${kind?.label ?? one.kind}`} onClick={() => setAsked({ path: `/api/staff/items/${one.id}/withdraw`, field: 'reason', title: t('staff.withdraw') })}>{t('staff.withdraw')}</Button>}
            </Group>
          </div>
        );
      })}
      <Refusal error={staff.error} />
      {items.some((one) => one.state === 'withdrawn') && <Button mt="sm" size="xs" variant="subtle" aria-pressed={all} onClick={() => setAll(!all)}>{t(all ? 'staff.hideWithdrawn' : 'staff.showWithdrawn')}</Button>}
      <Modal opened={!!asked} onClose={() => setAsked(null)} title={asked?.title} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {asked && <Written asked={asked} done={() => setAsked(null)} />}
      </Modal>
    </div>
  );
}

function Written({ asked, done }: { asked: Question; done: () => void }) {
  const { t } = useTranslation();
  const staff = useStaff();
  const [words, setWords] = useState('');
  const submit = (event: FormEvent) => { event.preventDefault(); staff.mutate({ path: asked.path, body: { [asked.field]: words } }, { onSuccess: done }); };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Textarea label={t(asked.field === 'reason' ? 'quarantine.reason' : 'staff.followUp')} value={words} required withAsterisk={false} autosize minRows={2} maxLength={500} onChange={(e) => setWords(e.currentTarget.value)} />
        <Refusal error={staff.error} />
        <Button type="submit" loading={staff.isPending}>{t('quarantine.confirm')}</Button>
      </Stack>
    </form>
  );
}
