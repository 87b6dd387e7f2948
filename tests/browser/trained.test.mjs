// Who is not trained does not take part: the page says which training, whose it is and what to do; recorded with its dated assessment and verified by somebody else, it opens the act again.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam, VERDICT } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, technologist, imager, quality;
const day = (n) => new Date(ward.house.now() + n * 86400000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' });
const step = () => ward.house.advance(exam.requester, 31000); // a code of the second factor serves once
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  await exam.consent();
  await exam.ask();
  await step();
  imager = await ward.signedIn('imageur');
  technologist = await ward.signedIn('manip');
  quality = await ward.signedIn('qualite');
});
after(async () => { await ward.close(); });

const part = (v, role) => v.page.locator(`[data-part="${role}"]`);
const item = (v, kind) => v.page.locator(`[data-item="${kind}"]`);
const sideways = (v) => v.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
async function withdraw(person, kind) {
  const file = (await person.get(`/api/staff/people/${person.me.person.id}`)).json;
  for (const one of file.items.filter((i) => i.kind === kind && !i.withdrawn_at_ms)) {
    const a = await person.post(`/api/staff/items/${one.id}/withdraw`, { reason: 'Attestation illisible' });
    assert.equal(a.status, 200, String(a.bytes));
  }
}
// From the file that is open: attendance alone is refused, then the assessment with its date and result is kept, to be verified.
async function record(v, kind, title, what) {
  await v.press('Ajouter une pièce');
  const form = v.dialog();
  await v.select('Type', title);
  await v.write('Intitulé', 'Formation de novembre', form);
  await v.write('Délivré par', 'Groupe d’imagerie de l’Orbe', form);
  await v.write('Numéro', 'F-2026-11', form);
  await v.write('Valable jusqu’au', day(700), form);
  await v.press('Enregistrer', form);
  await form.getByText('La présence ne suffit pas : saisissez la date et le résultat de l’évaluation.').waitFor();
  await v.accessible(`${what}, attendance is not enough`);
  await v.shot(`trained-${kind}-refused`);
  await v.write('Date de l’évaluation', day(0), form);
  await v.select('Résultat', /^conforme$/);
  await v.press('Enregistrer', form);
  await form.waitFor({ state: 'hidden' });
  await item(v, kind).getByText('À vérifier', { exact: true }).waitFor();
}
async function verify(name, at, kind, role) {
  const { page } = quality;
  await page.goto('/staff/people');
  await quality.select('Établissement', at);
  const row = page.getByRole('table', { name: 'Personnes' }).getByRole('row').filter({ hasText: name });
  await row.getByRole('link', { name }).click();
  await quality.press('Vérifier', item(quality, kind));
  await part(quality, role).getByText('Apte', { exact: true }).waitFor();
}

ward.story('L1 S5 an imager whose training in radiation protection of patients is missing gives no verdict on an exam that irradiates: the page says so before the form', async () => {
  const { page } = imager;
  await withdraw(exam.imager, 'training-patients');
  await page.goto('/home');
  await page.goto(`/acts/${exam.id}`);
  const refusal = imager.section('Votre avis').getByRole('alert').filter({ hasText: 'Vous ne pouvez pas prendre part à cet acte' });
  await refusal.getByText('La formation à la radioprotection des patients n’a pas d’évaluation valable : passez-la et faites-la enregistrer.').waitFor();
  await imager.accessible('act, verdict blocked by a training');
  await refusal.scrollIntoViewIfNeeded();
  await imager.shot('trained-verdict-1280');
  const refused = await imager.step(exam.id, 'accept', VERDICT);
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.json.error.missing.map((one) => [one.code, one.why]), [['staff-training-patients', 'L1']]);
  await refusal.getByRole('link', { name: 'Mon dossier' }).click();
  await part(imager, 'imager').getByText('Sauf actes irradiants', { exact: true }).waitFor();
  await record(imager, 'training-patients', 'Formation : radioprotection des patients', 'training in radiation protection');
  assert.equal((await imager.step(exam.id, 'accept', VERDICT)).status, 409, 'not verified yet');

  const { page: board } = quality;
  await board.goto('/staff/people');
  await quality.select('Établissement', 'Groupe d’imagerie de l’Orbe');
  const row = board.getByRole('table', { name: 'Personnes' }).getByRole('row').filter({ hasText: 'Jeanne MARTIN' });
  await row.getByText('Sauf actes irradiants', { exact: true }).waitFor();
  await row.getByText('La formation à la radioprotection des patients', { exact: false }).waitFor();
  await quality.accessible('people, one of them blocked');
  await quality.shot('trained-people-1280');
  await verify('Jeanne MARTIN', 'Groupe d’imagerie de l’Orbe', 'training-patients', 'imager');
  await item(quality, 'training-patients').getByText(/vérifié par .*Claire MERCIER/).first().waitFor();
  await page.goto(`/acts/${exam.id}`);
  await imager.section('Votre avis').waitFor();
  await refusal.waitFor({ state: 'hidden' });
  await exam.accept();
  await imager.state('Validé');
});

ward.story('O5 L11 a technologist without an assessed training in communicating at a distance does not start; home, file and act say which; recorded, verified, the exam starts', async () => {
  const { page } = technologist;
  await exam.plan();
  await exam.prepare();
  await withdraw(exam.technologist, 'training-distance');
  await page.goto('/home');
  const line = page.locator('a.home-link').filter({ hasText: 'Compléter votre dossier : vous ne pouvez pas participer' });
  await line.waitFor();
  await technologist.accessible('home of who is blocked');
  await technologist.shot('trained-home-1280');
  await page.goto(`/acts/${exam.id}`);
  const start = page.locator('.start').getByRole('button', { name: 'Commencer l’examen' });
  await start.waitFor();
  assert.equal(await start.isDisabled(), true);
  const words = 'La formation à la communication à distance n’a pas d’évaluation valable : passez-la et faites-la enregistrer.';
  await page.locator('.start .missing').getByText(words).waitFor();
  await page.locator('.start').scrollIntoViewIfNeeded();
  await technologist.accessible('act, start blocked by a training');
  await technologist.shot('trained-start-1280');
  const refused = await technologist.step(exam.id, 'start');
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.json.error.missing.map((one) => [one.code, one.why]), [['staff-training-distance', 'O5 L11']]);

  await page.goto('/home');
  await line.click();
  await page.getByRole('heading', { name: 'Mon dossier', level: 1 }).waitFor();
  await part(technologist, 'technologist').getByText('Bloqué', { exact: true }).waitFor();
  await part(technologist, 'technologist').getByText(words, { exact: false }).waitFor();
  await record(technologist, 'training-distance', 'Formation : communiquer à distance', 'training in communicating');
  await verify('Lucas PETIT', 'Centre hospitalier du Val d’Orbe', 'training-distance', 'technologist');
  await page.goto(`/acts/${exam.id}`);
  await start.and(page.locator(':enabled')).waitFor();
  await start.click();
  await technologist.press('Commencer l’examen', technologist.dialog());
  await technologist.state('En cours');
  await imager.page.goto(`/acts/${exam.id}`);
  await imager.state('En cours');
  await exam.ok(exam.technologist, 'report-incident', { kind: 'technical', text: 'Coupure de la table pendant une minute.' });
  await exam.ok(exam.imager, 'report-urgent', { category: 'immediate', text: 'Pneumopéritoine.' });
  for (const name of ['J’en prends connaissance', 'Transmis de vive voix']) await imager.button(name).waitFor(); // filled buttons on a red ground
  await imager.accessible('act of the imager, under way');
  await imager.shot('trained-running-1280');
});

ward.story('O5 S5 a training that has ended blocks the same way: who it is and since when stand on the board, on a telephone too', async () => {
  const { technologist: person } = exam;
  await withdraw(person, 'training-breakdowns');
  const upload = await person.send('POST', '/api/staff/documents?name=attestation.pdf', Buffer.from('%PDF-1.4 attestation'), { 'Content-Type': 'application/octet-stream' });
  const short = { kind: 'training-breakdowns', label: 'Pannes de réseau', issuer: 'Groupe', number: 'F-1', document_id: upload.json.id, assessed_on: day(0), result: 'passed', valid_until: day(0) };
  const kept = await person.post(`/api/staff/people/${person.me.person.id}/items`, short);
  assert.equal(kept.status, 200, String(kept.bytes));
  assert.equal((await quality.post(`/api/staff/items/${kept.json.id}/verify`)).status, 200);
  await technologist.page.goto('/staff/me');
  await part(technologist, 'technologist').getByText('Apte', { exact: true }).waitFor();
  const ended = day(0);
  for (const v of [imager, technologist, quality]) await v.context.close();
  await ward.house.advance(exam.requester, 2 * 86400000);
  technologist = await ward.signedIn('manip', { width: 390, height: 844 });
  const { page } = technologist;
  await page.goto('/staff/me');
  await part(technologist, 'technologist').getByText('Bloqué', { exact: true }).waitFor();
  await part(technologist, 'technologist').getByText('La formation aux pannes de réseau et d’équipement n’a pas d’évaluation valable', { exact: false }).waitFor();
  await item(technologist, 'training-breakdowns').getByText('Périmé', { exact: true }).waitFor();
  assert.ok((await sideways(technologist)) <= 0);
  await technologist.accessible('my file with an ended training, narrow');
  await technologist.shot('trained-ended-390');
  quality = await ward.signedIn('qualite');
  await quality.page.goto('/staff/people');
  await quality.select('Établissement', 'Centre hospitalier du Val d’Orbe');
  const line = quality.page.getByRole('table', { name: 'Échéances des 60 jours' }).getByRole('row').filter({ hasText: 'Lucas PETIT' }).filter({ hasText: 'pannes' });
  await line.getByText('Périmé', { exact: true }).waitFor();
  await line.getByText(ended.split('-').reverse().join('/')).waitFor();
  await quality.accessible('board with an ended training');
  await quality.shot('trained-board-1280');
});
