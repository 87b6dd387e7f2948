/*
 * Where each line of the home page leads. What may be done there is asked again by the server.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { HomeLine } from '@/shared/api/requests/home';
import type { IconName } from '@/shared/ui/Icon';

const PAGES: Record<string, string> = {
  'file-blocked': '/staff/me', 'procedures-sign': '/staff/procedures', verify: '/staff/people', 'meeting-sign': '/staff/meetings',
  'register-unfit': '/staff/register', 'equipment-stopped': '/staff/register', 'on-duty': '/roster', 'duty-next': '/roster', 'swap-answer': '/roster',
  'images-wrong-patient': '/admin/quarantine', 'images-of-nobody': '/admin/quarantine', 'images-twice': '/admin/quarantine', 'files-damaged': '/admin/quarantine',
  'sends-failed': '/archive', 'corrections-failed': '/admin/corrections', 'room-full': '/admin/storage', 'room-warned': '/admin/storage',
  'purge-approve': '/admin/retention', 'accounts-open': '/admin/people', 'emergency-review': '/emergency', 'convention-sign': '/conventions', 'convention-ends': '/conventions',
};

export function linkOf(line: HomeLine): string {
  const { act } = line;
  if (!act) {
    if (line.what === 'file-ends') return line.about === null ? '/staff/me' : line.id ? `/staff/people/${line.id}` : '/staff/register';
    return PAGES[line.what] ?? '/home';
  }
  if (act.patient === null) return '/roster'; // a delay is told to who may not open the act: who is on duty can be called there
  if (line.what === 'dose-above') return act.study_uid ? `/archive/${act.study_uid}` : '/archive';
  if (line.what === 'finish-request') return `/acts/${act.id}/request`;
  if (line.what === 'read') return `/acts/${act.id}/read`;
  return `/acts/${act.id}`;
}

const ICONS: [RegExp, IconName][] = [
  [/^missed-call$/, 'phone'],
  [/^urgent|^incident$|^record-care$|^called$|^nobody|wrong-patient|damaged|full|stopped|come-back/, 'warning'],
  [/^order$|question|again|agree-delay/, 'message'], [/^plan$|^start|^join|duty-next|swap/, 'calendar'], [/presence|present|name-local|on-duty/, 'person'],
  [/report|^read|opinion|expertise|convention|record/, 'document'], [/images|judge|supervise|release|acquisition/, 'images'], [/^file|procedures|verify|register|unfit/, 'shield'],
];
export const iconOf = (line: HomeLine): IconName => ICONS.find(([pattern]) => pattern.test(line.what))?.[1] ?? 'arrow';

/* Lines of one section that are shown before the person asks for the rest. */
export const SHOWN = 20;
