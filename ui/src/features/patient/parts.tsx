/*
 * What the patient's pages share: the frame, links between them, the name and state of an act in plain words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { OwnAct } from '@/shared/api/requests/patient';
import { dayAndTime, dayOf } from '@/shared/format/dates';
import { chooseLanguage } from '@/shared/i18n';
import { useText } from '@/shared/i18n/useText';

export function To({ to, go, className, children }: { to: string; go: (to: string) => void; className?: string; children: ReactNode }) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  };
  return <a href={to} className={className} onClick={follow}>{children}</a>;
}

export function OwnFrame({ demo, right, children }: { demo: boolean; right?: ReactNode; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const other = i18n.language === 'fr' ? 'en' : 'fr';
  return (
    <div className="own">
      <a className="skip" href="#content">{t('shell.skip')}</a>
      <header className="own-head">
        {demo && <div className="demo">{t('own.demo')}</div>}
        <div className="own-bar">
          <span className="brand">Béclère</span>
          <div className="own-right">
            <Button variant="default" lang={other} aria-label={t('shell.languageLabel')} onClick={() => void chooseLanguage(other)}>{t('shell.language')}</Button>
            {right}
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="own-main">{children}</main>
    </div>
  );
}

export function useActName() {
  const { t } = useTranslation();
  const text = useText();
  return (act: OwnAct) => (act.kind === 'tele-expertise' ? t(act.region ? 'own.expertiseOf' : 'own.expertise', { region: act.region }) : t('own.exam', { modality: text('modality', act.modality), region: act.region }));
}

export function StateBadge({ act }: { act: OwnAct }) {
  return <span className={`own-state own-state-${act.state}`}>{useText()('ownState', act.state)}</span>;
}

export function ActMoment({ act }: { act: OwnAct }) {
  const { t } = useTranslation();
  const moment = act.state === 'planned' ? act.slot_start_ms : act.at_ms;
  const when = moment && (act.state === 'planned' ? dayAndTime(moment) : dayOf(moment));
  return <span className="own-quiet">{[when && t('own.on', { when }), act.site.name, act.site.city].filter(Boolean).join(', ')}</span>;
}
