/*
 * Citations of images: under the section being written, inside the text once signed; each reopens its image, slice and window. E29, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ImagePlace, showPlace } from '@/shared/reading/bridge';
import { Icon } from '@/shared/ui/Icon';
import { citedIn, pieces } from './places';

export function CitedUnder({ actId, text, places }: { actId: number; text: string | undefined; places: readonly ImagePlace[] | undefined }) {
  const { t } = useTranslation();
  const cited = citedIn(text, places);
  if (!cited.length) return null;
  return (
    <Group gap={6} mt={4} role="group" aria-label={t('report.cited')}>
      {cited.map((one) => <Button key={one.mark} size="compact-xs" variant="default" lang="fr" leftSection={<Icon name="images" size={12} />} onClick={() => showPlace(actId, one)}>{one.mark}</Button>)}
    </Group>
  );
}

export function CitedText({ actId, text, places }: { actId: number; text: string | undefined; places: readonly ImagePlace[] | undefined }) {
  if (!text) return null;
  return <>{pieces(text, places).map((one, n) => (one.place ? <button key={n} type="button" className="cited" onClick={() => one.place && showPlace(actId, one.place)}>{one.text}</button> : one.text))}</>;
}
