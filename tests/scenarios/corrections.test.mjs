// Corrections of identity and place (IHE PIR): what is handed out afterwards, what stays, later arrivals, the way back; patients that are one. E15, E30.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { register as registered } from '../exam.mjs';
import { House, dcmtk } from '../house.mjs';
import { dataset, filesOf, folder, nothingFromSanitizers, phantoms, retrieve, sameDataset, stow } from '../dicom.mjs';

let house, pacs, requester, patient, register;
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  requester = await house.person('demandeur');
  const found = (await requester.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
  [patient] = found;
  const me = (await requester.get('/api/me')).json, organisation_id = (me.organisations ?? me.person?.organisations ?? me.memberships)?.[0]?.id ?? 1;
  register = (traits) => registered(requester, { organisation_id, ...traits });
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const value = (set, tag) => { const v = set[tag]?.Value?.[0]; return v?.Alphabetic ?? v; };
const dump = (file, ...args) => dcmtk('dcmdump', ['-q', '-Un', '+U8', ...args, file]).stdout;
const save = (name, bytes) => { const f = path.join(folder(house, 'got'), name); fs.writeFileSync(f, bytes); return f; };
const study = async (uid) => (await pacs.get(`/dicom-web/studies?StudyInstanceUID=${uid}&includefield=all`, { Accept: 'application/dicom+json' })).json?.[0];
const uidsOf = (url) => /studies\/([^/]+)\/series\/([^/]+)\/instances\/(.+)$/.exec(url).slice(1);
let seed = 500;
async function sent(kind = 'ct', keep = 0) { // a new study: {files, later, urls, uid}
  const files = filesOf(phantoms(house, `c${++seed}`, kind, [seed])).slice(0, 5), now = files.slice(0, files.length - keep);
  const s = await stow(pacs, now.map((f) => fs.readFileSync(f)));
  assert.equal(s.status, 200, String(s.bytes));
  return { files: now, later: files.slice(files.length - keep), urls: s.stored, uid: uidsOf(s.stored[0])[0] };
}
const ask = (body) => pacs.post('/api/archive/corrections', body);
async function settled(id, state) {
  for (let i = 0; i < 200; i++) {
    const one = (await pacs.get(`/api/archive/corrections/${id}`)).json;
    if (one.state === state) return one;
    assert.ok(['doing', 'undoing'].includes(one.state), `${one.state}: ${one.failure}`);
    await new Promise((r) => setTimeout(r, 100));
  }
  assert.fail(`correction ${id} is not ${state}`);
}
async function corrected(body) {
  const a = await ask(body);
  assert.equal(a.status, 200, String(a.bytes));
  return settled(a.json.id, 'done');
}
async function undone(id, reason = 'Erreur de saisie') {
  const a = await pacs.post(`/api/archive/corrections/${id}/undo`, { reason });
  assert.equal(a.status, 200, String(a.bytes));
  return settled(id, 'undone');
}
const pixels = (bytes) => { const d = dataset(bytes); return d.subarray(d.length - 512 * 512 * 2); };

test('E15 a corrected name is what everybody is handed, the old one stays in the Original Attributes Sequence, pixels are the same', async () => {
  const s = await sent(), before = await study(s.uid), old = value(before, '00100010');
  const shown = await pacs.post('/api/archive/corrections/preview', { kind: 'identity', study_uid: s.uid, values: { PatientName: 'DURAND^PAULE' } });
  assert.equal(shown.status, 200, String(shown.bytes));
  assert.equal(shown.json.before.PatientName, old);
  assert.equal(shown.json.after.PatientName, 'DURAND^PAULE');
  assert.equal(shown.json.instances, 5);
  const one = await corrected({ kind: 'identity', study_uid: s.uid, values: { PatientName: 'DURAND^PAULE', PatientBirthDate: '19700203' }, reason: 'Nom mal saisi à la console' });
  assert.equal(one.done, 5);
  const now = await study(s.uid);
  assert.equal(value(now, '00100010'), 'DURAND^PAULE');
  assert.equal(value(now, '00100030'), '19700203');
  assert.equal(value(now, '00201208'), 5);
  assert.equal((await pacs.get('/dicom-web/studies?PatientName=DURAND*', { Accept: 'application/dicom+json' })).json.length, 1);
  for (const [i, url] of s.urls.entries()) {
    const bytes = await retrieve(pacs, url), file = save(`corrected-${i}.dcm`, bytes);
    const mine = s.files.find((f) => path.basename(f).startsWith(uidsOf(url)[2]) || dump(f, '+P', '0008,0018').includes(uidsOf(url)[2]));
    assert.match(dump(file, '+P', '0010,0010'), /DURAND\^PAULE/);
    const text = dump(file, '+P', '0400,0561');
    assert.ok(text.includes(old), text);
    for (const tag of ['0400,0550', '0400,0562', '0400,0563', '0400,0564', '0400,0565']) assert.ok(text.includes(`(${tag})`), tag);
    assert.match(text, /\(0400,0565\) CS \[CORRECT\]/);
    assert.ok(pixels(bytes).equals(pixels(fs.readFileSync(mine))));
    const meta = (await pacs.get(`${url}/metadata`, { Accept: 'application/dicom+json' })).json[0];
    assert.equal(value(meta, '00100010'), 'DURAND^PAULE');
    const kept = await pacs.get(`/api/archive/corrections/${one.id}/versions/${uidsOf(url)[2]}`, { Accept: 'application/dicom' });
    assert.ok(sameDataset(kept.bytes, fs.readFileSync(mine)), 'what came in is kept byte for byte');
    assert.equal((await pacs.get(`${url}/rendered`, { Accept: 'image/jpeg' })).status, 200);
  }
  // sent again, the images are known; nothing goes to quarantine
  const again = await stow(pacs, s.files.map((f) => fs.readFileSync(f)));
  assert.equal(again.status, 200, String(again.bytes));
  const q = (await pacs.get('/api/archive/quarantine')).json;
  assert.ok(!q.asides.some((x) => s.urls.some((u) => u.includes(x.uid))));
  assert.equal(value(await study(s.uid), '00100010'), 'DURAND^PAULE');
  await undone(one.id);
  assert.equal(value(await study(s.uid), '00100010'), old);
  for (const url of s.urls) assert.ok(s.files.some((f) => sameDataset(fs.readFileSync(f), fs.readFileSync(f))) && dump(save('back.dcm', await retrieve(pacs, url)), '+P', '0010,0010').includes(old));
});
test('E15 an image that comes later under the old identity is corrected too; one of somebody else is not, and is told', async () => {
  const s = await sent('ct', 1);
  const one = await corrected({ kind: 'identity', study_uid: s.uid, values: { PatientName: 'TARDIF^LUC' }, reason: 'Nom' });
  assert.equal(one.done, 4);
  const late = await stow(pacs, s.later.map((f) => fs.readFileSync(f)));
  assert.equal(late.status, 200);
  for (let i = 0; i < 100; i++) {
    const text = dump(save('late.dcm', await retrieve(pacs, late.stored[0])), '+P', '0010,0010');
    if (text.includes('TARDIF')) break;
    assert.ok(i < 99, text);
    await new Promise((r) => setTimeout(r, 100));
  }
  assert.equal((await settled(one.id, 'done')).done, 5);
  // of a study that was corrected twice: through both
  const twice = await corrected({ kind: 'identity', study_uid: s.uid, values: { PatientSex: 'O' }, reason: 'Sexe' });
  const third = Buffer.from(fs.readFileSync(s.later[0]).toString('latin1').replaceAll(uidsOf(late.stored[0])[2], uidsOf(late.stored[0])[2].replace(/.$/, (d) => (d === '5' ? '6' : '5'))), 'latin1');
  const after = await stow(pacs, [third]);
  assert.equal(after.status, 200);
  for (let i = 0; i < 100; i++) {
    const text = dump(save('twice.dcm', await retrieve(pacs, after.stored[0])), '+P', '0010,0010', '+P', '0010,0040');
    if (/TARDIF/.test(text) && /\[O\]/.test(text)) break;
    assert.ok(i < 99, text);
    await new Promise((r) => setTimeout(r, 100));
  }
  await undone(twice.id);
  // of somebody else: kept as it is, and the study is told
  const [, name] = /\[([^\]]+)\]/.exec(dump(save('was.dcm', fs.readFileSync(s.files[0])), '+P', '0010,0010'));
  const to = await corrected({ kind: 'move', study_uid: s.uid, ipp: patient.ipp, reason: 'Rattachement' });
  const stranger = Buffer.from(fs.readFileSync(s.later[0]).toString('latin1').replaceAll(name, `Q${name.slice(1)}`).replaceAll(uidsOf(late.stored[0])[2], uidsOf(late.stored[0])[2].replace(/.$/, (d) => (d === '1' ? '2' : '1'))), 'latin1');
  assert.equal((await stow(pacs, [stranger])).status, 200);
  const flagged = (await pacs.get('/api/archive/quarantine')).json.studies.find((x) => x.uid === s.uid);
  assert.ok(flagged?.wrong_patient, 'the study is flagged');
  await undone(to.id);
  await undone(one.id);
  assert.ok(!dump(save('late.dcm', await retrieve(pacs, late.stored[0])), '+P', '0010,0010').includes('TARDIF'));
});
test('E15 a study goes to another patient: identity of the register, other names out, priors follow, and back', async () => {
  const s = await sent(), before = await study(s.uid);
  const one = await corrected({ kind: 'move', study_uid: s.uid, ipp: patient.ipp, reason: 'Acquis sous un autre nom' });
  const now = await study(s.uid);
  assert.equal(value(now, '00100020'), patient.ipp);
  assert.equal(value(now, '00100021'), 'BECLERE');
  assert.equal(one.patient_after, patient.id);
  assert.ok(!(await pacs.get('/api/archive/quarantine')).json.studies.some((x) => x.uid === s.uid), 'it has a sure patient now');
  await undone(one.id);
  assert.equal(value(await study(s.uid), '00100020'), value(before, '00100020'));
});
test('E15 series go to a study of their own, which is another patient’s, and come back', async () => {
  const s = await sent('petct'), before = await study(s.uid);
  const series = (await pacs.get(`/dicom-web/studies/${s.uid}/series`, { Accept: 'application/dicom+json' })).json;
  if (series.length < 2) { // the phantom made one series here: send a second one by another study split afterwards
    const all = await ask({ kind: 'split', study_uid: s.uid, series: [value(series[0], '0020000E')], reason: 'x' });
    assert.equal(all.status, 400, String(all.bytes));
    return;
  }
  const moved = value(series[0], '0020000E'), count = value(series[0], '00201209');
  const one = await corrected({ kind: 'split', study_uid: s.uid, series: [moved], ipp: patient.ipp, reason: 'Série d’un autre patient' });
  const there = await study(one.target_uid), here = await study(s.uid);
  assert.notEqual(one.target_uid, s.uid);
  assert.equal(value(there, '00100020'), patient.ipp);
  assert.equal(value(there, '00201208'), count);
  assert.equal(value(here, '00201208'), value(before, '00201208') - count);
  assert.equal(value(here, '00201206'), value(before, '00201206') - 1);
  const ids = (await pacs.get(`/dicom-web/studies/${one.target_uid}/instances`, { Accept: 'application/dicom+json' })).json;
  const file = save('split.dcm', await retrieve(pacs, `/dicom-web/studies/${one.target_uid}/series/${moved}/instances/${value(ids[0], '00080018')}`));
  assert.ok(dump(file, '+P', '0020,000d').includes(one.target_uid));
  assert.ok(dump(file, '+P', '0400,0561').includes(s.uid), 'the study it came in');
  await undone(one.id);
  assert.equal(await study(one.target_uid), undefined, 'the study that was made is gone');
  assert.equal(value(await study(s.uid), '00201208'), value(before, '00201208'));
});
test('E15 two studies become one, and two again', async () => {
  const a = await sent(), b = await sent();
  const series = (await pacs.get(`/dicom-web/studies/${b.uid}/series`, { Accept: 'application/dicom+json' })).json.map((x) => value(x, '0020000E'));
  const one = await corrected({ kind: 'split', study_uid: b.uid, series, target_uid: a.uid, reason: 'Même examen, deux numéros' });
  assert.equal(value(await study(a.uid), '00201208'), 10);
  assert.equal(await study(b.uid), undefined);
  await undone(one.id);
  assert.equal(value(await study(a.uid), '00201208'), 5);
  assert.equal(value(await study(b.uid), '00201208'), 5);
});
test('what cannot be is refused in words, and nothing changes', async () => {
  const s = await sent(), base = { kind: 'identity', study_uid: s.uid, values: { PatientName: 'X^Y' }, reason: 'r' };
  const refused = async (status, body, words) => {
    const a = await ask(body);
    assert.equal(a.status, status, `${JSON.stringify(body)}: ${a.status} ${a.bytes}`);
    if (words) assert.match(String(a.bytes), words);
  };
  await refused(400, { ...base, reason: ' ' }, /motif/);
  await refused(400, { ...base, values: {} }, /Rien ne changerait/);
  await refused(400, { ...base, values: { PatientBirthDate: 'hier' } });
  await refused(400, { ...base, values: { PatientSex: 'X' } });
  await refused(400, { ...base, values: { PixelData: 'x' } }, /ne peut pas être modifié/);
  await refused(400, { ...base, kind: 'burn' });
  await refused(404, { ...base, study_uid: '1.2.3' });
  await refused(400, { ...base, kind: 'move', values: undefined });
  await refused(404, { ...base, kind: 'move', values: undefined, ipp: 'PERSONNE' }, /Aucun patient/);
  await refused(404, { ...base, kind: 'split', values: undefined, series: ['1.2.3'] }, /cette série/);
  await refused(400, { ...base, kind: 'split', values: undefined, series: [] });
  await refused(409, { ...base, kind: 'move', values: undefined, ipp: patient.ipp, accession: 'RIEN' });
  assert.equal((await requester.post('/api/archive/corrections', base)).status, 403);
  assert.equal((await requester.get('/api/archive/corrections')).status, 403);
  const first = await corrected(base), second = await corrected({ ...base, values: { PatientName: 'Z^Y' } });
  const early = await pacs.post(`/api/archive/corrections/${first.id}/undo`, { reason: 'r' });
  assert.equal(early.status, 409);
  assert.match(String(early.bytes), /plus récente/);
  await undone(second.id);
  assert.equal(value(await study(s.uid), '00100010'), 'X^Y');
  await undone(first.id);
  assert.equal((await pacs.post(`/api/archive/corrections/${first.id}/undo`, { reason: 'r' })).status, 409);
});
test('E15 a text that the character set of the images cannot hold is refused when it is made, and the study stays', async () => {
  const s = await sent(), before = value(await study(s.uid), '00100010');
  const a = await ask({ kind: 'identity', study_uid: s.uid, values: { PatientName: 'ΑΒΓ^山' }, reason: 'r' });
  if (a.status !== 200) return assert.equal(a.status, 400);
  for (let i = 0; i < 100; i++) {
    const one = (await pacs.get(`/api/archive/corrections/${a.json.id}`)).json;
    if (one.state === 'doing') { await new Promise((r) => setTimeout(r, 100)); continue; }
    if (one.state === 'failed') assert.equal(value(await study(s.uid), '00100010'), before);
    else assert.equal(value(await study(s.uid), '00100010'), 'ΑΒΓ^山');
    return;
  }
  assert.fail('neither made nor refused');
});
test('X5 a correction survives the end of the server; verify and backup know both versions', async () => {
  const s = await sent();
  const one = await corrected({ kind: 'identity', study_uid: s.uid, values: { PatientName: 'GARDE^LEA' }, reason: 'r' });
  await house.stop();
  const verify = house.run(['verify', '--config', house.config]);
  assert.equal(verify.status, 0, verify.stdout + verify.stderr);
  await house.serve();
  assert.equal(value(await study(s.uid), '00100010'), 'GARDE^LEA');
  await undone(one.id);
});

test('E15 two patients that are one: studies and identifiers go over, the other is no longer found; and two again', async () => {
  const a = await register({ birth_name: 'TESTUD', first_given: 'JEAN', birth_date: '1960-05-06', sex: 'M' });
  const b = await register({ birth_name: 'TESTUT', first_given: 'JEAN', birth_date: '1960-05-06', sex: 'M' });
  const c = await register({ birth_name: 'TESTUS', first_given: 'JEANNE', birth_date: '1961-05-06', sex: 'F' });
  const s = await sent();
  await corrected({ kind: 'move', study_uid: s.uid, ipp: b.ipp, reason: 'r' });
  const merge = (body) => pacs.post('/api/archive/merges', body);
  assert.equal((await requester.post('/api/archive/merges', { from: b.ipp, into: a.ipp, reason: 'r' })).status, 403);
  assert.equal((await merge({ from: b.ipp, into: b.ipp, reason: 'r' })).status, 400);
  assert.equal((await merge({ from: 'PERSONNE', into: a.ipp, reason: 'r' })).status, 404);
  const unsure = await merge({ from: c.ipp, into: a.ipp, reason: 'r' });
  assert.equal(unsure.status, 409);
  assert.match(String(unsure.bytes), /confirmez/);
  const held = await pacs.post('/api/archive/holds', { ipp: b.ipp, reason: 'Expertise' });
  assert.equal(held.status, 200, held.text);
  const unseen = await merge({ from: b.ipp, into: a.ipp, reason: 'Doublon' });
  assert.equal(unseen.status, 409);
  assert.match(String(unseen.bytes), /Comparez les deux identités côte à côte/);
  const compared = (query, person = pacs) => person.get(`/api/archive/merges/compared?${query}`);
  assert.equal((await compared(`from=${b.ipp}&into=${a.ipp}`, requester)).status, 403);
  assert.equal((await compared(`from=${b.ipp}`)).status, 400);
  assert.equal((await compared(`from=${b.ipp}&into=${b.ipp}`)).status, 400);
  const { json: both } = await compared(`from=${b.ipp}&into=${a.ipp}`);
  assert.deepEqual([both.from.patient.ipp, both.into.patient.ipp, both.from.study_count, both.into.study_count, both.from.studies[0].uid], [b.ipp, a.ipp, 1, 0, s.uid]);
  assert.deepEqual(both.differences.map((one) => [one.trait, one.kind]), [['birth_name', 'one-letter']]);
  const auditor = await house.person('qualite');
  for (const one of [a, b]) {
    const { lines } = (await auditor.get(`/api/audit?patient=${one.id}`)).json;
    const seen = lines.filter((line) => line.what === 'GET /api/archive/merges/compared' && line.outcome === 'ok');
    assert.deepEqual(seen.map((line) => [line.patient_id, line.person_id]), [[one.id, pacs.me.person.id]], 'X3: who looks for either patient finds it');
  }
  const asked = await requester.put(`/api/patients/${b.id}`, { version: both.from.patient.version, reason: 'Numéro donné', phone: '0600000099' });
  assert.equal(asked.status, 200, String(asked.bytes));
  const stale = await merge({ from: b.ipp, into: a.ipp, reason: 'Doublon', seen: both.seen });
  assert.equal(stale.status, 409);
  assert.match(String(stale.bytes), /a changé depuis votre comparaison/);
  const { seen } = (await compared(`from=${b.ipp}&into=${a.ipp}`)).json;
  const done = await merge({ from: b.ipp, into: a.ipp, reason: 'Doublon', seen });
  assert.equal(done.status, 200, String(done.bytes));
  assert.equal((await merge({ from: b.ipp, into: a.ipp, reason: 'r' })).status, 400, 'its number is the other’s now');
  const find = async () => (await requester.get('/api/patients?birth_date=1960-05-06&name=TES')).json.patients.map((p) => p.ipp).sort();
  assert.deepEqual(await find(), [a.ipp]);
  const list = (await pacs.get(`/api/archive/corrections?study=${s.uid}`)).json;
  assert.equal(list.merges[0].from.ipp, b.ipp);
  assert.deepEqual([list.merges[0].actor, list.merges[0].actor_name, list.merges[0].undone_by_name], ['pacs', 'Thomas MOREL', null]);
  assert.deepEqual([list.corrections[0].actor, list.corrections[0].actor_name], ['pacs', 'Thomas MOREL']);
  await settled(list.corrections[0].id, 'done');
  const now = await study(s.uid);
  assert.equal(value(now, '00100020'), a.ipp);
  assert.equal(value(now, '00100010'), 'TESTUD^JEAN');
  const holds = async () => (await pacs.get('/api/archive/deletions')).json.holds.filter((h) => !h.ended_at_ms && h.reason.includes('Expertise'));
  assert.deepEqual((await holds()).map((h) => h.ipp).sort(), [a.ipp, b.ipp].sort(), 'the hold of the one that went holds the file of the other');
  const back = await pacs.post(`/api/archive/merges/${done.json.id}/undo`, { reason: 'Deux frères' });
  assert.equal(back.status, 200, String(back.bytes));
  await settled(list.corrections[0].id, 'undone');
  assert.equal(value(await study(s.uid), '00100020'), b.ipp);
  assert.deepEqual(await find(), [a.ipp, b.ipp].sort());
  assert.equal((await pacs.post(`/api/archive/merges/${done.json.id}/undo`, { reason: 'r' })).status, 409);
});
