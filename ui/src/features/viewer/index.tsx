/*
 * The viewer's door: lazily loaded, so that nobody who reads no image downloads it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useTranslation } from 'react-i18next';
import { Empty } from '@/shared/ui/Blocks';

export default function Viewer({ studyUid }: { studyUid: string; actId: number }) {
  const { t } = useTranslation();
  return <Empty icon="images" title={t('read.viewerAbsent')} text={studyUid} />;
}
