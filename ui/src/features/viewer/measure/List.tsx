/*
 * The list of measures and key images of this study: what each says, a jump to its image, its name, its end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { SeriesShort } from '@/shared/api/types';
import { Icon } from '@/shared/ui/Icon';
import { hasText } from './figures';
import type { KeyImage, MarkItem, MarkStore, Place } from './marks';
import { RecordedList, RecordStep } from './Record';
import type { Recorded } from './recorded';
import { figureLines } from './words';

type Jump = (place: Place, window: MarkItem['window']) => void;

export function MarkList({ store, study, act, series, recorded, keysOnly, onKeysOnly, onJump, onClose }: {
  store: MarkStore; study: string; act: number | undefined; series: SeriesShort[]; recorded: Recorded | undefined; keysOnly: boolean; onKeysOnly: (on: boolean) => void; onJump: Jump; onClose: () => void;
}) {
  const { t, i18n } = useTranslation();
  const { marks, keys, chosen, kept } = useSyncExternalStore(store.subscribe, store.current);
  const titleOf = (place: Place) => {
    const one = series.find((each) => each.uid === place.series);
    return [one?.description || t('viewer.series', { n: one?.number ?? '?' }), place.frame > 1 && t('viewer.frame', { n: place.frame })].filter(Boolean).join(' · ');
  };
  return (
    <aside className="mark-list" aria-label={t('viewer.marks')}>
      <header>
        <strong>{t('viewer.marks')}</strong>
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('common.close')} onClick={onClose}><Icon name="cross" size={14} /></ActionIcon>
      </header>
      {kept !== 'unknown' && <p className="mark-kept" role="status" data-kept={kept}>{t(`viewer.kept.${kept}`)}</p>}
      {(keysOnly || keys.length > 0 || recorded?.objects.some((one) => one.keys.length > 0)) && (
        <Checkbox size="xs" className="mark-keys-only" label={t('viewer.keysOnly')} checked={keysOnly} onChange={(event) => onKeysOnly(event.currentTarget.checked)} />
      )}
      <h3>{t('viewer.myMarks')}</h3>
      {!marks.length && !keys.length && <p className="mark-none">{t('viewer.noMarks')}</p>}
      <ul>
        {marks.map((one) => (
          <li key={one.id} data-mark={one.kind} data-chosen={chosen === one.id}>
            <button type="button" className="mark-jump" onClick={() => {
              store.choose(one.id);
              onJump(one, one.window);
            }}>
              <span className="mark-name">{one.text || t(`viewer.tool.${one.kind}`)}</span>
              {figureLines(t, i18n.language, one.kind, one.figures).map((line, i) => <span key={i} className="num">{line}</span>)}
              <span className="mark-where">{titleOf(one)}</span>
            </button>
            <Cite store={store} item={one} />
            <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('viewer.renameMark')} onClick={() => store.ask(one.id)}><Icon name="edit" size={14} /></ActionIcon>
            <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('viewer.removeMark')} onClick={() => store.remove(one.id)}><Icon name="cross" size={14} /></ActionIcon>
          </li>
        ))}
        {keys.map((one) => (
          <li key={`${one.sop}/${one.frame}`} data-key-image>
            <button type="button" className="mark-jump" onClick={() => onJump(one, one.window)}>
              <span className="mark-name"><Icon name="check" size={12} /> {t('viewer.isKeyImage')}</span>
              <span className="mark-where">{titleOf(one)}</span>
            </button>
            <Cite store={store} item={one} />
            <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('viewer.removeKey')} onClick={() => store.toggleKey(one, null)}><Icon name="cross" size={14} /></ActionIcon>
          </li>
        ))}
      </ul>
      {act !== undefined && recorded && <RecordStep store={store} study={study} act={act} recorded={recorded} />}
      {recorded && <RecordedList recorded={recorded} titleOf={titleOf} onJump={onJump} />}
    </aside>
  );
}

function Cite({ store, item }: { store: MarkStore; item: MarkItem | KeyImage }) {
  const { t } = useTranslation();
  return store.cite && <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('viewer.cite')} title={t('viewer.cite')} onClick={() => store.cite?.(item)}><Icon name="document" size={14} /></ActionIcon>;
}

/* The words of an arrow or a text, or the name of a measure. */
export function MarkWords({ store }: { store: MarkStore }) {
  const { t } = useTranslation();
  const { marks, asking } = useSyncExternalStore(store.subscribe, store.current);
  const mark = marks.find((one) => one.id === asking);
  const close = () => {
    // A text without words is none.
    if (mark && mark.kind === 'text' && !mark.text) store.remove(mark.id);
    store.ask(null);
  };
  return (
    <Modal opened={!!mark} onClose={close} title={t(mark && hasText(mark.kind) ? 'viewer.words' : 'viewer.renameMark')} closeButtonProps={{ 'aria-label': t('common.close') }} size="sm">
      {mark && <Words key={mark.id} text={mark.text} onDone={(text) => {
        if (text || mark.kind !== 'text') store.change(mark.id, { text });
        else store.remove(mark.id);
        store.ask(null);
      }} />}
    </Modal>
  );
}

function Words({ text, onDone }: { text: string; onDone: (text: string) => void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState(text);
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      onDone(words.trim());
    }}>
      <TextInput label={t('viewer.wordsLabel')} value={words} maxLength={120} data-autofocus onChange={(event) => setWords(event.currentTarget.value)} />
      <Button type="submit" mt="sm">{t('common.save')}</Button>
    </form>
  );
}
