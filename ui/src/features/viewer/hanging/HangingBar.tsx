/*
 * Which hanging is in force and why, the way to the others, and the earlier exams that are worth comparing. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Kbd, Menu, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useHangings } from '@/shared/api/requests/hangings';
import type { ActPrior } from '@/shared/api/requests/priors';
import { dicomDay } from '@/shared/format/dicom';
import { useText } from '@/shared/i18n/useText';
import type { Command } from '../presets';
import type { useEditing } from './edit/useEditing';
import { type Rule, ruleOf } from './model';
import type { ScreensUse } from '../screens/useScreens';
import type { HangingUse } from './useHanging';

/* The name of a hanging: the house's own are texts of the page. */
export const useRuleName = () => {
  const { t } = useTranslation();
  return (rule: Rule) => (rule.owner === 'house' ? t(rule.name) : rule.name);
};
export const useOwnerName = () => {
  const { t } = useTranslation();
  return (rule: Rule) => (rule.owner === 'own' ? t('hanging.yours') : rule.owner === 'shared' ? t('hanging.ofOrganisation', { name: rule.organisation ?? '' }) : t('hanging.ofHouse'));
};

export function HangingBar({ use, priors, comparing, onCompare, run, editing, screens }: {
  use: HangingUse; priors: readonly ActPrior[]; comparing: string | null; onCompare: (prior: number) => void; run: (command: Command) => void; editing: ReturnType<typeof useEditing>; screens: ScreensUse | null;
}) {
  const { t } = useTranslation();
  const name = useRuleName(), owner = useOwnerName();
  const { rule, wanted, touched } = use;
  const asked = wanted ?? rule, kept = useHangings().data?.hangings.find((one) => one.id === asked?.id);
  const shown = asked && kept ? ruleOf(kept) : asked; // one that was just made, as it is kept
  return (
    <div className="hanging-bar" role="group" aria-label={t('hanging.title')}>
      <ActionIcon variant="subtle" color="gray" size={24} aria-label={`${t('hanging.previous')} (⇧ J)`} onClick={() => run({ do: 'hang', by: -1 })}>‹</ActionIcon>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="compact-xs" variant="subtle" color="gray" className="hanging-now" data-testid="hanging" data-rule={shown?.id ?? 0} data-touched={touched}>
            <span className="hanging-word">{t('hanging.is')}</span> {shown ? name(shown) : t('hanging.plain')}{shown && `, ${owner(shown)}`}{shown && touched ? ` (${t('hanging.changed')})` : ''}{wanted ? '…' : ''}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {use.rules.map((one) => <Menu.Item key={one.id} onClick={() => use.choose(one)}>{name(one)} <span className="hanging-owner">· {owner(one)}</span></Menu.Item>)}
          <Menu.Item rightSection={<Kbd size="xs">G</Kbd>} onClick={use.plain}>{t('hanging.plain')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={editing.keepScreen}>{t('hanging.keepScreen')}</Menu.Item>
          {shown && <Menu.Item onClick={() => editing.edit(shown)}>{t(shown.hanging?.may_change ? 'hanging.editThis' : 'hanging.copyThis', { name: name(shown) })}</Menu.Item>}
          <Menu.Item component={Link} to="/hangings" target="_blank">{t('hanging.page.title')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ActionIcon variant="subtle" color="gray" size={24} aria-label={`${t('hanging.next')} (J)`} onClick={() => run({ do: 'hang', by: 1 })}>›</ActionIcon>
      {screens && !screens.present && shown?.content.second && <Button size="compact-xs" variant="default" onClick={screens.open}>{t('screens.wanted')} <span className="bar-key" aria-hidden="true">O</span></Button>}
      {priors.length > 0 && <Priors priors={priors} comparing={comparing} onCompare={onCompare} />}
    </div>
  );
}

const IN_SIGHT = 3;

function Priors({ priors, comparing, onCompare }: { priors: readonly ActPrior[]; comparing: string | null; onCompare: (prior: number) => void }) {
  const { t } = useTranslation();
  const text = useText();
  const what = (one: ActPrior) => one.modalities.split('\\').filter((each) => !/^(SR|KO|PR|DOC)$/.test(each)).map((each) => text('modality', each)).join(', ');
  const where = (one: ActPrior) => one.regions.map((each) => t(`hanging.region.${each}`)).join(', ');
  const line = (one: ActPrior) => [dicomDay(one.date), what(one), where(one) || one.description].filter(Boolean).join(' · ');
  return (
    <div className="prior-strip" role="group" aria-label={t('priors.title')}>
      <span className="hanging-word">{t('priors.title')} <span className="bar-key" aria-hidden="true">N</span></span>
      {priors.slice(0, IN_SIGHT).map((one, n) => (
        <Tooltip key={one.study_uid} label={[one.description, t(`priors.reason.${one.reason}`), one.origin || one.act_number].filter(Boolean).join(' · ')}>
          <Button size="compact-xs" variant={comparing === one.study_uid ? 'filled' : 'default'} className="prior-one" aria-pressed={comparing === one.study_uid} data-prior={one.study_uid} onClick={() => onCompare(n)}>
            {line(one)}<span className="prior-why"> · {t(`priors.reason.${one.reason}`)}</span>
          </Button>
        </Tooltip>
      ))}
      {priors.length > IN_SIGHT && (
        <Menu>
          <Menu.Target><Button size="compact-xs" variant="subtle" color="gray">{t('priors.more', { count: priors.length - IN_SIGHT })}</Button></Menu.Target>
          <Menu.Dropdown>{priors.slice(IN_SIGHT).map((one, n) => <Menu.Item key={one.study_uid} onClick={() => onCompare(n + IN_SIGHT)}>{line(one)} · {t(`priors.reason.${one.reason}`)}</Menu.Item>)}</Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
