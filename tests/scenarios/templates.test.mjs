// What helps to write a report: templates, phrases and words, own and shared by the organisation; a field left over stops the signature. Allowed and refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
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

const TEMPLATE = { kind: 'template', name: 'TDM abdomen', modality: 'CT', region: 'Abdomen', content: { texts: { technique: '{{technique}}.', results: 'Foie : {{foie}}.', conclusion: '' } } };
const PHRASE = { kind: 'phrase', name: ';nl', content: { text: 'Pas d’anomalie décelable.' } };
const refused = (answer, status, about) => { assert.equal(answer.status, status, String(answer.bytes)); assert.match(answer.json.error.text, about); };
const ok = (answer) => { assert.equal(answer.status, 200, String(answer.bytes)); return answer.json; };
const list = async (person) => ok(await person.get('/api/report-aids'));
const names = async (person, kind) => (await list(person)).aids.filter((a) => a.kind === kind).map((a) => a.name);
const shared = (aid) => ({ ...aid, organisation_id: group.id });

test('E29 an own template is kept, changed and removed by its owner, and seen by nobody else', async () => {
  const { id } = ok(await e.imager.post('/api/report-aids', TEMPLATE));
  const [kept] = (await list(e.imager)).aids;
  assert.deepEqual([kept.name, kept.modality, kept.shared, kept.may_change, kept.version, kept.content], ['TDM abdomen', 'CT', false, true, 1, { texts: { technique: '{{technique}}.', results: 'Foie : {{foie}}.' } }]);
  assert.deepEqual(await names(second, 'template'), []);
  refused(await second.put(`/api/report-aids/${id}`, { ...TEMPLATE, version: 1 }), 404, /n’existe pas/);
  refused(await second.send('DELETE', `/api/report-aids/${id}`), 404, /n’existe pas/);
  refused(await e.requester.get('/api/report-aids'), 403, /./);
  refused(await e.requester.post('/api/report-aids', TEMPLATE), 403, /./);
  ok(await e.imager.put(`/api/report-aids/${id}`, { ...TEMPLATE, name: 'TDM abdomen-pelvis', version: 1 }));
  refused(await e.imager.put(`/api/report-aids/${id}`, { ...TEMPLATE, version: 1 }), 409, /modifié entre-temps/);
  refused(await e.imager.put(`/api/report-aids/${id}`, { ...PHRASE, version: 2 }), 400, /ni un modèle/);
  refused(await e.imager.post('/api/report-aids', { ...TEMPLATE, name: 'TDM abdomen-pelvis' }), 409, /existe déjà/);
  ok(await e.imager.send('DELETE', `/api/report-aids/${id}`));
  assert.deepEqual(await names(e.imager, 'template'), []);
  const { lines } = (await admin.get('/api/audit?limit=200')).json;
  for (const [what, outcome] of [['DELETE /api/report-aids/{id}', 'ok'], ['DELETE /api/report-aids/{id}', 'refused']]) assert.ok(lines.some((l) => l.what === what && l.outcome === outcome), `${what} ${outcome} in the trace`);
});

test('E29 what the organisation shares is changed by its responsible radiologist and used by its imagers', async () => {
  refused(await e.imager.post('/api/report-aids', shared(TEMPLATE)), 403, /radiologue responsable/);
  const { id } = ok(await responsible.post('/api/report-aids', shared(TEMPLATE)));
  const seen = (await list(e.imager)).aids.find((a) => a.id === id);
  assert.deepEqual([seen.shared, seen.organisation, seen.may_change], [true, group.name, false]);
  assert.deepEqual((await list(e.imager)).share, []);
  assert.deepEqual((await list(responsible)).share.map((o) => o.id), [group.id]);
  refused(await e.imager.put(`/api/report-aids/${id}`, { ...TEMPLATE, version: 1 }), 403, /radiologue responsable/);
  refused(await e.imager.send('DELETE', `/api/report-aids/${id}`), 403, /radiologue responsable/);
  refused(await responsible.post('/api/report-aids', { ...TEMPLATE, organisation_id: e.site.id }), 403, /radiologue responsable/);
  ok(await responsible.put(`/api/report-aids/${id}`, { ...TEMPLATE, region: 'Abdomen-pelvis', version: 1 }));
  ok(await e.imager.post('/api/report-aids', TEMPLATE)); // the same name as one's own
  ok(await responsible.send('DELETE', `/api/report-aids/${id}`));
});

test('E29 what is no template, phrase or word is refused with what to write', async () => {
  const send = (aid) => e.imager.post('/api/report-aids', aid);
  ok(await send(PHRASE));
  ok(await send({ kind: 'word', name: 'micronodule', content: {} }));
  assert.deepEqual([await names(e.imager, 'phrase'), await names(e.imager, 'word')], [[';nl'], ['micronodule']]);
  for (const name of ['nl', ';', '; nl', ';né', `;${'a'.repeat(40)}`]) refused(await send({ ...PHRASE, name }), 400, /point-virgule/);
  refused(await send({ ...PHRASE, name: ';vide', content: { text: '' } }), 400, /texte de la phrase/);
  for (const name of ['deux mots', 'h2o', 'x', '<b>']) refused(await send({ kind: 'word', name, content: {} }), 400, /seul mot/);
  refused(await send({ ...TEMPLATE, name: ' ' }), 400, /nom au modèle/);
  refused(await send({ ...TEMPLATE, name: 'Vide', content: { texts: { dose: 'x', results: '' } } }), 400, /au moins une partie/);
  refused(await send({ ...TEMPLATE, name: 'Long', content: { texts: { results: 'a'.repeat(17000) } } }), 400, /16 000/);
  refused(await send({ ...TEMPLATE, kind: 'macro' }), 400, /ni un modèle/);
});

test('E29 a field of a template left in the report is named as missing and stops the signature', async () => {
  await e.consent(); await e.ask(); await e.accept(); await e.plan(); await e.prepare(); await e.start();
  e.scan();
  await e.release();
  await e.ok(e.technologist, 'patient-left');
  const open = await e.read({ results: 'Foie : {{foie}}. Pas d’épanchement.' });
  assert.deepEqual(open.missing.map((m) => m.code), ['report-fields']);
  await house.advance(e.imager, 31000);
  await e.refused(e.imager, 'sign', { revision: open.revision, sha256: open.sha256, proof: { kind: 'totp', code: e.imager.code() } }, 409, 'report-fields');
  // Images cited: kept while their words stand in the text, and only those of this patient.
  const at = (await e.imager.get(`/api/acts/${e.id}`)).json.images, [series] = at.series;
  const [header] = (await e.imager.get(`/dicom-web/studies/${at.study_uid}/series/${series.uid}/instances?limit=1`)).json;
  const place = { mark: 'série 1, image 1', series: series.uid, sop: header['00080018'].Value[0], frame: 1, window: { center: 40, width: 400 } };
  const save = async (revision, content) => e.imager.put(`/api/acts/${e.id}/report`, { revision, content: { ...open.content, ...content } });
  const cited = ok(await save(open.revision, { results: 'Kyste (série 1, image 1). {{suite}}', places: [place, { ...place, mark: 'série 9, image 9' }, { ...place, sop: '1.2.3', mark: 'Kyste' }, { ...place, sop: 'x', mark: 'Kyste' }] }));
  assert.deepEqual(cited.content.places, [place]);
  for (const wrong of [{ ...place, frame: 0 }, { ...place, mark: '' }, { ...place, window: { center: 40, width: -1 } }]) refused(await save(cited.revision, { places: [wrong] }), 400, /forme attendue/);
  assert.equal((await save(cited.revision, { places: Array(300).fill(place) })).status, 400);
  open.revision = cited.revision;
  const full = (await e.imager.put(`/api/acts/${e.id}/report`, { revision: open.revision, content: { ...open.content, results: 'Foie sans anomalie. Pas d’épanchement.' } })).json;
  assert.deepEqual(full.missing, []);
  await e.sign(full);
});

const HTML = `<!DOCTYPE html><html><head><meta charset="UTF-8"><meta name="dcterms.title" content="CT Chest"><meta name="dcterms.language" content="en"><meta name="dcterms.rights" content="Free for care">
<script type="text/xml"><!--<template_attributes><term><code meaning="computed tomography" value="RID10321" scheme="RadLex"></term><coded_content><entry ORIGTXT="S3"><term><code meaning="impression section" value="RID13170" scheme="RadLex"></term></entry></coded_content></template_attributes>--></script>
<script>fetch('//x')</script></head><body onload="x()"><section data-section-name="Procedure"><p><label for="a">Contrast:</label> <input id="a" type="text" name="contrast media"></p></section>
<section data-section-name="Findings"><p>Lungs: <select name="lungs"><option>clear</option><option>abnormal</option></select>.</p></section><section data-section-name="Heart"><p>Normal. <img src="https://x/y.png"></p></section>
<section id="S3" data-section-name="Bilan"><p><textarea name="Impression">Normal.</textarea></p></section></body></html>`;
const importing = (person, html) => person.post('/api/report-aids/import', Buffer.from(html), { 'Content-Type': 'text/html' });

test('E29 a template of another house (MRRT) is shown as it would be, with what was left out; what is none is refused', async () => {
  const { template, notes } = ok(await importing(e.imager, HTML));
  assert.deepEqual(template, { kind: 'template', name: 'CT Chest', modality: 'CT', region: '', content: { texts: { technique: 'Contrast: {{contrast media}}', results: 'Lungs: {{clear | abnormal}}.\nHeart\nNormal.', conclusion: 'Normal.' } } });
  const told = notes.map((n) => `${n.code} ${n.about}`);
  for (const one of ['section Heart', 'language en', 'rights Free for care', 'active script', 'active onload', 'active img']) assert.ok(told.includes(one), `${one} in ${told}`);
  assert.equal((await list(e.imager)).aids.some((a) => a.name === 'CT Chest'), false, 'nothing is kept by looking');
  refused(await importing(e.imager, '<html><body><p>Bonjour</p></body></html>'), 400, /n’a pas de partie/);
  refused(await importing(e.imager, Buffer.from([0x3c, 0xe9])), 400, /UTF-8/);
  refused(await importing(e.imager, '<!DOCTYPE html [<!ENTITY a "b">]><section><p>&a;</p></section>'), 400, /entités/);
  refused(await importing(e.imager, `<section data-section-name="Findings"><p>${'a'.repeat(17000)}</p></section>`), 400, /16 000/);
  assert.equal((await importing(e.imager, 'x'.repeat(300 * 1024))).status, 413);
  refused(await importing(e.requester, HTML), 403, /./);
});

test('E29 a template leaves as MRRT, well-formed, and comes back the same; somebody else’s does not leave', async () => {
  const aid = { kind: 'template', name: 'TEP-TDM « corps entier »', modality: 'PT/CT', region: 'Corps entier', content: { texts: { indication: '{{indication}}', technique: 'Dose :  {{dose}}.\n\n<b> & "c"', comparison: '{{comparaison}}', results: 'Foie : {{normal | stéatose}}.\nRate {{taille}} mm\n', conclusion: 'Rien.', follow_up: 'À 3 mois', contact: '01' } } };
  const { id } = ok(await e.imager.post('/api/report-aids', aid));
  const out = await e.imager.get(`/api/report-aids/${id}/mrrt`);
  assert.equal(out.status, 200, String(out.bytes));
  assert.match(out.headers['content-type'], /^text\/html/);
  assert.match(out.headers['content-disposition'], /^attachment/);
  assert.match(String(out.bytes), /<meta name="dcterms.creator" content="[^"]+"\/>/);
  const back = ok(await importing(e.imager, out.bytes));
  assert.deepEqual([back.template, back.notes], [aid, []]);
  const { id: phrase } = ok(await e.imager.post('/api/report-aids', { ...PHRASE, name: ';mrrt' }));
  refused(await e.imager.get(`/api/report-aids/${phrase}/mrrt`), 400, /Seuls les modèles/);
  refused(await second.get(`/api/report-aids/${id}/mrrt`), 404, /n’existe pas/);
  refused(await e.requester.get(`/api/report-aids/${id}/mrrt`), 403, /./);
  ok(await e.imager.send('DELETE', `/api/report-aids/${id}`));
});

test('E29 an addendum cites images of the patient too, beside those of the signed report', async () => {
  await e.until('delivered');
  await e.ok(e.imager, 'open-addendum', { kind: 'complement' });
  const base = (await e.imager.get(`/api/acts/${e.id}/report`)).json;
  const at = (await e.imager.get(`/api/acts/${e.id}`)).json.images, [series] = at.series;
  const [header] = (await e.imager.get(`/dicom-web/studies/${at.study_uid}/series/${series.uid}/instances?limit=1`)).json;
  const place = { mark: 'série 1, image 1', series: series.uid, sop: header['00080018'].Value[0], frame: 1, window: null };
  const save = (revision, addendum) => e.imager.put(`/api/acts/${e.id}/addendum`, { revision, addendum });
  const sections = { results: 'Kyste rénal (série 1, image 1).' };
  const saved = ok(await save(base.last_revision, { kind: 'complement', reason: 'Relecture.', sections, places: [place, { ...place, mark: 'Kyste', sop: '1.2.3' }] }));
  assert.deepEqual(saved.content.places, [place], 'another patient’s image, or none, is not kept');
  refused(await save(saved.last_revision ?? saved.revision, { kind: 'complement', sections, places: [{ ...place, frame: 0 }] }), 400, /forme attendue/);
});

test('E25 E29 earlier reports of the patient are listed for who may open them themselves, and each reading is traced', async () => {
  const next = await Exam.open(house, { like: e });
  await next.consent(); await next.ask();
  const earlier = async (person, id = next.id) => person.get(`/api/acts/${id}/earlier-reports`);
  const { reports } = ok(await earlier(e.imager));
  assert.deepEqual(reports.map((r) => [r.act_id, r.modality, r.region, r.version, r.doubt]), [[e.id, 'CT', 'Abdomen-pelvis', 1, false]]);
  assert.match(reports[0].author, /^Dr /);
  assert.ok(reports[0].exam_at_ms > 0 && reports[0].site.length > 0);
  const read = ok(await e.imager.get(`/api/acts/${e.id}/report?revision=${reports[0].revision}`));
  assert.deepEqual([read.status, read.content.results], ['signed', 'Foie sans anomalie. Pas d’épanchement.']);
  const { lines } = (await admin.get('/api/audit?limit=200')).json;
  assert.ok(lines.some((l) => l.what === 'GET /api/acts/{id}/report' && l.act_id === e.id && l.actor === 'imageur' && l.outcome === 'ok'), 'the reading stands in the trace');
  assert.deepEqual(ok(await earlier(e.imager, e.id)).reports, [], 'the act itself is none, and one without a signed report neither');
  refused(await earlier(e.requester), 403, /./);
  refused(await earlier(e.imager, 999999), 404, /./);
  // Closed to them: neither listed nor read.
  assert.equal(spawnSync('sqlite3', [path.join(house.data, 'beclere.db'), `PRAGMA busy_timeout = 5000; UPDATE access_grant SET until_s = 1 WHERE act_id = ${e.id}`]).status, 0);
  assert.deepEqual(ok(await earlier(e.imager)).reports, []);
  assert.equal((await e.imager.get(`/api/acts/${e.id}/report?revision=${reports[0].revision}`)).status, 404);
});
