/*
 * What a long page holds, with how much of it; each leads to its part.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useTranslation } from 'react-i18next';

export interface Jump { to: string; label: string; count: number; more?: boolean; alarm?: boolean }

export function Jumps({ list }: { list: Jump[] }) {
  const { t, i18n } = useTranslation();
  return (
    <nav className="jumps" aria-label={t('listed.parts')}>
      {list.map((one) => (
        <a key={one.to} href={`#${one.to}`} data-alarm={!!one.alarm && one.count > 0}>
          {one.label} <strong className="num">{one.count.toLocaleString(i18n.language === 'en' ? 'en-GB' : 'fr-FR')}{one.more ? ' +' : ''}</strong>
        </a>
      ))}
    </nav>
  );
}
