// A CT with contrast at night, in an emergency: the imager on duty, what is injected, an adverse effect, an urgent finding told by voice; each at their own page.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam, REQUEST, VERDICT } from '../exam.mjs';
import { Ward } from './visit.mjs';

const WITH_CONTRAST = { ...VERDICT, protocol: { ...VERDICT.protocol, name: 'Abdomen-pelvis injecté', injection: 'contrast' } };
const ward = new Ward();
let exam, requester, imager, technologist, physician;
before(async () => {
  Object.assign(ward, await Ward.open());
  const { house } = ward;
  const admin = await house.person('admin');
  const hour = Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: 'Europe/Paris' }).format(new Date(house.now())));
  await house.advance(admin, ((22 - hour + 24) % 24) * 3600000 + 31000); // between 22 and 23 o'clock at the site
  exam = await Exam.open(house, { priority: 'emergency' });
  exam.imager = await house.person('imageur2');
  await house.advance(exam.requester, 31000);
  requester = await ward.signedIn('demandeur');
  imager = await ward.signedIn('imageur2');
  technologist = await ward.signedIn('manip');
  physician = await ward.signedIn('medecin');
});
after(async () => { await ward.close(); });

// The dialog of a step, filled by its labels and sent; 'within' holds the button that opens it.
async function inDialog(who, step, fill, within = who.page) {
  await within.locator(`button[data-step="${step}"]`).first().click();
  const dialog = who.dialog();
  await fill(dialog);
  await who.shot(`night-dialog-${step}`);
  await dialog.locator('button[type="submit"]').click();
  await dialog.waitFor({ state: 'hidden' });
}

ward.story('O2 S7 at night the request goes to the imager on duty, and says why', async () => {
  await exam.consent();
  await exam.ask({ ...REQUEST, question: 'Dissection aortique ?' });
  await imager.page.goto('/imaging');
  const row = imager.page.getByRole('row').filter({ hasText: 'DUPONT-MOREAU' });
  await row.first().waitFor();
  await imager.page.goto(`/acts/${exam.id}`);
  const assignment = imager.section('Attribution');
  await assignment.getByText(/HADDAD/).first().waitFor();
  await imager.shot('night-01-assignment');
  await imager.accessible('act given to the imager on duty');
  await imager.sees('Dr Anne PERRIN'); // the treating physician is named
  await assignment.locator('button[data-step="take"]').click();
  await assignment.getByText(/pris en charge|prise en charge|pris/i).first().waitFor();
  const refused = await technologist.step(exam.id, 'take');
  assert.equal(refused.status, 403);
});

ward.story('E23 the local physician confirms by himself that he is there; without it nothing is injected', async () => {
  await exam.accept(WITH_CONTRAST);
  await exam.plan();
  await exam.prepare();
  const refused = await technologist.step(exam.id, 'start');
  assert.equal(refused.status, 409);
  await physician.page.goto(`/acts/${exam.id}`);
  await physician.shot('night-02-local-physician');
  await physician.accessible('act page of the local physician');
  await physician.press('Je suis sur place et joignable');
  await technologist.page.goto(`/acts/${exam.id}`);
  const start = technologist.page.locator('.start').getByRole('button', { name: 'Commencer l’examen' });
  await start.and(technologist.page.locator(':enabled')).waitFor();
  await start.click();
  await technologist.press('Commencer l’examen', technologist.dialog());
  await technologist.state('En cours');
});

ward.story('L5 S5 the imager prescribes, the technologist gives: product, batch, dose, route, time', async () => {
  await imager.page.goto(`/acts/${exam.id}`);
  await inDialog(imager, 'prescribe', async (d) => {
    await imager.choose('Type de produit', 'Produit de contraste', d);
    await imager.write('Produit, dose, voie', 'Ioméprol 400, 90 ml IV à 3,5 ml/s', d);
  });
  await technologist.page.getByText('Ioméprol 400, 90 ml IV').first().waitFor();
  const without = await technologist.step(exam.id, 'give-drug', { kind: 'contrast', product: 'Ioméprol 400', batch: '', dose: 90, unit: 'ml', route: 'intravenous', given_at_ms: ward.house.now() });
  assert.equal(without.status, 409);
  await inDialog(technologist, 'give-drug', async (d) => {
    await technologist.choose('Type de produit', 'Produit de contraste', d);
    for (const [label, words] of [['Produit', 'Ioméprol 400'], ['Lot', 'B1224'], [/^Dose/, '90']]) await d.getByRole('textbox', { name: label, exact: true }).fill(words);
    await technologist.select(/^Unité/, 'ml', d);
    await technologist.select('Voie', /veineuse/i, d);
  });
  await imager.page.getByText(/B1224/).first().waitFor();
  await technologist.shot('night-03-drugs');
  await technologist.accessible('drugs');
});

ward.story('E21 E23 an adverse effect reaches both at once, each takes note, the care is recorded', async () => {
  await inDialog(technologist, 'report-incident', async (d) => {
    await technologist.choose('Nature', 'Effet indésirable', d);
    await technologist.write('Ce qui s’est passé', 'Urticaire du tronc deux minutes après l’injection, constantes stables.', d);
  });
  for (const who of [imager, physician]) {
    await who.page.getByText(/Urticaire du tronc/).first().waitFor();
    await who.press('J’en prends connaissance');
  }
  const mine = await technologist.step(exam.id, 'acknowledge-incident', { id: 1 });
  assert.notEqual(mine.status, 200, 'a technologist does not take note for them');
  await physician.shot('night-04-incident');
  await physician.accessible('incident of the local physician');
  await inDialog(physician, 'record-care', async (d) => {
    await d.getByRole('textbox', { name: 'Soins donnés', exact: true }).fill('Dexchlorphéniramine 5 mg IV, surveillance.', d);
    await physician.write('Issue', 'Régression en vingt minutes.', d);
  });
  await technologist.page.getByText(/Régression en vingt minutes/).first().waitFor();
});

ward.story('E22 images that are missing are named before the release; complete, it is given', async () => {
  await ward.play(exam.number, ['--most', '20']);
  const { images } = (await exam.imager.get(`/api/acts/${exam.id}`)).json;
  assert.equal(images.instances, 20);
  const early = await technologist.step(exam.id, 'end-acquisition', { made: 40 });
  assert.equal(early.status, 200);
  await imager.page.getByText(/manqu/i).first().waitFor();
  await imager.shot('night-05-missing-images');
  await ward.play(exam.number);
  await exam.imagerComes();
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
});

ward.story('E26 an urgent finding: a message only summons, spoken with read-back, closed by the action of the one on the spot', async () => {
  await imager.page.goto(`/acts/${exam.id}`);
  const urgent = imager.section('Résultats urgents');
  await inDialog(imager, 'report-urgent', async (d) => {
    await imager.choose('Urgence', 'Immédiat', d);
    await imager.write('Résultat', 'Dissection aortique de type B.', d);
  }, urgent);
  await physician.page.getByText('Dissection aortique de type B.').first().waitFor();
  assert.equal(await physician.page.locator('button[data-step="act-on-urgent"]:enabled').count(), 0, 'nobody has been told yet');
  const early = await physician.step(exam.id, 'act-on-urgent', { id: 1, text: 'Transfert' });
  assert.equal(early.status, 409);
  await imager.page.goto(`/acts/${exam.id}/read`); // who reads on is reminded beside the images, and one touch leads back
  await imager.page.getByTestId('report').getByText('Dissection aortique de type B.').waitFor();
  await imager.page.getByRole('link', { name: 'Transmettre ce résultat' }).click();
  await imager.page.waitForURL(/#urgent$/);
  await inDialog(imager, 'tell-urgent', async (d) => {
    await imager.write('Personne prévenue', 'Dr Paul NGUYEN', d);
    await imager.choose('Par', 'Voix', d);
    await imager.write('Ce que la personne a répété', 'Dissection de type B, transfert en chirurgie vasculaire à demander', d);
  }, urgent);
  await imager.shot('night-06-urgent');
  await imager.accessible('urgent finding of the imager');
  await physician.page.getByText('Transmis à Dr Paul NGUYEN, de vive voix', { exact: false }).first().waitFor();
  await inDialog(physician, 'act-on-urgent', (d) => physician.write('Conduite tenue', 'Transfert accepté au CHU, départ à 23 h 10, labétalol débuté.', d));
  await imager.page.getByText(/Transfert accepté au CHU/).first().waitFor();
  await physician.page.setViewportSize({ width: 390, height: 844 });
  await physician.page.goto(`/acts/${exam.id}`);
  await physician.sees('Dissection aortique de type B.');
  await physician.shot('night-07-local-physician-390');
  const wide = await physician.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `nothing to scroll sideways on a telephone, but ${wide} px`);
  await physician.accessible('urgent finding on a telephone');
});
