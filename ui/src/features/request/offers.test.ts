/* Only what a convention of one's own organisation covers is offered (S3). SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { Convention } from '@/shared/api/types';
import { offersOf } from './offers';

const convention = (requester: number, site: number, modality: 'CT' | 'MR', priority: 'urgent' | 'routine', kind = 'remote-exam') => ({
  parties: [{ id: requester, name: 'r', part: 'requester' }, { id: site, name: `s${site}`, part: 'site' }, { id: 30, name: 'i', part: 'imaging' }],
  clauses: [{ kind, modality, priority, verdict_min: 1, exam_min: 60, report_min: 1 }],
}) as unknown as Convention;

describe('what may be asked for', () => {
  const offers = offersOf([convention(1, 10, 'CT', 'urgent'), convention(1, 11, 'MR', 'routine'), convention(2, 12, 'CT', 'urgent'), convention(1, 10, 'MR', 'urgent', 'tele-expertise')], 1);
  it('names the sites of my conventions once, and no other', () => expect(offers.sites.map((one) => one.id)).toEqual([10, 11]));
  it('names the imaging group once', () => expect(offers.imaging).toHaveLength(1));
  it('a clause of another kind of act offers no modality', () => expect(offers.modalities(10)).toEqual(['CT']));
  it('a clause of one site does not reach another', () => expect(offers.priorities(11, 'CT')).toEqual([]));
  it('says the delay', () => expect(offers.priorities(10, 'CT')).toEqual([{ code: 'urgent', exam_min: 60 }]));
});
