/*
 * The page of a patient, or of who represents one: their exams and opinions, and nothing of the professional pages. E34, T7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './patient.css';
import { Button } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLeave, useOwnRecord } from '@/shared/api/requests/patient';
import type { Me } from '@/shared/api/types';
import { birthDate, dayOf } from '@/shared/format/dates';
import { Empty, Loaded, Refusal } from '@/shared/ui/Blocks';
import { OwnActPage } from './OwnAct';
import { ActMoment, OwnFrame, StateBadge, To, useActName } from './parts';
import { ReadersPage } from './Readers';

export { OwnFrame } from './parts';
export { ActivatePage } from './Activate';
export { PatientEnrolPage } from './Enrol';

/* Three addresses are all there is: the list, one act, who looked. */
function usePlace(): [string, (to: string) => void] {
  const [place, setPlace] = useState(location.pathname);
  useEffect(() => {
    const back = () => setPlace(location.pathname);
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const go = useCallback((to: string) => {
    history.pushState(null, '', to);
    setPlace(to);
    scrollTo(0, 0);
    document.getElementById('content')?.focus();
  }, []);
  return [place, go];
}

export function PatientPage({ me, leave }: { me: Me; leave: () => Promise<void> }) {
  const { t } = useTranslation();
  const [place, go] = usePlace();
  const act = /^\/patient\/acts\/(\d{1,15})$/.exec(place);
  return (
    <OwnFrame demo={me.mode === 'demonstration'} right={<Button onClick={() => void leave()}>{t('own.signOut')}</Button>}>
      {act ? <OwnActPage key={act[1]} id={Number(act[1])} go={go} /> : place === '/patient/qui-a-vu' ? <ReadersPage go={go} /> : <RecordPage go={go} leave={leave} />}
    </OwnFrame>
  );
}

function RecordPage({ go, leave }: { go: (to: string) => void; leave: () => Promise<void> }) {
  const { t } = useTranslation();
  const record = useOwnRecord();
  const name = useActName();
  return (
    <Loaded query={record} rows={3} height={100}>{(data) => (data.over ? (
      <div className="own-card"><h1>{t('own.over')}</h1><p>{t('own.overText')}</p></div>
    ) : (
      <>
        <h1>{t('own.title')}</h1>
        <p className="own-quiet">{data.patient.name}, {t(data.patient.sex === 'F' || data.patient.sex === 'M' ? `own.born.${data.patient.sex}` : 'own.born', { day: birthDate(data.patient.birth_date) })}</p>
        {data.holder.kind !== 'patient' && <p>{t('own.represented', { name: data.patient.name })} {data.holder.until_ms && t('own.until', { day: dayOf(data.holder.until_ms) })}</p>}
        {!data.acts.length && <Empty icon="document" title={t('own.none')} text={t('own.noneText')} />}
        <ul className="own-list">
          {data.acts.map((act) => (
            <li key={act.id}>
              <To to={`/patient/acts/${act.id}`} go={go} className="own-item">
                <span className="own-item-head"><span className="own-item-name">{name(act)}</span><StateBadge act={act} /></span>
                <ActMoment act={act} />
              </To>
            </li>
          ))}
        </ul>
        <div className="own-card">
          <To to="/patient/qui-a-vu" go={go}>{t('own.readersLink')}</To>
        </div>
        <LeaveForGood leave={leave} />
      </>
    ))}</Loaded>
  );
}

/* Asked twice: what is closed is not opened again from here. */
function LeaveForGood({ leave }: { leave: () => Promise<void> }) {
  const { t } = useTranslation();
  const [sure, setSure] = useState(false);
  const end = useLeave();
  return (
    <div className="own-card">
      {!sure ? <Button variant="subtle" color="gray" c="#4b5661" onClick={() => setSure(true)}>{t('own.leave')}</Button> : (
        <>
          <p>{t('own.leaveText')}</p>
          <Refusal error={end.error} />
          <div className="own-scroll">
            <Button color="red" loading={end.isPending} onClick={() => end.mutate(undefined, { onSuccess: () => void leave() })}>{t('own.leaveSure')}</Button>
            <Button variant="default" onClick={() => setSure(false)}>{t('common.cancel')}</Button>
          </div>
        </>
      )}
    </div>
  );
}
