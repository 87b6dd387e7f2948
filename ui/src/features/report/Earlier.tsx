/*
 * Earlier reports of the patient beside the one being written: listed, opened one at a time, compared, quoted with their source. E25, E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import { dayOf } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import type { Content, Part, Report } from './content';
import { comparisonOf, type EarlierReport, quoted, withComparison } from './earlier';

export interface Opened { report: EarlierReport; content: Content }

const useEarlier = (actId: number) => useQuery({ queryKey: ['earlier-reports', actId], queryFn: () => api.get<{ reports: EarlierReport[] }>(`/api/acts/${actId}/earlier-reports`).then((a) => a.reports) });

export function Earlier({ actId, opened, comparison, onOpen, onCompare }: {
  actId: number; opened: Opened | null; comparison: string | null; onOpen: (opened: Opened | null) => void; onCompare: (comparison: string) => void;
}) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const earlier = useEarlier(actId);
  const french = i18n.getFixedT('fr');
  if (!earlier.data?.length) return <Refusal error={earlier.error} />;
  return (
    <section className="report-earlier" aria-label={t('report.earlier')}>
      <Text size="sm" fw={600}>{t('report.earlier')} ({earlier.data.length})</Text>
      <ul>
        {earlier.data.map((one) => (
          <li key={one.act_id} data-open={opened?.report.act_id === one.act_id || undefined}>
            <div>
              <Text size="sm">{dayOf(one.exam_at_ms)} · {text('modality', one.modality)} · {one.region} {one.doubt && <Badge size="xs" tt="none" className="tone tone-soon">{t('report.earlier.doubt')}</Badge>}</Text>
              <Text size="xs" c="dimmed">{[one.author, one.site].filter(Boolean).join(' · ')}</Text>
            </div>
            <Row one={one} open={opened?.report.act_id === one.act_id} onOpen={onOpen}
              onCompare={comparison === null ? null : () => onCompare(withComparison(comparison, comparisonOf(one, french(`modality.${one.modality}`))))} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/* Opening asks the server for that very version, and the server writes the reading into the trace. */
function Row({ one, open, onOpen, onCompare }: { one: EarlierReport; open: boolean; onOpen: (opened: Opened | null) => void; onCompare: (() => void) | null }) {
  const { t } = useTranslation();
  const read = useQuery({ queryKey: ['earlier-report', one.act_id, one.revision], queryFn: () => api.get<Report>(`/api/acts/${one.act_id}/report?revision=${one.revision}`), enabled: false });
  const day = dayOf(one.exam_at_ms);
  const toggle = () => (open ? onOpen(null) : void read.refetch().then((got) => got.data && onOpen({ report: one, content: got.data.content })));
  return (
    <Group gap={6} wrap="nowrap">
      <Refusal error={read.error} />
      <Button size="compact-xs" variant="default" aria-pressed={open} aria-label={t(open ? 'report.earlier.closeOf' : 'report.earlier.openOf', { day })} loading={read.isFetching} onClick={toggle}>{t(open ? 'common.close' : 'report.earlier.open')}</Button>
      {open && onCompare && <Button size="compact-xs" variant="default" leftSection={<Icon name="copy" size={12} />} onClick={onCompare}>{t('report.earlier.compare')}</Button>}
    </Group>
  );
}

/* What the earlier one says in this section, where it says something else. What is chosen of it, or all, is taken over with its source. */
export function EarlierText({ opened, part, current, onChange }: { opened: Opened; part: Part; current: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const words = useRef<HTMLParagraphElement>(null);
  const said = opened.content[part]?.trim() ?? '';
  if (!said) return null;
  if (said === current.trim()) return <Text size="xs" c="dimmed">{t('report.earlier.same', { day: dayOf(opened.report.exam_at_ms) })}</Text>;
  const take = () => {
    const chosen = getSelection();
    const within = chosen && !chosen.isCollapsed && words.current?.contains(chosen.anchorNode) && words.current.contains(chosen.focusNode) ? chosen.toString() : said;
    onChange(quoted(current, within, opened.report));
  };
  return (
    <aside className="earlier-text" aria-label={t('report.earlier.said', { part: t(`report.part.${part}`), day: dayOf(opened.report.exam_at_ms) })}>
      <Text size="xs" c="dimmed">{t('report.earlier.on', { day: dayOf(opened.report.exam_at_ms) })}</Text>
      <p ref={words} lang="fr">{said}</p>
      <Button size="compact-xs" variant="default" aria-label={t('report.earlier.takeOf', { part: t(`report.part.${part}`) })} onMouseDown={(event) => event.preventDefault()} onClick={take}>{t('report.earlier.take')}</Button>
    </aside>
  );
}
