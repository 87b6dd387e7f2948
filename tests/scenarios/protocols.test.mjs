// The library of protocols: written, submitted, judged by the physicist, approved, given to sign; chosen in the act with its reasons, changed during the exam. Allowed and refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Exam } from '../exam.mjs';
import { House } from '../house.mjs';

let house, e, admin, physicist, second, responsible, group;
before(async () => {
  house = await House.start();
  e = await Exam.open(house);
  admin = await house.person('admin');
  physicist = await house.person('physicien');
  second = await house.person('imageur2');
  responsible = await house.person('responsable');
  group = (await e.requester.get('/api/organisations')).json.organisations.find((o) => o.kind === 'imaging');
});
after(() => house?.close());

const TEXT = () => ({ imaging_id: group.id, modality: 'CT', region: 'Thorax', name: 'Thorax très basse dose', phases: '1 passage\nReconstruction fine', steps: 'Bras levés\nApnée', drl: { dlp_mgycm: 30 }, dose_target: { dlp_mgycm: 20 } });
const refused = (answer, status, about) => { assert.equal(answer.status, status, String(answer.bytes)); assert.match(answer.json.error.text, about); };
const ok = (answer) => { assert.equal(answer.status, 200, String(answer.bytes)); return answer.json; };
const traced = async (what, outcome) => assert.ok((await admin.get('/api/audit?limit=200')).json.lines.some((l) => l.what === what && l.outcome === outcome), `${what} ${outcome} in the trace`);
const whole = async (person, id) => ok(await person.get(`/api/protocols/${id}`));

test('E19 E11 a draft is rewritten until it is submitted; the physicist judges its doses; another imager sends back or approves', async () => {
  refused(await e.technologist.post('/api/protocols', TEXT()), 403, /imageurs/);
  const { id } = ok(await e.imager.post('/api/protocols', TEXT()));
  ok(await e.imager.put(`/api/protocols/${id}`, { ...TEXT(), name: 'Thorax basse dose 2' }));
  refused(await e.technologist.put(`/api/protocols/${id}`, TEXT()), 403, /imageurs/);
  refused(await second.post(`/api/protocols/${id}/approve`), 409, /soumise/);
  refused(await physicist.post(`/api/protocols/${id}/opinion`, { opinion: 'favourable', text: 'Conforme aux NRD.' }), 409, /soumise/);
  refused(await e.technologist.post(`/api/protocols/${id}/submit`), 403, /imageurs/);
  ok(await e.imager.post(`/api/protocols/${id}/submit`, { text: 'Dose réduite de moitié.' }));
  refused(await e.imager.post(`/api/protocols/${id}/submit`), 409, /déjà soumise/);
  refused(await e.imager.put(`/api/protocols/${id}`, TEXT()), 409, /soumise ne se réécrit pas/);
  refused(await e.imager.post(`/api/protocols/${id}/opinion`, { opinion: 'favourable', text: 'Je le pense.' }), 403, /physicien/);
  await traced('POST /api/protocols/{id}/opinion', 'refused');
  refused(await physicist.post(`/api/protocols/${id}/opinion`, { opinion: 'perhaps', text: 'Peut-être.' }), 400, /favorable/);
  refused(await second.post(`/api/protocols/${id}/approve`), 409, /physicien médical/);
  refused(await e.imager.post(`/api/protocols/${id}/return`), 400, /à changer/);
  ok(await e.imager.post(`/api/protocols/${id}/return`, { text: 'Préciser la reconstruction.' }));
  assert.equal((await whole(e.imager, id)).protocol.state, 'draft');
  ok(await e.imager.put(`/api/protocols/${id}`, { ...TEXT(), phases: '1 passage\nReconstruction 1 mm' }));
  ok(await e.imager.post(`/api/protocols/${id}/submit`));
  ok(await physicist.post(`/api/protocols/${id}/opinion`, { opinion: 'unfavourable', text: 'Bruit trop élevé.' }));
  refused(await second.post(`/api/protocols/${id}/approve`), 409, /physicien médical/);
  ok(await physicist.post(`/api/protocols/${id}/opinion`, { opinion: 'reserves', text: 'Accord jusqu’à 30 kg/m².' }));
  ok(await second.post(`/api/protocols/${id}/approve`));
  await traced('POST /api/protocols/{id}/approve', 'ok');
  const { protocol } = await whole(e.technologist, id);
  assert.deepEqual([protocol.state, protocol.review.opinion.opinion, protocol.review.opinion.name.includes('FONTAINE')], ['in-force', 'reserves', true]);
  refused(await second.post(`/api/protocols/${id}/approve`), 409, /approuvée/);

  const next = ok(await e.imager.post('/api/protocols', { ...TEXT(), phases: '2 passages', replaces: id })).id;
  assert.equal((await e.technologist.get(`/api/protocols/${next}`)).status, 404, 'a draft is not the technologist’s');
  ok(await e.imager.post(`/api/protocols/${next}/submit`));
  ok(await second.post(`/api/protocols/${next}/approve`, { text: 'Urgence : avis demandé en parallèle.' }));
  const both = (await whole(e.imager, next)).versions;
  assert.deepEqual(both.map((v) => [v.version, v.state]), [[2, 'in-force'], [1, 'replaced']]);
  const listed = async (query) => ok(await e.technologist.get(`/api/protocols${query}`)).protocols.filter((p) => p.root_id === both[1].root_id).map((p) => p.version);
  assert.deepEqual([await listed(''), await listed('?all=1')], [[2], [1, 2]]);
  ok(await e.imager.post(`/api/protocols/${next}/retire`));
  assert.equal((await whole(e.imager, next)).protocol.state, 'withdrawn');
  assert.deepEqual(await listed(''), []);
});

test('E11 E19 who wrote a version, or had a hand in it, does not approve it; another imager or the responsible of the group does', async () => {
  const mr = { ...TEXT(), modality: 'MR', region: 'Genou', name: 'Genou standard', drl: {}, dose_target: {} };
  const { id } = ok(await e.imager.post('/api/protocols', mr));
  ok(await second.put(`/api/protocols/${id}`, { ...mr, steps: 'Antenne genou' }));
  ok(await e.imager.post(`/api/protocols/${id}/submit`));
  refused(await e.imager.post(`/api/protocols/${id}/approve`), 403, /Qui a écrit une version ne l’approuve pas : demandez à un autre imageur/);
  refused(await second.post(`/api/protocols/${id}/approve`), 403, /Qui a écrit/);
  refused(await e.technologist.post(`/api/protocols/${id}/approve`), 403, /imageurs/);
  await traced('POST /api/protocols/{id}/approve', 'refused');
  assert.deepEqual([(await whole(e.imager, id)).protocol.approves, (await whole(second, id)).protocol.approves, (await whole(responsible, id)).protocol.approves], [false, false, true]);
  ok(await responsible.post(`/api/protocols/${id}/approve`));
  const { protocol } = await whole(e.imager, id);
  assert.deepEqual([protocol.state, protocol.review.approved.name.includes('ROUSSEL')], ['in-force', true]);
});

test('E19 E11 a group with nobody else to approve is told so; the responsible of a partner site stands in, of a site the convention binds', async () => {
  const chief = await house.person('cheffe'), stranger = await house.person('chef');
  const mr = { ...TEXT(), modality: 'MR', region: 'Épaule', name: 'Épaule standard', site_id: e.site.id, drl: {}, dose_target: {} };
  const { id } = ok(await e.imager.post('/api/protocols', mr));
  ok(await second.put(`/api/protocols/${id}`, { ...mr, steps: 'Antenne épaule' }));
  ok(await e.imager.post(`/api/protocols/${id}/submit`));
  refused(await chief.post(`/api/protocols/${id}/approve`), 403, /imageurs/); // somebody of the group still may
  assert.equal((await chief.get(`/api/protocols/${id}`)).status, 404);
  ok(await e.imager.post(`/api/protocols/${id}/return`, { text: 'À compléter par tous.' }));
  ok(await responsible.put(`/api/protocols/${id}`, { ...mr, steps: `Antenne épaule, bras le long du corps` }));
  ok(await e.imager.post(`/api/protocols/${id}/submit`));
  refused(await e.imager.post(`/api/protocols/${id}/approve`), 403, /Personne d’autre du groupe.*responsable d’un site partenaire.*administrateur/);
  refused(await stranger.post(`/api/protocols/${id}/approve`), 403, /imageurs/);
  assert.equal((await whole(e.imager, id)).protocol.alone, true);
  assert.equal((await whole(chief, id)).protocol.approves, true);
  ok(await chief.post(`/api/protocols/${id}/approve`));
  assert.match((await whole(e.imager, id)).protocol.review.approved.name, /ROYER/);
});

const part = (title) => ({ title, before: ['À jeun depuis deux heures.'], day: ['Venez sans bijoux.'], bring: ['Carte Vitale'], after: ['Buvez beaucoup.'] });
const SHEET = () => ({ imaging_id: group.id, site_id: e.site.id, modality: 'CT', region: '', contrast: 'any', child: 'any', content: { fr: part('Votre scanner au Val d’Orbe'), en: part('Your CT at Val d’Orbe') } });

test('E19 E11 a preparation sheet is written for a site, submitted, sent back, approved by another, replaced and withdrawn', async () => {
  const sheet = async (person, id) => ok(await person.get(`/api/preparations/${id}`));
  refused(await e.technologist.post('/api/preparations', SHEET()), 403, /imageurs du groupe/);
  refused(await e.imager.post('/api/preparations', { ...SHEET(), contrast: 'perhaps' }), 400, /.+/);
  refused(await e.imager.post('/api/preparations', { ...SHEET(), child: 'may' }), 400, /à qui la fiche/);
  const { id } = ok(await e.imager.post('/api/preparations', SHEET()));
  assert.equal((await e.technologist.get(`/api/preparations/${id}`)).status, 404, 'a draft is not the technologist’s');
  refused(await second.post(`/api/preparations/${id}/approve`), 409, /soumettez-la/);
  ok(await e.imager.put(`/api/preparations/${id}`, { ...SHEET(), contrast: 'no' }));
  refused(await e.technologist.put(`/api/preparations/${id}`, SHEET()), 403, /imageurs du groupe/);
  refused(await e.imager.put(`/api/preparations/${id}`, { ...SHEET(), modality: 'MR' }), 400, /même modalité/);
  ok(await e.imager.post(`/api/preparations/${id}/submit`, { text: 'Sans jeûne prolongé.' }));
  refused(await e.imager.put(`/api/preparations/${id}`, SHEET()), 409, /ne se réécrit pas/);
  refused(await e.imager.post(`/api/preparations/${id}/approve`), 403, /Qui a écrit/);
  refused(await second.post(`/api/preparations/${id}/return`), 400, /à changer/);
  ok(await second.post(`/api/preparations/${id}/return`, { text: 'Dire combien boire.' }));
  ok(await e.imager.put(`/api/preparations/${id}`, { ...SHEET(), contrast: 'no' }));
  ok(await e.imager.post(`/api/preparations/${id}/submit`));
  ok(await second.post(`/api/preparations/${id}/approve`));
  refused(await second.post(`/api/preparations/${id}/approve`), 409, /déjà approuvée/);
  await traced('POST /api/preparations/{id}/approve', 'ok');
  const { preparation } = await sheet(e.technologist, id);
  assert.deepEqual([preparation.state, preparation.site, preparation.approved_by], ['in-force', e.site.name, 'Karim HADDAD']);
  const next = ok(await second.post('/api/preparations', { ...SHEET(), contrast: 'no', replaces: id })).id;
  ok(await second.post(`/api/preparations/${next}/submit`));
  ok(await responsible.post(`/api/preparations/${next}/approve`));
  assert.deepEqual((await sheet(e.imager, next)).versions.map((v) => [v.version, v.state]), [[2, 'in-force'], [1, 'replaced']]);
  const listed = async (query) => ok(await e.technologist.get(`/api/preparations${query}`)).preparations.filter((p) => p.root_id === preparation.root_id).map((p) => p.version);
  assert.deepEqual([await listed(''), await listed('?all=1')], [[2], [1, 2]]);
  const x = await Exam.open(house, { like: e });
  await x.ask(); await x.accept(); await x.plan();
  assert.equal(ok(await x.technologist.get(`/api/acts/${x.id}/preparation?lang=fr`)).sheet.title, 'Votre scanner au Val d’Orbe', 'the site’s own sheet');
  refused(await e.technologist.post(`/api/preparations/${next}/retire`), 403, /imageurs du groupe/);
  ok(await e.imager.post(`/api/preparations/${next}/retire`));
  assert.equal((await sheet(e.imager, next)).preparation.state, 'withdrawn');
  assert.match(ok(await x.technologist.get(`/api/acts/${x.id}/preparation?lang=fr`)).sheet.title, /^Votre scanner$/);
});

test('O6 E19 a protocol in force is given to a site’s technologists to sign; who has signed and was checked stands beside it', async () => {
  const { protocols } = ok(await e.imager.get('/api/protocols'));
  const p = protocols.find((one) => one.modality === 'DX' && one.state === 'in-force');
  const site = (await whole(e.imager, p.id)).acceptance.find((one) => one.name.includes('Val d’Orbe'));
  assert.equal(site.procedure_id, null);
  refused(await e.technologist.post(`/api/protocols/${p.id}/publish`, { organisation_id: site.organisation_id }), 403, /imageurs/);
  refused(await e.imager.post(`/api/protocols/${p.id}/publish`, { organisation_id: group.id }), 403, /convention/);
  const { id: draft } = ok(await e.imager.post('/api/protocols', { ...TEXT(), name: 'Brouillon' }));
  refused(await e.imager.post(`/api/protocols/${draft}/publish`, { organisation_id: site.organisation_id }), 409, /en vigueur/);
  ok(await e.imager.post(`/api/protocols/${p.id}/publish`, { organisation_id: site.organisation_id }));
  const given = (await whole(e.imager, p.id)).acceptance.find((one) => one.organisation_id === site.organisation_id);
  assert.ok(given.procedure_id && given.people.length > 0);
  const mine = () => given.people.find((one) => one.id === e.technologist.me.person.id);
  assert.equal(mine().signed_at_ms, null);
  const procedure = ok(await e.technologist.get(`/api/staff/procedures/${given.procedure_id}`));
  assert.match(procedure.versions[0].text, new RegExp(`${p.name}, version ${p.version}`));
  await house.advance(e.imager, 31000);
  ok(await e.technologist.post(`/api/staff/procedures/${given.procedure_id}/accept`, { version: procedure.version, sha256: procedure.sha256, proof: { kind: 'totp', code: e.technologist.code() } }));
  const after = (await whole(e.imager, p.id)).acceptance.find((one) => one.organisation_id === site.organisation_id);
  assert.ok(after.people.find((one) => one.id === e.technologist.me.person.id).signed_at_ms);
});

test('E11 E17 E19 those that fit are offered with the reason; a change during the exam shows before and after, and is read before the acquisition ends', async () => {
  const x = await Exam.open(house, { like: e });
  await x.ask();
  const offered = ok(await x.imager.get(`/api/acts/${x.id}/protocols`)).protocols;
  const child = offered.find((p) => p.name.includes('15 à 30 kg')), adult = offered.find((p) => p.name === 'Abdomen-pelvis sans injection');
  assert.deepEqual([adult.fits, adult.fits_why.map((w) => [w.what, w.fits, w.from])], [true, [['age', true, 192]]]);
  assert.deepEqual(child.fits_why.map((w) => [w.what, w.fits]), [['age', false], ['weight', false]]);
  assert.ok(child.fits_why[1].value === 74 && child.fits_why[1].to === 30);
  await x.accept({ indication: 'relevant', indication_reason: 'GBU', distance: 'relevant', distance_reason: 'Nuit', benefit_confirmed: true, protocol: { id: adult.id, optimisation: 'Champ limité, 100 kV' } });
  await x.plan(); await x.consent(); await x.prepare(); await x.start();
  const other = { name: 'Abdomen bas, complément', phases: '1 passage centré', injection: 'none', optimisation: 'Champ réduit de moitié' };
  await x.refused(x.technologist, 'change-protocol', { reason: 'Je préfère', protocol: other }, 403);
  await x.refused(x.imager, 'change-protocol', { protocol: other }, 409, 'reason');
  const act = await x.ok(x.imager, 'change-protocol', { reason: 'Artefact : reprendre plus bas.', protocol: other });
  assert.deepEqual([act.facts.protocol.before.name, act.facts.protocol.name], ['Abdomen-pelvis sans injection', other.name]);
  x.scan();
  const { instances } = await x.images();
  await x.refused(x.technologist, 'end-acquisition', { made: instances }, 409, 'protocol-read');
  await x.ok(x.technologist, 'acknowledge-protocol');
  await x.ok(x.technologist, 'end-acquisition', { made: instances });
});

test('E11 after the exam the dose stands beside the reference levels of its protocol, and what adds up for the patient', async () => {
  const x = await Exam.open(house, { like: e });
  await x.ask();
  const adult = ok(await x.imager.get(`/api/acts/${x.id}/protocols`)).protocols.find((p) => p.name === 'Abdomen-pelvis sans injection');
  await x.accept({ indication: 'relevant', indication_reason: 'GBU', distance: 'relevant', distance_reason: 'Nuit', benefit_confirmed: true, protocol: { id: adult.id, optimisation: 'Champ limité, 100 kV' } });
  await x.plan(); await x.consent(); await x.prepare(); await x.start();
  x.scan();
  const act = ok(await x.imager.get(`/api/acts/${x.id}`));
  const dlp = act.dose_compared.find((one) => one.what === 'dlp_mgycm');
  assert.ok(dlp.measured > 0 && dlp.reference === 625 && dlp.above === (dlp.measured > 625), JSON.stringify(dlp));
  const earlier = ok(await x.imager.get(`/api/acts/${x.id}/earlier`));
  assert.ok(earlier.total.studies >= 1 && earlier.total.dlp_mgycm > 0, 'the exam of the story before adds up');
});
