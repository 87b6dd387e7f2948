/*
 * What is in the record, under one's own marks: whose, when, a jump to each; and the step that puts one's own there. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Modal, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import type { MarkItem, MarkStore, Place } from './marks';
import { type Recorded, type RecordedMark, type RecordedObject, type Title, useRecord, windowOf } from './recorded';
import { recordedLines } from './words';

type Jump = (place: Place, window: MarkItem['window']) => void;

/* The button and, beside it, how the draft stands to the record. */
export function RecordStep({ store, study, act, recorded }: { store: MarkStore; study: string; act: number; recorded: Recorded }) {
  const { t } = useTranslation();
  const { marks, keys, kept, version } = useSyncExternalStore(store.subscribe, store.current);
  const [open, setOpen] = useState(false);
  const { mine } = recorded;
  const same = !!mine && mine.marks_version === version;
  const state = !mine ? null : t(same ? (mine.kept ? 'viewer.record.same' : 'viewer.record.soon') : 'viewer.record.older', { n: mine.version, when: dayAndTime(mine.at_ms) });
  return (
    <div className="mark-record">
      {state && <p role="status" data-testid="record-state"><Icon name={same ? 'check' : 'clock'} size={12} /> {state}</p>}
      {recorded.may === false && <p>{recorded.why}</p>}
      {recorded.may && (
        <Button size="compact-xs" fullWidth variant={same ? 'default' : 'filled'} disabled={same || kept !== 'kept' || (!mine && !marks.length && !keys.length)} onClick={() => setOpen(true)}>{t('viewer.record')}</Button>
      )}
      <Modal opened={open} onClose={() => setOpen(false)} title={t('viewer.record')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {open && <RecordForm study={study} act={act} marks={marks.length} keys={keys.length} onDone={() => setOpen(false)} />}
      </Modal>
    </div>
  );
}

function RecordForm({ study, act, marks, keys, onDone }: { study: string; act: number; marks: number; keys: number; onDone: () => void }) {
  const { t } = useTranslation();
  const record = useRecord(study, act);
  const [title, setTitle] = useState<Title>('of-interest');
  const [description, setDescription] = useState('');
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      record.mutate({ title, description: description.trim() }, { onSuccess: onDone });
    }}>
      <Stack gap="sm">
        <Text size="sm">{t('viewer.record.what', { marks: t('viewer.record.marks', { count: marks }), keys: t('viewer.record.keys', { count: keys }) })}</Text>
        <Text size="sm">{t('viewer.record.who')}</Text>
        {keys > 0 && (
          <>
            <Radio.Group label={t('viewer.record.title')} value={title} onChange={(to) => setTitle(to as Title)}>
              <Stack gap={6} mt={6}>
                <Radio value="of-interest" label={t('viewer.record.of-interest')} />
                <Radio value="for-referring-provider" label={t('viewer.record.for-referring-provider')} />
              </Stack>
            </Radio.Group>
            <Textarea label={t('viewer.record.description')} autosize minRows={2} maxLength={400} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
          </>
        )}
        <Refusal error={record.error} />
        <Button type="submit" loading={record.isPending} data-autofocus>{t('viewer.record.do')}</Button>
      </Stack>
    </form>
  );
}

/* One heading an object: measures of a report, words of a state, key images. What draws nothing here is not listed. */
export function RecordedList({ recorded, titleOf, onJump }: { recorded: Recorded; titleOf: (place: Place) => string; onJump: Jump }) {
  const { t } = useTranslation();
  const shown = recorded.objects.filter((one) => one.marks.length || one.keys.length || one.elsewhere);
  return (
    <section aria-label={t('viewer.inRecord')} data-testid="recorded">
      <h3>{t('viewer.inRecord')}</h3>
      {!shown.length && <p className="mark-none">{t('viewer.nothingRecorded')}</p>}
      {shown.map((one) => <Recording key={one.uid} object={one} recorded={recorded} titleOf={titleOf} onJump={onJump} />)}
      {recorded.cut && <p className="mark-none">{t('viewer.recordCut')}</p>}
    </section>
  );
}

function Recording({ object, recorded, titleOf, onJump }: { object: RecordedObject; recorded: Recorded; titleOf: (place: Place) => string; onJump: Jump }) {
  const { t } = useTranslation();
  const when = object.at_ms ? dayAndTime(object.at_ms) : t('viewer.whenUnknown');
  const kind = object.kind === 'keys' ? t(object.title === 'For Referring Provider' ? 'viewer.keysForReferrer' : 'viewer.keysOf') : t(object.kind === 'report' ? 'viewer.measuresOf' : 'viewer.drawingsOf');
  const go = (place: Place) => onJump({ ...place, frame: place.frame || 1 }, windowOf(recorded, place));
  return (
    <div data-recorded={object.kind} data-ours={object.ours}>
      <p className="mark-author"><strong>{object.author || object.maker || t('viewer.authorUnknown')}</strong> · {when}{object.ours && ` · ${t('viewer.version', { n: object.version })}`}{object.signed && ` · ${t('viewer.verified')}`}</p>
      <p className="mark-where">{kind}{object.description && object.kind === 'keys' ? `${colon()}${object.description}` : ''}</p>
      <ul>
        {object.marks.map((one, i) => <li key={`${one.id}/${i}`}><RecordedButton mark={one} where={titleOf(one)} onPress={() => go(one)} /></li>)}
        {object.keys.map((one) => (
          <li key={`${one.sop}/${one.frame}`}>
            <button type="button" className="mark-jump" onClick={() => go(one)}>
              <span className="mark-name"><Icon name="check" size={12} /> {t('viewer.isKeyImage')}</span>
              <span className="mark-where">{titleOf(one)}</span>
            </button>
          </li>
        ))}
      </ul>
      {object.elsewhere > 0 && <p className="mark-none">{t('viewer.elsewhere', { count: object.elsewhere })}</p>}
    </div>
  );
}

function RecordedButton({ mark, where, onPress }: { mark: RecordedMark; where: string; onPress: () => void }) {
  const { t, i18n } = useTranslation();
  return (
    <button type="button" className="mark-jump" onClick={onPress} data-recorded-mark={mark.kind}>
      <span className="mark-name">{mark.text || mark.label || t(mark.kind === 'drawing' ? 'viewer.drawing' : `viewer.tool.${mark.kind}`)}</span>
      {recordedLines(t, i18n.language, mark).map((line, i) => <span key={i} className="num">{line}</span>)}
      <span className="mark-where">{where}</span>
    </button>
  );
}
