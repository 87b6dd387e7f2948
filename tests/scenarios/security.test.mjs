// The register of security incidents and breaches: opened, assessed, told in time, closed; nothing of it is taken back.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';

const HOUR = 3600000;
let house, quality, admin, imager, id;
before(async () => {
  house = await House.start();
  [quality, admin, imager] = [await house.person('qualite'), await house.person('admin'), await house.person('imageur')];
});
after(async () => { await house?.close(); });
const one = async (which = id) => (await quality.get('/api/security-incidents')).json.incidents.find((incident) => incident.id === which);
const entry = (person, step, data = {}, which = id) => person.post(`/api/security-incidents/${which}/entries`, { step, ...data });
async function refused(person, status, words, step, data, which) {
  const a = await entry(person, step, data, which);
  assert.equal(a.status, status, String(a.bytes));
  assert.match(a.json.error.text, words);
}
const ASSESSED = { breach: true, risk: 'high', serious: true, people: 240, data: 'Comptes rendus et identités', consequences: 'Divulgation possible de comptes rendus.' };

test('X7 who keeps the trace opens an incident, known since a moment that is past; others may neither read nor write the register', async () => {
  assert.equal((await imager.get('/api/security-incidents')).status, 403);
  assert.equal((await imager.post('/api/security-incidents', { title: 'x', what: 'Quelque chose', known_at_ms: house.now() })).status, 403);
  for (const wrong of [{ title: '', what: 'Poste volé hier soir' }, { title: 'Poste volé', what: 'ouf' }, { title: 'Poste volé', what: 'Poste volé hier soir', known_at_ms: house.now() + HOUR }, { title: 'P'.repeat(300), what: 'Poste volé hier soir' }])
    assert.equal((await quality.post('/api/security-incidents', { known_at_ms: house.now() - HOUR, ...wrong })).status, 400, JSON.stringify(wrong).slice(0, 60));
  const made = await quality.post('/api/security-incidents', { title: 'Poste de lecture volé', what: 'Un poste portable non chiffré a disparu du service.', known_at_ms: house.now() - HOUR });
  assert.equal(made.status, 200, String(made.bytes));
  id = made.json.id;
  const opened = await one();
  assert.deepEqual([opened.assessed, opened.closed, opened.duties], [false, false, []]);
  assert.equal(opened.entries[0].by.includes(quality.me.person.family ?? ''), true);
});

test('X7 the assessment says data, risk and gravity; from it follow whom the law wants told, and until when', async () => {
  await refused(quality, 400, /quel risque/, 'assess', { ...ASSESSED, risk: 'some' });
  await refused(quality, 400, /quelques mots/, 'assess', { ...ASSESSED, consequences: '' });
  await refused(quality, 400, /quelques mots/, 'assess', { ...ASSESSED, data: '' });
  assert.equal((await entry(quality, 'assess', { ...ASSESSED, risk: 'none', serious: false })).status, 200);
  assert.deepEqual((await one()).duties, [], 'a breach without a risk is documented, and told to nobody');
  assert.equal((await entry(admin, 'assess', ASSESSED)).status, 200, 'assessed anew when more is known');
  const { duties, known_at_ms: known } = await one();
  assert.deepEqual(duties.map((duty) => [duty.to, (duty.due_ms - known) / HOUR, duty.told_ms, duty.overdue]), [['cnil', 72, null, false], ['people', 72, null, false], ['cert-sante', 24, null, false]]);
});

test('X7 notices are noted with their hour and reference; one that comes late says why; the register stays open until all are told', async () => {
  await refused(quality, 400, /qui a été informé/, 'notify', { to: 'press', told_at_ms: house.now(), reference: 'x' });
  await refused(quality, 400, /postérieure/, 'notify', { to: 'cnil', told_at_ms: house.now() + 2 * HOUR, reference: 'x' });
  await refused(quality, 400, /quelques mots/, 'notify', { to: 'cnil', told_at_ms: house.now(), reference: '' });
  assert.equal((await entry(quality, 'notify', { to: 'cnil', told_at_ms: house.now(), reference: 'CNIL-2026-118' })).status, 200);
  await refused(quality, 409, /Aucune mesure/, 'close', { text: 'Clos après enquête.' });
  assert.equal((await entry(quality, 'measure', { text: 'Chiffrement des portables, sessions du poste fermées.' })).status, 200);
  await refused(quality, 409, /encore due/, 'close', { text: 'Clos après enquête.' });
  await house.advance(admin, 30 * HOUR);
  [quality, admin] = [await house.person('qualite'), await house.person('admin')];
  assert.deepEqual((await one()).duties.filter((duty) => duty.overdue).map((duty) => duty.to), ['cert-sante']);
  await refused(quality, 400, /pourquoi elle est tardive/, 'notify', { to: 'cert-sante', told_at_ms: house.now(), reference: 'CS-7' });
  assert.equal((await entry(quality, 'notify', { to: 'cert-sante', told_at_ms: house.now(), reference: 'CS-7', text: 'Gravité reconnue le lendemain seulement.' })).status, 200);
  assert.equal((await entry(quality, 'notify', { to: 'people', told_at_ms: house.now(), reference: 'Courrier du 1er décembre' })).status, 200);
  assert.equal((await entry(quality, 'close', { text: 'Poste retrouvé, disque effacé.' })).status, 200);
  assert.equal((await one()).closed, true);
  await refused(quality, 409, /est clos/, 'measure', { text: 'Encore une mesure à noter.' });
  await refused(quality, 404, /n’est pas dans le registre/, 'measure', { text: 'Encore une mesure à noter.' }, 4711);
});

test('X3 X7 each entry is in the trace, and an entry of the register can be neither changed nor taken away', async () => {
  const { lines } = (await admin.get('/api/audit?limit=200')).json;
  const said = lines.filter((line) => /security-incidents/.test(line.what ?? ''));
  assert.ok(said.some((line) => line.outcome === 'ok') && said.some((line) => line.outcome !== 'ok'), JSON.stringify(lines.slice(0, 3)));
  const db = path.join(house.data, 'beclere.db');
  for (const sql of ["UPDATE security_entry SET data = '{}'", 'DELETE FROM security_entry'])
    assert.throws(() => execFileSync('sqlite3', [db, sql], { stdio: 'pipe' }), /stays/);
});
