/*
 * The presentation states of the image that is shown, and whether its mask is taken away. E25
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Kbd, Menu } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { dicomDate, type Frame } from '../dicom';
import type { StackPane } from '../engine/stack';
import { choose, chosenOf, subtract } from './choose';
import { placingOf, type State } from './read';

const nameOf = (t: TFunction, one: State) => (one.kind === 'own' ? t('viewer.state.own') : [one.words || one.label || t('viewer.state.unnamed'), one.creator, dicomDate(one.at.slice(0, 8))].filter(Boolean).join(' · '));

export function StateMenu({ pane, frame, states }: { pane: StackPane; frame: Frame; states: readonly State[] }) {
  const { t } = useTranslation();
  const { under } = pane.current(), chosen = chosenOf(pane, states), masked = states.some((one) => one.masks);
  if (!states.length) return null;
  return (
    <div className="state-menu">
      <Menu position="bottom-start">
        <Menu.Target><button type="button" data-testid="state">{chosen ? t('viewer.state.shown', { name: nameOf(t, chosen) }) : t('viewer.state.menu', { count: states.length })} <Kbd size="xs">⇧ G</Kbd></button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => choose(pane, null)}>{t('viewer.state.none')}</Menu.Item>
          {states.map((one) => <Menu.Item key={one.key} onClick={() => choose(pane, one)}>{nameOf(t, one)}</Menu.Item>)}
        </Menu.Dropdown>
      </Menu>
      {masked && <button type="button" data-testid="subtracted" aria-pressed={!!chosen?.masks && !!under?.subtracted} onClick={() => subtract(pane, states)}>{t('viewer.state.subtraction')} <Kbd size="xs">⇧ S</Kbd></button>}
      {chosen && placingOf(chosen, frame)?.trueSize && <span role="note">{t('viewer.state.trueSize')}</span>}
    </div>
  );
}
