// Lists of acts: the most pressing first, as many as asked for, and how many there are; nobody's list tells of acts that are not theirs.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam } from '../exam.mjs';

let house, exams;
before(async () => {
  house = await House.start();
  exams = [];
  for (let n = 0; n < 3; n++) {
    const e = await Exam.open(house, n ? { like: exams[0] } : {});
    exams.push(e);
  }
  await exams[0].ask();
});
after(async () => { await house?.close(); });
const list = async (who, query) => (await who.get(`/api/acts?${query}`)).json;

test('E25 a list gives as many acts as asked for, the nearest deadline first, says that there are more and counts each state', async () => {
  const { requester, imager } = exams[0];
  const all = await list(requester, 'view=requests&counts=1');
  assert.equal(all.acts.length, 3);
  assert.deepEqual([all.more, all.counts.draft, all.counts.asked, all.counts.closed], [false, 2, 1, 0]);
  const one = await list(requester, 'view=requests&limit=1&counts=1');
  assert.deepEqual([one.acts.map((a) => a.id), one.more, one.counts.draft], [[exams[0].id], true, 2], 'the one whose delay runs');
  const drafts = await list(requester, 'view=requests&state=draft&limit=2&counts=1');
  assert.deepEqual([drafts.acts.length, drafts.more, drafts.counts.asked], [2, false, 1], 'other states are counted, not listed');
  assert.equal((await list(requester, 'view=requests&state=draft')).counts, null);
  const modality = (await list(imager, 'view=imaging')).acts[0].modality;
  assert.deepEqual([(await list(imager, `view=imaging&modality=${modality}&counts=1`)).counts.asked, (await list(imager, 'view=imaging&modality=NM&counts=1')).counts.asked], [1, 0]);
  const found = await list(requester, `view=requests&q=${all.acts[0].number}&counts=1`);
  assert.deepEqual([found.acts.length, found.counts.asked, found.counts.draft], [1, 1, 0], 'a search counts what it finds');
});

test('L9 the counts hold no act of others, and a wrong length is refused', async () => {
  const { requester } = exams[0];
  const other = await house.person('demandeur2'); // asks elsewhere
  const seen = await list(other, 'view=all&counts=1');
  assert.deepEqual([seen.acts.length, Object.values(seen.counts).reduce((a, b) => a + b, 0)], [0, 0]);
  for (const limit of ['0', '501', 'x']) assert.equal((await requester.get(`/api/acts?limit=${limit}`)).status, 400, limit);
});
