/*
 * The report's door: lazily loaded beside the images.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useTranslation } from 'react-i18next';
import { Empty } from '@/shared/ui/Blocks';

export default function ReportPanel({ actId }: { actId: number }) {
  const { t } = useTranslation();
  return <Empty icon="document" title={t('read.reportAbsent')} text={String(actId)} />;
}
