/*
 * Taking images out of the house: what for, with or without the identity, then the archive with its progress.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, Group, Modal, Progress, Radio, Select, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { download, needsReason, onlyDeidentified, type Purpose, PURPOSES, useExport, useExportProgress } from '../api/requests/exports';
import { useMe } from '../api/requests/me';
import type { SeriesShort } from '../api/types';
import { sizeText } from '../format/size';
import { Refusal } from '../ui/Blocks';
import { Icon } from '../ui/Icon';
import { type CleanPixels, PixelBoxes } from './PixelBoxes';

/* One study with the series to choose from, or several studies whole. */
type What = { studyUid: string; series: SeriesShort[]; studies?: undefined } | { studies: string[] };

export function ExportStudy(what: What) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const { data: me } = useMe();
  if (!me?.permissions.includes('view')) return null;
  return (
    <>
      <Button size="xs" variant="default" leftSection={<Icon name="copy" size={14} />} onClick={open}>{t('export.open')}</Button>
      <Modal opened={opened} onClose={close} title={t('export.title')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
        {opened && <ExportForm what={what} close={close} />}
      </Modal>
    </>
  );
}

function ExportForm({ what, close }: { what: What; close: () => void }) {
  const { t } = useTranslation();
  const series = what.studies ? [] : what.series;
  const [purpose, setPurpose] = useState<Purpose | null>(null);
  const [reason, setReason] = useState('');
  const [chosen, setChosen] = useState<string[]>(series.map((one) => one.uid));
  const [without, setWithout] = useState(false);
  const [options, setOptions] = useState<Options>({ dates: 'removed' });
  const [clean, setClean] = useState<CleanPixels | null>(null);
  const deidentified = without || (purpose !== null && onlyDeidentified(purpose));
  const ask = useExport();
  const ready = purpose !== null && (what.studies ? what.studies.length > 0 : chosen.length > 0) && (!needsReason(purpose) || reason.trim() !== '');

  const send = () => {
    if (!purpose) return;
    const parts = what.studies ? what.studies.map((uid) => ({ study_uid: uid }))
      : chosen.length === series.length ? [{ study_uid: what.studyUid }] : chosen.map((uid) => ({ study_uid: what.studyUid, series_uid: uid }));
    ask.mutate({ parts, purpose, reason: reason.trim(), ...(deidentified ? { deidentified, options: clean ? { ...options, clean_pixels: clean } : options } : {}) }, { onSuccess: (row) => download(row.id) });
  };
  if (ask.data) return <Going id={ask.data.id} close={close} />;
  return (
    <Stack>
      <Text size="sm">{t('export.text')}</Text>
      <Select label={t('export.purpose')} required data={PURPOSES.map((one) => ({ value: one, label: t(`purpose.${one}`) }))} value={purpose}
        onChange={(value) => setPurpose(value as Purpose | null)} comboboxProps={{ withinPortal: true }} />
      <Textarea label={t('export.reason')} required={!!purpose && needsReason(purpose)} maxLength={250} autosize minRows={2} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
      {series.length > 1 && (
        <Checkbox.Group label={t('export.series')} value={chosen} onChange={setChosen}>
          <Stack gap={6} mt={6}>
            {series.map((one) => <Checkbox key={one.uid} value={one.uid} label={`${one.number}. ${one.description || one.modality} (${one.instances})`} />)}
          </Stack>
        </Checkbox.Group>
      )}
      <Checkbox label={t('export.deidentified')} checked={deidentified} disabled={purpose !== null && onlyDeidentified(purpose)} onChange={(e) => setWithout(e.currentTarget.checked)} />
      {deidentified && <DeidentOptions options={options} setOptions={setOptions} />}
      {deidentified && (
        <Stack gap="sm" className="quoted">
          <Checkbox label={t('pixels.clean')} description={t('pixels.cleanText')} checked={clean !== null} onChange={(e) => setClean(e.currentTarget.checked ? { boxes: [], outside_regions: false } : null)} />
          {clean && <PixelBoxes studies={what.studies ?? [what.studyUid]} clean={clean} setClean={setClean} />}
          <Text size="sm" c="dimmed">{t('pixels.faces')}</Text>
        </Stack>
      )}
      <Text size="sm" c="dimmed">{t('export.secret')}</Text>
      <Refusal error={ask.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
        <Button onClick={send} disabled={!ready} loading={ask.isPending}>{t('export.send')}</Button>
      </Group>
    </Stack>
  );
}

type Options = Record<string, boolean | string>;
const KEEPS = ['keep_characteristics', 'keep_device', 'keep_institution', 'keep_uids', 'keep_safe_private', 'clean_descriptors', 'clean_structured', 'clean_graphics'];

function DeidentOptions({ options, setOptions }: { options: Options; setOptions: (options: Options) => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" className="quoted">
      <Text size="sm">{t('export.deidentText')}</Text>
      <Radio.Group label={t('export.dates')} value={String(options.dates)} onChange={(dates) => setOptions({ ...options, dates })}>
        <Group gap="md" mt={6}>
          {['removed', 'shifted', 'kept'].map((one) => <Radio key={one} value={one} label={t(`exportDates.${one}`)} />)}
        </Group>
      </Radio.Group>
      <Checkbox.Group label={t('export.keep')} value={KEEPS.filter((one) => options[one])}
        onChange={(list) => setOptions({ ...options, ...Object.fromEntries(KEEPS.map((one) => [one, list.includes(one)])) })}>
        <Stack gap={6} mt={6}>{KEEPS.map((one) => <Checkbox key={one} value={one} label={t(`exportKeep.${one}`)} />)}</Stack>
      </Checkbox.Group>
      <Checkbox label={t('export.pixelsChecked')} description={t('export.pixelsText')} checked={!!options.pixels_checked}
        onChange={(e) => setOptions({ ...options, pixels_checked: e.currentTarget.checked })} />
    </Stack>
  );
}

function Going({ id, close }: { id: number; close: () => void }) {
  const { t } = useTranslation();
  const { data: row, error } = useExportProgress(id);
  const percent = row ? (row.state === 'done' ? 100 : Math.min(99, Math.round((row.bytes_sent / Math.max(1, row.bytes)) * 100))) : 0;
  return (
    <Stack>
      <Progress value={percent} aria-label={t('export.progress')} size="lg" />
      <Text size="sm" role="status">
        {row && t('export.sent', { files: row.files_sent, total: row.files, size: sizeText(row.bytes_sent) })}
        {row?.state === 'done' && ` ${t('export.done')}`}
      </Text>
      {row?.state === 'cut' && <Text size="sm" role="alert">{t('export.cut')}</Text>}
      {!!row?.files_left_out && <Text size="sm">{t('export.leftOut', { count: row.files_left_out })}</Text>}
      <Refusal error={error} />
      <Group justify="flex-end">
        {row?.state === 'cut' && <Button variant="default" onClick={() => download(id)}>{t('export.again')}</Button>}
        <Button onClick={close}>{t('common.close')}</Button>
      </Group>
    </Stack>
  );
}
