/*
 * Who looked at the record, from the trace that nobody can change unnoticed. X3
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type OwnReader, useOwnReaders } from '@/shared/api/requests/patient';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded } from '@/shared/ui/Blocks';
import { To } from './parts';

const PAGE = 30;

export function ReadersPage({ go }: { go: (to: string) => void }) {
  const { t } = useTranslation();
  const readers = useOwnReaders();
  const [shown, setShown] = useState(PAGE);
  return (
    <>
      <p><To to="/patient" go={go}>{t('own.back')}</To></p>
      <h1>{t('own.readers')}</h1>
      <p className="own-quiet">{t('own.readersText')}</p>
      <Loaded query={readers} rows={4} height={70}>{(data) => (!data.readers.length ? <Empty icon="eye" title={t('own.noReaders')} /> : (
        <div className="own-card">
          <ul className="own-readers">{data.readers.slice(0, shown).map((one, i) => <Reader key={i} one={one} />)}</ul>
          {data.readers.length > shown && <Button variant="default" onClick={() => setShown(shown + PAGE)}>{t('own.more')}</Button>}
        </div>
      ))}</Loaded>
    </>
  );
}

function Reader({ one }: { one: OwnReader }) {
  const { t } = useTranslation();
  const text = useText();
  const who = one.you ? t('own.you') : one.name || text('profession', one.profession);
  const where = one.you ? '' : [one.name && text('profession', one.profession), ...one.organisations].filter(Boolean).join(', ');
  return (
    <li>
      <div><strong>{who}</strong> {text(one.you ? 'ownKindYou' : 'ownKind', one.kind)}{!(one.you && one.purpose === 'own') && ` ${text('ownPurpose', one.purpose)}`}</div>
      {where && <div>{where}</div>}
      <div className="own-quiet">{[dayAndTime(one.at_ms), one.times > 1 && t('own.times', { count: one.times })].filter(Boolean).join(' · ')}{one.number && <> · <span className="nowrap">{t('own.number', { number: one.number })}</span></>}</div>
    </li>
  );
}
