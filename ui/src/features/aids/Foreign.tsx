/*
 * What was left out or changed of a template of another house, told before it is kept. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Foreign } from '@/shared/api/requests/reportAids';
import { Icon } from '@/shared/ui/Icon';

export function ForeignNotes({ notes }: { notes: Foreign['notes'] }) {
  const { t } = useTranslation();
  const told = (one: Foreign['notes'][number]) => `${t(`aids.foreign.${one.code}`, { about: one.code === 'codes' && one.about ? `(${one.about}…)` : one.about }).trim()}${one.count > 1 ? ` × ${one.count}` : ''}`;
  return (
    <Alert mb="md" className="foreign-notes" icon={<Icon name={notes.length ? 'warning' : 'check'} />} title={t(notes.length ? 'aids.foreign' : 'aids.foreign.none')}>
      {notes.length > 0 && <ul>{notes.map((one) => <li key={`${one.code} ${one.about}`}>{told(one)}</li>)}</ul>}
      <Text size="sm">{t('aids.importedText')}</Text>
    </Alert>
  );
}
