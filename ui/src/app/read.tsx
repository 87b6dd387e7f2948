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

/* Who looks at images that somebody else has read: the light view is enough, unless they ask. */
const looksOnly = (permissions: string[], roles: string[], act: Act | undefined) => !permissions.includes('report') && roles.every((one) => one === 'requester') && !!act?.facts.signature;

export function ReadPage({ id }: { id: number }) {
  const { t } = useTranslation();
  const act = useAct(id);
  const { me } = useSession();
  const light = useLight(looksOnly(me.permissions, me.roles, act.data));
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
