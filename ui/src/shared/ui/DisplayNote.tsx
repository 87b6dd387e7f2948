/*
 * Beside a reading: the check of this screen, where it is not there, ends soon, or was made for another screen. O4
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Screen, screenHere, useDisplay } from '../api/requests/display';
import { dayAndTime } from '../format/dates';
import { Icon } from './Icon';

/* The window may have been moved to a screen that nobody checked: only its size can tell. */
export function otherScreen(checked: Screen) {
  const now = screenHere();
  return checked.width !== now.width || checked.height !== now.height;
}

export function ToDisplay() {
  const { t } = useTranslation();
  const here = useRouterState({ select: (state) => state.location.pathname });
  return <Link to="/display" search={{ back: here } as never} className="to-display">{t('display.open')}</Link>;
}

export function DisplayNote() {
  const { t } = useTranslation();
  const { data } = useDisplay();
  if (!data || data.state === 'not-asked') return null;
  const other = data.last && otherScreen(data.last.screen);
  if (data.state === 'valid' && !other) return null;
  const text = data.state === 'valid' ? t('display.otherScreen') : data.state === 'soon' ? t('display.soonText', { when: dayAndTime(data.last?.until_ms ?? 0) }) : t(`display.note.${data.state}`);
  return <Alert className="refusal" icon={<Icon name="screen" />} p="xs" m="sm" mb={4} data-display={data.state}>{text} <ToDisplay /></Alert>;
}
