/*
 * What the second window says of itself: it belongs to the first, or the first is gone and it stands alone. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '@/shared/ui/Icon';
import type { ScreensUse } from './useScreens';

export function SecondBar({ use }: { use: ScreensUse }) {
  const { t } = useTranslation();
  return (
    <div className={use.present ? 'hanging-bar' : 'hanging-bar screens-alone'} role="status" data-testid="second-screen" data-present={use.present}>
      <Icon name={use.present ? 'screen' : 'warning'} size={15} /> <span>{t(use.present ? 'screens.second' : 'screens.alone')}</span>
      <Button size="compact-xs" variant="subtle" color="gray" ml="auto" onClick={() => window.close()}>{t('screens.close')} <span className="bar-key" aria-hidden="true">O</span></Button>
    </div>
  );
}

export function ScreenNoteLine({ use }: { use: ScreensUse }) {
  const { t } = useTranslation();
  if (!use.note) return null;
  return <div className="viewer-note" role="alert"><Icon name="warning" /> {t(`screens.${use.note}`)} <Button size="compact-xs" variant="default" onClick={use.dismiss}>{t('common.close')}</Button></div>;
}
