/*
 * The second window of an exam: images alone, for the other monitor. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/api/requests/act';
import { tellHoursOf } from '@/shared/format/dates';
import { Empty, Loaded, Waiting } from '@/shared/ui/Blocks';
import { Boundary } from '@/shared/ui/Boundary';

const Viewer = lazy(() => import('@/features/viewer'));
const ArchivedViewer = lazy(() => import('@/features/viewer/Archived'));

function Alone({ children }: { children: React.ReactNode }) {
  return <div className="second-page"><Boundary><Suspense fallback={<Waiting rows={1} height={420} />}>{children}</Suspense></Boundary></div>;
}

export function ActScreenPage({ id }: { id: number }) {
  const { t } = useTranslation();
  const act = useAct(id);
  tellHoursOf(act.data?.site.time_zone);
  return <Loaded query={act} rows={1} height={420}>{(data) => (data.images.study_uid ? <Alone><Viewer studyUid={data.images.study_uid} actId={id} screen={2} /></Alone> : <Empty icon="images" title={t('read.noImages')} text={t('read.noImagesText')} />)}</Loaded>;
}

export const ArchiveScreenPage = ({ study }: { study: string }) => <Alone><ArchivedViewer studyUid={study} screen={2} /></Alone>;
