/*
 * Making a hanging: its name, for what, the panes one can click, whose it is; kept as somebody's own or their organisation's. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './edit.css';
import { Button, Group, NativeSelect, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/client';
import { type HangingWrite, useHangings, useWriteHanging } from '@/shared/api/requests/hangings';
import { Refusal } from '@/shared/ui/Blocks';
import { layoutName } from '../../presets';
import { type HangingContent, ruleOf } from '../model';
import { change, duplicate, gridOf, GRIDS, lay, type Monitor, PANES_MAX, swap, takeAway, twoMonitors } from './draft';
import { Drawing } from './Drawing';
import { PaneForm } from './PaneForm';
import { WhenForm } from './WhenForm';

/* 'id': the one that is changed, of this version and owner; none: a new one. */
export interface Start { id?: number; version?: number; organisation: number; name: string; content: HangingContent }
export interface Saved { id: number; name: string; content: HangingContent; organisation: number }

export function HangingForm({ start, share, screen, onContent, onSaved, onCancel }: {
  start: Start; share: readonly { id: number; name: string }[]; screen?: (() => HangingContent) | undefined; onContent?: (content: HangingContent) => void; onSaved: (saved: Saved) => void; onCancel: () => void;
}) {
  const { t } = useTranslation();
  const write = useWriteHanging();
  const kept = useHangings().data?.hangings.find((one) => one.id === start.id);
  const legend = useId();
  const [version, setVersion] = useState(start.version ?? 0);
  const [name, setName] = useState(start.name);
  const [owner, setOwner] = useState(start.organisation);
  const [content, setContent] = useState(start.content);
  const [on, setOn] = useState<Monitor>(1);
  const [chosen, setChosen] = useState(0);
  const monitor: Monitor = content.second ? on : 1;
  const grid = gridOf(content, monitor), at = Math.min(chosen, grid.panes.length - 1), pane = grid.panes[at]!;
  const put = (next: HangingContent) => {
    if (next === content) return;
    setContent(next);
    onContent?.(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body: HangingWrite = { name: name.trim(), content, ...(start.id ? { version } : owner ? { organisation_id: owner } : {}) };
    write.mutate({ ...(start.id ? { id: start.id } : {}), body }, { onSuccess: (answer) => onSaved({ id: start.id ?? (answer as { id: number }).id, name: body.name, content, organisation: owner }) });
  };
  return (
    <form className="hang-form" onSubmit={submit} noValidate>
      <TextInput size="xs" data-autofocus label={t('hanging.edit.name')} maxLength={80} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      {!start.id && share.length > 0 && (
        <NativeSelect size="xs" label={t('hanging.edit.whose')} value={String(owner)} onChange={(event) => setOwner(Number(event.currentTarget.value))}
          data={[{ value: '0', label: t('hanging.edit.mine') }, ...share.map((one) => ({ value: String(one.id), label: t('aids.shared', { name: one.name }) }))]} />
      )}
      <section aria-labelledby={legend}>
        <Group justify="space-between" gap={6} mb={4}>
          <Text size="sm" fw={600} id={legend}>{t('hanging.edit.layout')}</Text>
          {screen && <Button size="compact-xs" variant="default" onClick={() => put({ ...screen(), when: content.when, begin: content.begin, ...(content.second ? { second: content.second } : {}) })}>{t('hanging.edit.fromScreen')}</Button>}
        </Group>
        <Stack gap={6}>
          <NativeSelect size="xs" label={t('hanging.edit.as')} value={content.as} onChange={(event) => put({ ...content, as: event.currentTarget.value as HangingContent['as'] })}
            data={(['panes', 'planes', 'fusion'] as const).map((value) => ({ value, label: t(`hanging.as.${value}`) }))} />
          {content.as === 'panes' && (
            <>
              <Group gap={8} align="end">
                <NativeSelect size="xs" label={t('hanging.edit.grid')} value={layoutName(grid)} data={[...new Set([...GRIDS.map(layoutName), layoutName(grid)])]}
                  onChange={(event) => {
                    const to = GRIDS.find((one) => layoutName(one) === event.currentTarget.value);
                    if (to) put(lay(content, monitor, to));
                  }} />
                <Switch size="xs" mb={6} label={t('hanging.edit.second')} checked={!!content.second} onChange={(event) => {
                  put(twoMonitors(content, event.currentTarget.checked));
                  setOn(event.currentTarget.checked ? 2 : 1);
                  setChosen(0);
                }} />
              </Group>
              {content.second && (
                <SegmentedControl size="xs" value={String(monitor)} aria-label={t('hanging.edit.monitor')} data={[1, 2].map((n) => ({ value: String(n), label: t('hanging.edit.monitorN', { n }) }))}
                  onChange={(value) => {
                    setOn(value === '2' ? 2 : 1);
                    setChosen(0);
                  }} />
              )}
              <Drawing grid={grid} chosen={at} label={t('hanging.edit.layoutOf', { n: monitor })} onChoose={setChosen} onSwap={(a, b) => put(swap(content, monitor, a, b))} />
              <Group gap={6}>
                <Button size="compact-xs" variant="default" disabled={grid.panes.length >= PANES_MAX} onClick={() => {
                  put(duplicate(content, monitor, at));
                  setChosen(at + 1);
                }}>{t('hanging.edit.duplicate')}</Button>
                <Button size="compact-xs" variant="default" disabled={grid.panes.length < 2} onClick={() => put(takeAway(content, monitor, at))}>{t('hanging.edit.takeAway')}</Button>
                <Text size="xs" c="dimmed">{t('hanging.edit.dragHint')}</Text>
              </Group>
              <PaneForm pane={pane} title={t('hanging.edit.pane', { n: at + 1 })} onChange={(by) => put(change(content, monitor, at, by))} />
            </>
          )}
        </Stack>
      </section>
      <WhenForm content={content} onChange={(by) => put({ ...content, ...by })} />
      <Refusal error={write.error} />
      {write.error instanceof ApiError && write.error.status === 409 && kept && kept.version !== version && (
        <Button size="compact-xs" variant="default" onClick={() => { // what was kept meanwhile is taken; what was typed here goes
          write.reset();
          setVersion(kept.version);
          setName(kept.name);
          put(ruleOf(kept).content);
        }}>{t('hanging.edit.takeKept', { name: kept.changed_by ?? '' })}</Button>
      )}
      <Group justify="flex-end" gap="xs" className="hang-end">
        <Button size="xs" variant="default" onClick={onCancel}>{t('common.cancel')}</Button>
        <Button size="xs" type="submit" loading={write.isPending}>{t('common.save')}</Button>
      </Group>
    </form>
  );
}
