// Markup kept in fields that people and machines write is shown as it is written, and nothing of it runs: messages, names of organisations and files, reasons, values of images.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before } from 'node:test';
import { filesOf, phantoms, stow } from '../dicom.mjs';
import { dcmtk } from '../house.mjs';
import { Exam } from '../exam.mjs';
import { Ward } from './visit.mjs';

const BAD = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>', SHOWN = '<img src=x onerror=';
const ward = new Ward();
let exam, requester, admin;
before(async () => { Object.assign(ward, await Ward.open()); });
after(async () => { await ward.close(); });
// Shown as text on this page, and nothing has run.
async function harmless(visit, where) {
  await visit.page.goto(where);
  await visit.page.getByText(SHOWN, { exact: false }).first().waitFor();
  assert.equal(await visit.page.evaluate(() => window.hurt ?? 0), 0, where);
  assert.equal(await visit.page.locator('img[src="x"]').count(), 0, where);
}

ward.story('X2 a message, the request and the name of a document are shown as they are written', async () => {
  exam = await Exam.left(ward.house);
  await exam.ok(exam.imager, 'message', { text: `Bonjour ${BAD}` });
  const kept = await exam.requester.post(`/api/acts/${exam.id}/documents?name=${encodeURIComponent(`${BAD}.pdf`.replaceAll('/', ' '))}`, Buffer.from('%PDF-1.4\n%%EOF\n'));
  assert.ok(kept.status === 200 || kept.status === 400, String(kept.bytes));
  requester = await ward.signedIn('medecin');
  await harmless(requester, `/acts/${exam.id}`);
});

ward.story('X2 values of images too: description and name of the patient', async () => {
  const [image] = filesOf(phantoms(ward.house, 'hurt', 'mr', [151]));
  assert.equal(dcmtk('dcmodify', ['-nb', '-m', 'StudyDescription=<img src=x onerror=window.hurt=1>', '-m', 'PatientName=<img src=x onerror=window.hurt=2>', '-m', 'SeriesDescription=<img src=x onerror=window.hurt=3>', image]).status, 0);
  const a = await stow(exam.technologist, [fs.readFileSync(image)]);
  assert.equal(a.status, 200, String(a.bytes));
  await harmless(await ward.signedIn('pacs'), `/archive/${/studies\/([0-9.]+)/.exec(a.stored[0])[1]}`);
});

ward.story('X2 names of organisations and reasons of an emergency access too', async () => {
  admin = await ward.signedIn('admin');
  const made = await admin.page.evaluate(async (name) => {
    const { csrf } = await fetch('/api/me').then((a) => a.json());
    return fetch('/api/organisations', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF': csrf }, body: JSON.stringify({ name, kind: 'site', finess: '', city: 'Ailleurs', time_zone: 'Europe/Paris' }) }).then((a) => a.status);
  }, `Clinique ${BAD}`);
  assert.equal(made, 200);
  await harmless(admin, '/admin/organisations');
  const stranger = await ward.house.person('demandeur2');
  assert.equal((await stranger.post('/api/emergency-access', { ipp: exam.patient.ipp, code: 'life', reason: `Urgence vitale ${BAD}` })).status, 200);
  await harmless(await ward.signedIn('cheffe'), '/emergency');
});
