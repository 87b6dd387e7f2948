/*
 * An earlier exam opened from the act: the viewer alone, loaded apart.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Waiting } from '@/shared/ui/Blocks';
import { Boundary } from '@/shared/ui/Boundary';

const PriorViewer = lazy(() => import('@/features/viewer/Prior'));

export function PriorPage({ id, study }: { id: number; study: string }) {
  const { t } = useTranslation();
  return (
    <div className="prior-page">
      <Button component={Link} to="/acts/$id" params={{ id: String(id) } as never} variant="default" size="xs">{t('import.back')}</Button>
      <Boundary>
        <Suspense fallback={<Waiting rows={1} height={420} />}><PriorViewer studyUid={study} actId={id} /></Suspense>
      </Boundary>
    </div>
  );
}
