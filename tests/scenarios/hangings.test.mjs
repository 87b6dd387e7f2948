// How images are hung: own and shared layouts, checked and kept; and the earlier exams that an act's viewer finds by itself. Allowed and refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Exam } from '../exam.mjs';
import { House } from '../house.mjs';

let house, e, second, responsible, admin, group;
before(async () => {
  house = await House.start();
  e = await Exam.open(house);
  second = await house.person('imageur2');
  responsible = await house.person('responsable');
  admin = await house.person('admin');
  group = (await e.requester.get('/api/organisations')).json.organisations.find((o) => o.kind === 'imaging');
});
after(() => house?.close());

const PANE = { exam: 0, modality: 'CT', words: 'parenchyme', without: 'os', plane: 'axial', contrast: '', weight: '', view: '', side: '', nth: 1, window: 'lung', fit: 'fit', link: 1, flip: '' };
const WHEN = { modality: 'CT', region: 'chest', side: '', series_min: 0, series_max: 0, prior: 'with', age_min: 0, age_max: 0 };
const LAYOUT = { name: 'Thorax comparé', content: { as: 'panes', begin: 'alone', when: WHEN, rows: 1, columns: 2, panes: [PANE, { ...PANE, exam: 1, window: { center: -600, width: 1500 } }] } };
const refused = (answer, status, about) => { assert.equal(answer.status, status, String(answer.bytes)); assert.match(answer.json.error.text, about); };
const ok = (answer) => { assert.equal(answer.status, 200, String(answer.bytes)); return answer.json; };
const list = async (person) => ok(await person.get('/api/hangings'));
const names = async (person) => (await list(person)).hangings.map((one) => one.name);
const withContent = (change) => ({ ...LAYOUT, name: `n${JSON.stringify(change)}`.slice(0, 60), content: { ...LAYOUT.content, ...change } });

test('E25 an own layout is kept as it was sent, changed and removed by its owner, and seen by nobody else', async () => {
  const { id } = ok(await e.imager.post('/api/hangings', LAYOUT));
  const [kept] = (await list(e.imager)).hangings;
  assert.deepEqual([kept.name, kept.shared, kept.may_change, kept.version, kept.content], ['Thorax comparé', false, true, 1, LAYOUT.content]);
  assert.deepEqual(await names(second), []);
  refused(await second.put(`/api/hangings/${id}`, { ...LAYOUT, version: 1 }), 404, /n’existe pas/);
  refused(await second.send('DELETE', `/api/hangings/${id}`), 404, /n’existe pas/);
  refused(await second.post(`/api/hangings/${id}/place`, { place: 1 }), 404, /n’existe pas/);
  ok(await e.imager.put(`/api/hangings/${id}`, { ...LAYOUT, name: 'Thorax', version: 1 }));
  refused(await e.imager.put(`/api/hangings/${id}`, { ...LAYOUT, version: 1 }), 409, /modifié entre-temps/);
  refused(await e.imager.post('/api/hangings', { ...LAYOUT, name: 'Thorax' }), 409, /existe déjà/);
  ok(await e.imager.send('DELETE', `/api/hangings/${id}`));
  assert.deepEqual(await names(e.imager), []);
  refused(await e.imager.send('DELETE', `/api/hangings/${id}`), 404, /n’existe pas/);
  const { lines } = (await admin.get('/api/audit?limit=200')).json;
  for (const [what, outcome] of [['DELETE /api/hangings/{id}', 'ok'], ['DELETE /api/hangings/{id}', 'refused'], ['PUT /api/hangings/{id}', 'ok'], ['POST /api/hangings', 'ok']])
    assert.ok(lines.some((l) => l.what === what && l.outcome === outcome), `${what} ${outcome} in the trace`);
  assert.equal((await admin.get('/api/hangings')).status, 403, 'who sees no images hangs none');
});

test('E25 what an organisation shares is changed by its responsible radiologist and used by its imagers', async () => {
  const shared = { ...LAYOUT, organisation_id: group.id };
  refused(await e.imager.post('/api/hangings', shared), 403, /radiologue responsable/);
  const { id } = ok(await responsible.post('/api/hangings', shared));
  const seen = (await list(e.imager)).hangings.find((one) => one.id === id);
  assert.deepEqual([seen.shared, seen.organisation, seen.may_change], [true, group.name, false]);
  assert.deepEqual([(await list(e.imager)).share, (await list(responsible)).share.map((o) => o.id)], [[], [group.id]]);
  assert.ok(!(await names(e.requester)).includes('Thorax comparé'), 'not for another organisation');
  refused(await e.imager.put(`/api/hangings/${id}`, { ...LAYOUT, version: 1 }), 403, /radiologue responsable/);
  refused(await e.imager.send('DELETE', `/api/hangings/${id}`), 403, /radiologue responsable/);
  refused(await e.requester.send('DELETE', `/api/hangings/${id}`), 404, /n’existe pas/);
  refused(await responsible.post('/api/hangings', { ...LAYOUT, organisation_id: e.site.id }), 403, /radiologue responsable/);
  ok(await responsible.send('DELETE', `/api/hangings/${id}`));
});

test('E25 a layout may be offered only, for an age, turned, and ask for a second monitor: all of it is kept', async () => {
  const content = { ...LAYOUT.content, begin: 'offered', when: { ...WHEN, age_min: 3, age_max: 16 }, panes: [PANE, { ...PANE, flip: 'mirror' }], second: { rows: 1, columns: 1, panes: [{ ...PANE, exam: 1, flip: 'upside' }] } };
  const { id } = ok(await e.imager.post('/api/hangings', { name: 'Deux écrans', content }));
  const kept = (await list(e.imager)).hangings.find((one) => one.id === id);
  assert.deepEqual(kept.content, content);
  ok(await e.imager.put(`/api/hangings/${id}`, { name: 'Deux écrans', version: 1, content: { ...content, second: null } }));
  assert.equal((await list(e.imager)).hangings.find((one) => one.id === id).content.second, undefined, 'one monitor again');
  ok(await e.imager.send('DELETE', `/api/hangings/${id}`));
});

test('E25 the order of one’s own layouts is the one that was given', async () => {
  const ids = {};
  for (const name of ['un', 'deux', 'trois']) ids[name] = ok(await e.imager.post('/api/hangings', { ...LAYOUT, name })).id;
  assert.deepEqual(await names(e.imager), ['un', 'deux', 'trois']);
  ok(await e.imager.post(`/api/hangings/${ids.trois}/place`, { place: 1 }));
  assert.deepEqual(await names(e.imager), ['trois', 'un', 'deux']);
  ok(await e.imager.post(`/api/hangings/${ids.trois}/place`, { place: 2 }));
  assert.deepEqual(await names(e.imager), ['un', 'trois', 'deux']);
  ok(await e.imager.post(`/api/hangings/${ids.un}/place`, { place: 99 }));
  assert.deepEqual(await names(e.imager), ['trois', 'deux', 'un']);
  assert.equal((await e.imager.post(`/api/hangings/${ids.un}/place`, { place: 0 })).status, 400);
  for (const id of Object.values(ids)) ok(await e.imager.send('DELETE', `/api/hangings/${id}`));
});

test('E25 what is no layout is refused, and what is not known of one is dropped', async () => {
  const send = (body) => e.imager.post('/api/hangings', body);
  refused(await send({ ...LAYOUT, name: ' ' }), 400, /nom à l’accrochage/);
  refused(await send({ ...LAYOUT, name: 'x'.repeat(400) }), 400, /80 caractères/);
  refused(await send(withContent({ rows: 3, columns: 4, panes: [] })), 400, /huit volets/);
  refused(await send(withContent({ when: { ...WHEN, series_min: 5, series_max: 2 } })), 400, /nombre minimal/);
  refused(await send(withContent({ when: { ...WHEN, age_min: 16, age_max: 3 } })), 400, /âge minimal/);
  refused(await send(withContent({ second: { rows: 3, columns: 3, panes: [] } })), 400, /huit volets au plus par écran/);
  for (const bad of [{ panes: [PANE] }, { rows: 0 }, { columns: 9 }, { as: 'film' }, { when: { ...WHEN, region: 'moon' } }, { when: { ...WHEN, prior: 'maybe' } }, { panes: [PANE, { ...PANE, plane: 'oblique' }] },
    { panes: [PANE, { ...PANE, nth: 0 }] }, { panes: [PANE, { ...PANE, exam: 9 }] }, { panes: [PANE, { ...PANE, window: { center: 0, width: 0 } }] }, { panes: [PANE, { ...PANE, window: 'x-ray' }] }, { panes: [PANE, 3] },
    { panes: [PANE, { ...PANE, words: 'x'.repeat(121) }] }, { when: null }, { begin: 'never' }, { panes: [PANE, { ...PANE, flip: 'twice' }] }, { when: { ...WHEN, age_max: 200 } },
    { second: 2 }, { second: { rows: 1, columns: 1, panes: [] } }, { second: { rows: 1, columns: 1, panes: [{ ...PANE, plane: 'oblique' }] } }])
    assert.equal((await send(withContent(bad))).status, 400, JSON.stringify(bad));
  const { id } = ok(await send({ ...LAYOUT, name: 'Propre', content: { ...LAYOUT.content, evil: '<b>', panes: [{ ...PANE, more: 1 }, {}] } }));
  const kept = (await list(e.imager)).hangings.find((one) => one.id === id);
  assert.equal(kept.content.evil, undefined);
  assert.deepEqual(kept.content.panes, [PANE, { exam: 0, modality: '', words: '', without: '', plane: '', contrast: '', weight: '', view: '', side: '', nth: 1, window: '', fit: 'fit', link: 0, flip: '' }]);
});

test('E25 the earlier exams of the act’s patient are found, the same region and modality first; not for who has no access', async () => {
  const first = await Exam.left(house, { region: 'Thorax', like: e });
  const other = await Exam.left(house, { region: 'Genou droit', like: e });
  const now = await Exam.left(house, { region: 'Thorax sans injection', like: e });
  const found = ok(await now.imager.get(`/api/acts/${now.id}/priors`));
  assert.deepEqual(found.regions, ['chest']);
  assert.deepEqual(found.priors.map((one) => [one.act_id, one.reason, one.regions]), [[first.id, 'same', ['chest']], [other.id, 'modality', ['lower-limb']]]);
  assert.equal(found.priors[0].study_uid, (await first.images()).study_uid);
  const stranger = await house.person('demandeur2');
  assert.equal((await stranger.get(`/api/acts/${now.id}/priors`)).status, 404);
  assert.equal((await admin.get(`/api/acts/${now.id}/priors`)).status, 403);

  // What is looked at of an earlier exam counts for that exam, never for the one that is read.
  const study = found.priors[0].study_uid, current = (await now.images()).study_uid;
  const [image] = (await now.imager.get(`/dicom-web/studies/${study}/instances?limit=1`)).json;
  const before_ = ok(await now.imager.get(`/api/studies/${current}/ledger`));
  ok(await now.imager.post(`/api/studies/${study}/ledger`, { images: [{ sop: image['00080018'].Value[0], frame: 1, full_ms: 0, partial_ms: 900 }] }));
  assert.deepEqual(ok(await now.imager.get(`/api/studies/${current}/ledger`)), before_);
  assert.equal(ok(await now.imager.get(`/api/studies/${study}/ledger`)).incomplete, 1);
  await now.sign(await now.read()); // one incomplete image of an earlier exam stops no signature of this one
});
