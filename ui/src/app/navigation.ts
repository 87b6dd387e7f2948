/*
 * Which pages a person is offered, by role. The server decides; this only hides what would be refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Role } from '@/shared/api/types';
import type { IconName } from '@/shared/ui/Icon';

export interface Place { to: string; text: string; short?: string; /* for the bar of a telephone */ icon: IconName; roles: string[]; exact?: boolean }

const PROFESSIONALS = ['requester', 'technologist', 'imager', 'local-physician', 'nuclear-physician', 'secretary', 'pacs-admin', 'physicist', 'pcr', 'biomedical',
  'pharmacist', 'pharmacy-tech', 'quality', 'responsible', 'administrator'];

export const PLACES: Place[] = [
  { to: '/home',                text: 'nav.home',          icon: 'check',    roles: PROFESSIONALS },
  { to: '/archive',             text: 'nav.archive',       icon: 'search',   roles: ['pacs-admin', 'physicist'] },
  { to: '/requests',            text: 'nav.requests',      icon: 'list',     roles: ['requester'], exact: true },
  { to: '/requests/new',        text: 'nav.newRequest',    icon: 'plus',     roles: ['requester'] },
  { to: '/imaging',             text: 'nav.imaging',       icon: 'eye',      roles: ['imager', 'responsible', 'nuclear-physician'] },
  { to: '/site',                text: 'nav.site',          icon: 'list',     roles: ['technologist', 'secretary', 'local-physician'], exact: true },
  { to: '/site/planning',       text: 'nav.planning',      icon: 'calendar', roles: ['technologist', 'secretary'] },
  { to: '/duties',              text: 'nav.duties',        icon: 'clock',    roles: ['requester', 'imager', 'technologist', 'secretary', 'local-physician'] },
  { to: '/archive',             text: 'nav.archive',       icon: 'search',   roles: ['imager', 'technologist', 'local-physician', 'nuclear-physician'] },
  { to: '/conventions',         text: 'nav.conventions',   icon: 'document', roles: ['requester', 'imager', 'technologist', 'secretary', 'responsible', 'quality', 'local-physician', 'administrator'] },
  { to: '/protocols',           text: 'nav.protocols',     icon: 'document', roles: ['imager', 'technologist', 'nuclear-physician', 'physicist', 'responsible'] },
  { to: '/preparations',        text: 'nav.preparations',  icon: 'document', roles: ['imager', 'technologist', 'nuclear-physician', 'secretary', 'responsible'] },
  { to: '/roster',              text: 'nav.roster',        icon: 'calendar', roles: ['imager', 'responsible', 'technologist', 'secretary', 'local-physician', 'nuclear-physician', 'administrator'] },
  { to: '/indicators',          text: 'nav.indicators',    icon: 'clock',    roles: ['responsible', 'quality', 'administrator'] },
  { to: '/identities',          text: 'nav.identities',    icon: 'person',   roles: ['secretary', 'technologist', 'requester'] },
  { to: '/admin/people',        text: 'nav.people',        icon: 'people',   roles: ['administrator'] },
  { to: '/admin/organisations', text: 'nav.organisations', icon: 'building', roles: ['administrator'] },
  { to: '/admin/peers',         text: 'nav.peers', short: 'nav.peersShort', icon: 'wifi',     roles: ['pacs-admin'] },
  { to: '/admin/quarantine',    text: 'nav.quarantine',    icon: 'warning',  roles: ['pacs-admin'] },
  { to: '/admin/corrections',   text: 'nav.corrections',   icon: 'history',     roles: ['pacs-admin'] },
  { to: '/admin/retention',     text: 'nav.retention',     icon: 'calendar', roles: ['pacs-admin', 'administrator'] },
  { to: '/admin/storage',       text: 'nav.storage',       icon: 'images',   roles: ['pacs-admin', 'administrator'] },
  { to: '/admin/audit',         text: 'nav.audit',         icon: 'shield',   roles: ['administrator', 'quality', 'responsible'] },
  { to: '/admin/rights',        text: 'nav.rights',        icon: 'people',   roles: ['administrator', 'quality', 'responsible'] },
  { to: '/admin/security',      text: 'nav.security',      icon: 'shield',   roles: ['administrator', 'quality', 'responsible'] },
  { to: '/emergency',           text: 'nav.emergency',     icon: 'unlock',   roles: ['requester', 'imager', 'local-physician', 'nuclear-physician', 'responsible', 'quality'] },
  { to: '/staff',               text: 'nav.staff',         icon: 'people',   roles: PROFESSIONALS },
];

/* Of the person rather than of the day's work: in the menu under the name. */
export const OWN_PLACES: Place[] = [
  { to: '/report-aids', text: 'nav.aids', icon: 'edit', roles: ['imager', 'responsible'] },
];

export const placesOf = (roles: readonly (Role | string)[]) =>
  PLACES.filter((place) => place.roles.some((role) => roles.includes(role))).filter((place, n, all) => all.findIndex((one) => one.to === place.to) === n);
export const homeOf = (roles: readonly (Role | string)[]) => placesOf(roles)[0]?.to ?? '/account';
/* The lists that stand behind the home page: where all acts are, not only those with something to do. */
const LISTS = ['/requests', '/imaging', '/site', '/site/planning', '/archive', '/identities', '/admin/quarantine', '/admin/corrections', '/admin/people', '/admin/organisations', '/admin/audit', '/indicators',
  '/admin/peers', '/roster', '/conventions', '/staff'];
export const listsOf = (roles: readonly (Role | string)[]) => placesOf(roles).filter((place) => LISTS.includes(place.to)).sort((a, b) => LISTS.indexOf(a.to) - LISTS.indexOf(b.to)).slice(0, 6);

/*
 * How many places of these widths stand in a row of 'room' pixels: all of them, or those that leave room for the button of the others ('more' wide).
 * Two are left to the button rather than one: a menu of a single place is a place that could have stood there.
 */
export function fitting(widths: readonly number[], more: number, room: number): number {
  const sum = (count: number) => widths.slice(0, count).reduce((all, one) => all + one, 0);
  if (sum(widths.length) <= room) return widths.length;
  let count = Math.max(widths.length - 2, 0);
  while (count > 0 && sum(count) + more > room) count--;
  return count;
}
