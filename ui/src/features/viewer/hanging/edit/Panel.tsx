/*
 * The panel that makes a hanging beside the images: each change is seen on the exam that is open. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useHangings } from '@/shared/api/requests/hangings';
import { Icon } from '@/shared/ui/Icon';
import type { HangingContent, Rule } from '../model';
import { HangingForm, type Start } from './Form';

export default function HangingPanel({ start, screen, preview, onSaved, onClose }: {
  start: Start; screen: () => HangingContent; preview: (content: HangingContent) => void; onSaved: (rule: Rule) => void; onClose: () => void;
}) {
  const { t } = useTranslation();
  const share = useHangings().data?.share ?? [];
  const title = t(start.id ? 'hanging.edit.change' : 'hanging.edit.new');
  return (
    <aside className="hang-panel" aria-label={title} data-typing>
      <header>
        <strong>{title}</strong>
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('common.close')} onClick={onClose}><Icon name="cross" size={14} /></ActionIcon>
      </header>
      <HangingForm key={start.id ?? 0} start={start} share={share} screen={screen} onContent={preview} onCancel={onClose}
        onSaved={({ id, name, content, organisation }) => onSaved({ id, name, content, owner: organisation ? 'shared' : 'own', organisation: share.find((one) => one.id === organisation)?.name ?? null, offered: content.begin === 'offered' })} />
    </aside>
  );
}
