/*
 * One's hangings, those of the organisation, those every house has: made, copied, changed, put in order, taken away. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Badge, Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { colon } from '@/shared/format/typography';
import { type Hanging, type Hangings, useHangings, useMoveHanging, useRemoveHanging } from '@/shared/api/requests/hangings';
import { dayAndTime } from '@/shared/format/dates';
import { Empty, Loaded, PageHead, Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { HOUSE } from '../house';
import { ANY, type Grid, type HangingContent, PANE, type PaneRule, type Rule, ruleOf } from '../model';
import { HangingForm, type Start } from './Form';
import { paneWords, whenWords } from './options';

const NEW: HangingContent = { when: ANY, as: 'panes', begin: 'alone', rows: 1, columns: 2, panes: [PANE, { ...PANE, nth: 2 }] };

export function HangingsPage() {
  const { t } = useTranslation();
  const hangings = useHangings();
  const [open, setOpen] = useState<Start | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <PageHead title={t('hanging.page.title')} text={t('hanging.page.lead')}>
        <Button leftSection={<Icon name="plus" size={15} />} onClick={() => setOpen({ organisation: 0, name: '', content: NEW })}>{t('hanging.page.new')}</Button>
      </PageHead>
      <Loaded query={hangings}>{(known) => <Lists known={known} onOpen={setOpen} />}</Loaded>
      <Modal size="lg" opened={!!open} onClose={close} title={open && t(open.id ? 'hanging.edit.change' : 'hanging.edit.new')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {open && <HangingForm start={open} share={hangings.data?.share ?? []} onSaved={close} onCancel={close} />}
      </Modal>
    </>
  );
}

function Lists({ known, onOpen }: { known: Hangings; onOpen: (start: Start) => void }) {
  const { t } = useTranslation();
  const own = known.hangings.filter((one) => !one.shared);
  const organisations = [...new Map(known.hangings.filter((one) => one.shared).map((one) => [one.organisation_id, one.organisation ?? ''] as const))];
  const list = (all: Hanging[]) => <ul className="hang-list">{all.map((one, n) => <Row key={one.id} rule={ruleOf(one)} place={n + 1} of={all.length} onOpen={onOpen} />)}</ul>;
  return (
    <>
      <Title order={2} size="h5">{t('hanging.page.own')}</Title>
      {own.length ? list(own) : <Empty icon="images" title={t('hanging.page.none')} text={t('hanging.page.noneText')} />}
      {organisations.map(([id, name]) => (
        <section key={id}>
          <Title order={2} size="h5">{t('aids.shared', { name })}</Title>
          {list(known.hangings.filter((one) => one.organisation_id === id && one.shared))}
        </section>
      ))}
      <Title order={2} size="h5">{t('hanging.page.house')}</Title>
      <Text size="sm" c="dimmed">{t('hanging.page.houseText')}</Text>
      <ul className="hang-list">{HOUSE.map((one) => <Row key={one.id} rule={{ ...one, name: t(one.name) }} place={0} of={0} onOpen={onOpen} />)}</ul>
    </>
  );
}

/* What a pane asks for, in a word or two; nothing where it is the series most like the one that is read. */
const smallWords = (t: TFunction, one: PaneRule): string =>
  (one.view ? [one.side && one.side !== 'B' ? t(`viewer.letter.${one.side}`) : '', one.view].filter(Boolean).join(' ') : one.weight || (one.plane && t(`hanging.plane.${one.plane}`)) || one.words || one.modality || (one.exam ? '' : t('hanging.small.series', { n: one.nth })));

function Small({ grid }: { grid: Grid }) {
  const { t, i18n } = useTranslation();
  return (
    <span className="hang-small" role="img" aria-label={grid.panes.map((one) => paneWords(t, one).join(colon())).join(i18n.language === 'en' ? '; ' : ' ; ')} style={{ '--rows': grid.rows, '--columns': grid.columns } as React.CSSProperties}>
      {grid.panes.map((one, n) => (
        <i key={n} data-earlier={one.exam > 0} title={paneWords(t, one).join(' · ')}>
          {one.exam > 0 && <b>{t('hanging.small.earlier', { n: one.exam })}</b>}
          {smallWords(t, one)}
        </i>
      ))}
    </span>
  );
}

function Row({ rule, place, of, onOpen }: { rule: Rule; place: number; of: number; onOpen: (start: Start) => void }) {
  const { t } = useTranslation();
  const remove = useRemoveHanging(), move = useMoveHanging();
  const [sure, setSure] = useState(false);
  const { content, name, hanging } = rule;
  const may = !!hanging?.may_change;
  const to = (n: number) => move.mutate({ id: rule.id, place: n });
  return (
    <li data-hanging={rule.id}>
      {content.as === 'panes' ? <Small grid={content} /> : <Badge size="sm" tt="none" className="tone tone-soon">{t(`hanging.as.${content.as}`)}</Badge>}
      <div>
        <Group gap="xs">
          <Text fw={600}>{name}</Text>
          <Badge size="sm" tt="none" className={`tone tone-${content.begin === 'alone' && !rule.offered ? 'good' : 'soon'}`}>{t(`hanging.beginShort.${rule.offered ? 'offered' : content.begin}`)}</Badge>
          {content.second && <Badge size="sm" tt="none" className="tone tone-soon">{t('hanging.page.two')}</Badge>}
        </Group>
        <Text size="sm">{whenWords(t, content.when)}</Text>
        {hanging && <Text size="xs" c="dimmed">{t('aids.changed', { name: hanging.changed_by ?? '', when: dayAndTime(hanging.changed_at_ms) })}</Text>}
        <Refusal error={remove.error ?? move.error} />
      </div>
      <Group gap="xs" wrap="nowrap">
        {may && of > 1 && (
          <>
            <ActionIcon variant="default" size={28} disabled={place === 1} aria-label={t('hanging.page.up', { name })} onClick={() => to(place - 1)}>↑</ActionIcon>
            <ActionIcon variant="default" size={28} disabled={place === of} aria-label={t('hanging.page.down', { name })} onClick={() => to(place + 1)}>↓</ActionIcon>
          </>
        )}
        <Button size="compact-sm" variant="default" aria-label={`${t('hanging.page.copy')} ${name}`} onClick={() => onOpen({ organisation: 0, name: t('hanging.page.copyOf', { name }).slice(0, 80), content })}>{t('hanging.page.copy')}</Button>
        {may && <Button size="compact-sm" variant="default" aria-label={`${t('common.edit')} ${name}`} onClick={() => onOpen({ id: rule.id, version: hanging.version, organisation: hanging.organisation_id, name, content })}>{t('common.edit')}</Button>}
        {may && <Button size="compact-sm" variant="default" aria-label={`${t('common.remove')} ${name}`} onClick={() => setSure(true)}>{t('common.remove')}</Button>}
      </Group>
      <Modal opened={sure} onClose={() => setSure(false)} title={t('hanging.page.sure', { name })} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack gap="md">
          <Text size="sm">{t(rule.owner === 'shared' ? 'hanging.page.sureShared' : 'hanging.page.sureOwn')}</Text>
          <Group justify="flex-end"><Button variant="default" data-autofocus onClick={() => setSure(false)}>{t('common.cancel')}</Button><Button loading={remove.isPending} onClick={() => remove.mutate(rule.id, { onSettled: () => setSure(false) })}>{t('common.remove')}</Button></Group>
        </Stack>
      </Modal>
    </li>
  );
}
