/*
 * Reading: images on one side, the report on the other, each loaded apart and each able to fail alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/api/requests/act';
import type { Act } from '@/shared/api/types';
import { tellHoursOf } from '@/shared/format/dates';
import { Empty, Loaded, Waiting } from '@/shared/ui/Blocks';
import { Boundary } from '@/shared/ui/Boundary';
import { chooseLight, useLight } from '@/shared/light/line';
import { DisplayNote } from '@/shared/ui/DisplayNote';
import { useSession } from './session';
import { Split } from './Split';

const LightRead = lazy(() => import('./lightRead'));
const Viewer = lazy(() => import('@/features/viewer'));
const ChosenViewer = lazy(() => import('@/features/viewer/Chosen'));
const ReportPanel = lazy(() => import('@/features/report'));
const Ask = lazy(() => import('@/features/act/Ask'));

/* Whom the light view suits: who only asked, once the report is signed; never who may still have to read the images; else the screen and the line decide. */
function suitsLight(permissions: string[], roles: string[], act: Act | undefined): boolean | null {
  const signed = !!act?.facts.signature;
  if (permissions.includes('report')) return signed ? null : false;
  return signed && roles.every((one) => one === 'requester') ? true : null;
}

export function ReadPage({ id }: { id: number }) {
  const { t } = useTranslation();
  const act = useAct(id);
  const { me } = useSession();
  const light = useLight(suitsLight(me.permissions, me.roles, act.data));
  tellHoursOf(act.data?.site.time_zone);
  return (
    <Loaded query={act} rows={6} height={90}>
      {(data) => (
        <Split
          more={!light && <Button size="compact-xs" variant="subtle" onClick={() => chooseLight(true)}>{t('light.toLight')}</Button>}
          images={(
            <Boundary>
              <Suspense fallback={<Waiting rows={1} height={420} />}>
                {light ? <LightRead key={id} act={data} /> : data.kind === 'tele-expertise' ? <ChosenViewer act={data} /> : data.images.study_uid ? <Viewer studyUid={data.images.study_uid} actId={id} /> : <Empty icon="images" title={t('read.noImages')} text={t('read.noImagesText')} />}
              </Suspense>
            </Boundary>
          )}
          report={(
            <Boundary>
              <Suspense fallback={<Waiting rows={8} />}><DisplayNote /><Ask act={data} /><ReportPanel actId={id} /></Suspense>
            </Boundary>
          )}
        />
      )}
    </Loaded>
  );
}
