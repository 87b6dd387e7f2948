/*
 * A study opened from the archive: the viewer alone, loaded apart.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Waiting } from '@/shared/ui/Blocks';
import { Boundary } from '@/shared/ui/Boundary';

const ArchivedViewer = lazy(() => import('@/features/viewer/Archived'));

export function ArchiveViewPage({ study }: { study: string }) {
  const { t } = useTranslation();
  return (
    <div className="prior-page">
      <Button component={Link} to="/archive/$uid" params={{ uid: study } as never} variant="default" size="xs">{t('viewArchive.back')}</Button>
      <Boundary>
        <Suspense fallback={<Waiting rows={1} height={420} />}><ArchivedViewer studyUid={study} /></Suspense>
      </Boundary>
    </div>
  );
}
