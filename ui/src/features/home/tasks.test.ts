/* Where lines of the home page lead. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { HomeLine } from '@/shared/api/requests/home';
import { TEXTS } from '@/shared/i18n/texts';
import { KINDS } from '@/shared/i18n/texts/home';
import { linkOf } from './tasks';

const line = (what: string, rest: Partial<HomeLine> = {}): HomeLine =>
  ({ key: what, what, press: 'now', due_ms: null, mine: true, role: null, act: null, text: null, about: null, count: 0, id: 0, until: null, aside: false, ...rest });
const act = { id: 7, number: 'A-7', kind: 'remote-exam', state: 'left', modality: 'CT', region: 'Thorax', priority: 'urgent', study_uid: '1.2.3', site: 'Val', zone: 'Europe/Paris', patient: 'DUPONT Jean' } as const;

describe('lines of the home page', () => {
  it('lead to the act, to its request while it is written, to the reading when it is to be read', () => {
    expect(linkOf(line('plan', { act: { ...act } }))).toBe('/acts/7');
    expect(linkOf(line('finish-request', { act: { ...act } }))).toBe('/acts/7/request');
    expect(linkOf(line('read', { act: { ...act } }))).toBe('/acts/7/read');
  });
  it('lead a physicist to the study, and who may not see the act to the roster', () => {
    expect(linkOf(line('dose-above', { act: { ...act } }))).toBe('/archive/1.2.3');
    expect(linkOf(line('called', { act: { ...act, patient: null } }))).toBe('/roster');
  });
  it('lead from a paper that ends to one’s own file, a colleague’s, or the register', () => {
    expect(linkOf(line('file-ends'))).toBe('/staff/me');
    expect(linkOf(line('file-ends', { about: 'Lucas PETIT', id: 6 }))).toBe('/staff/people/6');
    expect(linkOf(line('file-ends', { about: 'Scanner 1' }))).toBe('/staff/register');
  });
  it('each has words, and a page of its own', () => {
    for (const kind of KINDS) {
      expect(TEXTS[`home.do.${kind}`], kind).toBeDefined();
      if (linkOf(line(kind)) === '/home') expect(linkOf(line(kind, { act: { ...act } })), kind).toMatch(/^\/a/);
    }
  });
});
