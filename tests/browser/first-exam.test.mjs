// The first remote exam, each person at their own browser: asked, accepted, planned, done, released, read, signed, delivered, closed.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { datasetAt } from '../dicom.mjs';
import { REPORT, REQUEST, VERDICT } from '../exam.mjs';
import { dcmtk } from '../house.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let requester, imager, technologist, number, id;
before(async () => { Object.assign(ward, await Ward.open()); });
after(async () => { await ward.close(); });

ward.story('E16 everybody signs in with a password and a code', async () => {
  requester = await ward.come('demandeur');
  await requester.page.goto('/');
  await requester.button('Continuer').waitFor();
  await requester.shot('01-sign-in');
  await requester.accessible('sign-in');
  await requester.giveTwoFactors();
  await requester.page.getByRole('heading', { name: 'Ce que vous avez à faire' }).waitFor();
  await requester.page.goto('/requests');
  await requester.page.getByRole('heading', { name: 'Mes demandes' }).waitFor();
  imager = await ward.signedIn('imageur');
  await imager.page.goto('/imaging');
  await imager.page.getByRole('heading', { name: 'Liste de travail' }).waitFor();
  technologist = await ward.signedIn('manip');
  await technologist.page.goto('/site');
  await technologist.page.getByRole('heading', { name: 'Examens du site' }).waitFor();
});

ward.story('E5 S3 the requester finds the patient and chooses an exam that a convention covers', async () => {
  const { page } = requester;
  await page.getByRole('link', { name: 'Nouvelle demande' }).first().click();
  await requester.write('Date de naissance', '02/11/1971');
  await page.getByLabel('Premières lettres du nom de naissance').fill('DUP');
  await page.getByText('DUPONT-MOREAU').waitFor();
  await requester.shot('02-new-request');
  await requester.accessible('new request: patient');
  await requester.press('C’est ce patient');
  await requester.select('Site de l’examen', 'Centre hospitalier du Val d’Orbe');
  await requester.choose('Modalité', 'Scanner');
  await page.getByRole('radiogroup', { name: 'Priorité' }).getByRole('radio', { name: /^Urgent/ }).click();
  await requester.write('Région et type d’examen', 'Abdomen-pelvis');
  await requester.shot('03-choose-exam');
  await requester.accessible('new request: exam');
  await requester.press('Rédiger la demande');
  await page.waitForURL(/\/acts\/\d+\/request$/);
  id = Number(/acts\/(\d+)/.exec(page.url())[1]);
});

ward.story('E3 E4 E5 R.1333-53 the request is written, information and both consents recorded, then sent', async () => {
  const { page } = requester;
  for (const [label, words] of [
    ['Question posée à l’imageur', REQUEST.question], ['Motif', REQUEST.reason], ['Finalité de l’examen', REQUEST.purpose], ['Circonstances', REQUEST.circumstances],
    ['Examens antérieurs', REQUEST.earlier_exams], ['Éléments utiles à l’optimisation', REQUEST.optimisation], ['Allergies', REQUEST.allergies],
    ['Fonction rénale (valeur)', String(REQUEST.renal_value)], ['Date du dosage', REQUEST.renal_date], ['Poids (kg)', String(REQUEST.weight_kg)], ['Traitements en cours', REQUEST.medication],
    ['Justification de la demande', REQUEST.relevance], ['Recommandation suivie', REQUEST.guideline], ['Précisez ce bénéfice', REQUEST.benefit], ['Précisez la raison', REQUEST.distance_reason],
    ['Médecin traitant', REQUEST.treating_physician.name],
  ]) await requester.write(label, words);
  assert.equal(await page.getByRole('radiogroup', { name: 'Grossesse' }).count(), 0, 'pregnancy is not asked of a man');
  await requester.select('Unité', 'DFG estimé');
  await requester.choose('Metformine', 'Non');
  await requester.select('Bénéfice pour ce patient', 'Transfert évité');
  await requester.select('Pourquoi à distance', 'Pas d’imageur sur le site');
  await requester.choose('Parcours', 'Urgence');
  await page.getByText('Brouillon enregistré').waitFor();

  const consents = requester.section('5. Information et consentements');
  const record = async (row, fill) => {
    const line = consents.getByRole('listitem').filter({ hasText: row }).first();
    await requester.press('Enregistrer', line);
    await fill(line);
    await requester.press('Enregistrer', line);
    await line.locator('.check-mark[data-done="true"]').waitFor();
  };
  const act = consents.getByRole('listitem').filter({ hasText: 'Consentement à l’acte médical' });
  assert.equal(await requester.button('Enregistrer', act).isDisabled(), true, 'no consent before the information');
  await record('Information donnée', async () => undefined);
  await record('Consentement à l’acte médical', (line) => requester.choose('Comment', 'Oral', line));
  await record('Consentement à l’acte à distance', (line) => requester.choose('Comment', 'Oral', line));
  await requester.shot('04-request');
  await requester.page.evaluate(() => scrollTo(0, 0)); // a field half under the head of the page would be measured too small
  await requester.accessible('request form');
  await requester.press('Signer et envoyer la demande');
  await page.waitForURL(/\/acts\/\d+$/);
  await requester.state('Demandé');
  number = /^(\S+) · Centre hospitalier/m.exec(await page.locator('.act-head').innerText())?.[1];
  assert.ok(number, 'the act has a number');
  await requester.shot('05-act-requester');
  await requester.accessible('act page of the requester');
});

ward.story('E6 E10 the imager sees it in the list with its clock, without reloading, and accepts with both verdicts', async () => {
  const { page } = imager;
  const row = page.getByRole('row').filter({ hasText: 'DUPONT-MOREAU' });
  await row.waitFor();
  const left = Number(/^(\d+) min$/.exec((await row.locator('.countdown .num').innerText()).replace(/[\u00a0\u202f]/g, ' '))?.[1] ?? NaN);
  assert.ok(left > 10 && left <= 20, `an urgent request: twenty minutes for the imager on duty to answer, the nearest clock, not ${left}`);
  await imager.shot('06-imager-list');
  await imager.accessible('imager list');
  await row.getByRole('link').first().click();
  await imager.sees(REQUEST.question);
  await imager.choose('Indication et type d’examen', 'Pertinent');
  await imager.choose('Réalisation à distance', 'Pertinent');
  await imager.write('Motif de cet avis', VERDICT.indication_reason);
  await imager.write('Motif de l’avis sur la distance', VERDICT.distance_reason);
  await page.getByLabel('Je confirme le bénéfice pour ce patient').check();
  const protocol = page.getByRole('group', { name: 'Protocole et optimisation' });
  await imager.write('Protocole', VERDICT.protocol.name, protocol);
  await imager.write('Phases, contraste', VERDICT.protocol.phases, protocol);
  await imager.write('Consigne de dose', VERDICT.protocol.dose_note, protocol);
  await imager.choose('Ce qui est injecté', 'Rien', protocol);
  await imager.write('Décision d’optimisation', VERDICT.protocol.optimisation, protocol);
  await imager.shot('07-verdict');
  await imager.accessible('act page of the imager');
  await imager.press('Valider l’indication');
  await imager.state('Validé');
  await requester.state('Validé');
});

ward.story('E10 the technologist plans the slot; the modality worklist serves it', async () => {
  const { page } = technologist;
  await page.getByRole('tab', { name: /À planifier/ }).click();
  await page.getByRole('row').filter({ hasText: 'DUPONT-MOREAU' }).getByRole('link').first().click();
  await technologist.press('Planifier');
  await technologist.dialog().getByText('Créneaux possibles dans le délai').waitFor();
  await technologist.shot('08-plan');
  await technologist.press('Planifier', technologist.dialog());
  await technologist.state('Planifié');
  const found = dcmtk('findscu', ['-W', '-aet', 'FINDSCU', '-aec', 'BECLERE', '-k', '0010,0010', '-k', '0008,0050', '-k', '(0040,0100)[0].Modality=CT', '127.0.0.1', String(ward.house.dicomPort)]);
  assert.match(found.stdout + found.stderr, /DUPONT[- ]MOREAU/);
});

ward.story('E1 E15 E19 E23 protocol read, local physician named, identity checked, imager present: then the exam starts', async () => {
  const { page } = technologist;
  const before = technologist.section('Avant de commencer');
  assert.equal(await technologist.button('Commencer l’examen').isDisabled(), true, 'not before everything is there');
  await technologist.press('J’ai lu le protocole', before);
  await technologist.press('Désigner le médecin de proximité', before);
  await technologist.select('médecin de proximité', /NGUYEN/, technologist.dialog());
  await technologist.press('Désigner le médecin de proximité', technologist.dialog());
  await technologist.dialog().waitFor({ state: 'hidden' });
  await technologist.press('Contrôler l’identité', before);
  const form = technologist.dialog();
  await technologist.choose('Comment l’identité a-t-elle été demandée', 'Question ouverte au patient', form);
  await technologist.select('Document présenté', 'Passeport', form);
  await technologist.write('Nom de naissance', 'DUPONT-MOREAU', form);
  await technologist.write('Premier prénom', 'JEAN-BAPTISTE', form);
  await technologist.write('Date de naissance', '02/11/1971', form);
  await technologist.choose('Sexe', 'Homme', form);
  await technologist.shot('09-identity');
  await technologist.press('Contrôler l’identité', form);
  await before.getByText('Identité concordante').waitFor();
  await before.getByText('L’imageur n’a pas encore rejoint l’acte').waitFor();
  await imager.press('Rejoindre l’acte');
  await technologist.press('Tester la liaison avec le patient', before);
  await technologist.choose('Moyen', 'Téléphone', technologist.dialog());
  await technologist.write('Numéro ou adresse d’appel', '01 00 00 00 06', technologist.dialog());
  await technologist.write('Pourquoi pas la vidéo', 'Pas de vidéo en salle ce jour.', technologist.dialog());
  await technologist.press('Tester la liaison avec le patient', technologist.dialog());
  await before.getByText(/Téléphone · 01 00 00 00 06/).waitFor();
  await technologist.press('Dispositif expliqué', before);
  await technologist.choose('Comment', 'Expliqué', technologist.dialog());
  await technologist.press('Dispositif expliqué', technologist.dialog());
  await technologist.dialog().waitFor({ state: 'hidden' });
  await technologist.press('Fiche de préparation', before);
  await technologist.write('Fiche et version', 'Fiche scanner 2026-1', technologist.dialog());
  await technologist.press('Fiche de préparation', technologist.dialog());
  await before.getByText('Fiche scanner 2026-1').waitFor();
  await technologist.button('Commencer l’examen').and(page.locator(':enabled')).waitFor();
  await technologist.shot('10-site-checklist');
  await technologist.accessible('act page of the technologist');
  await technologist.press('Commencer l’examen');
  await technologist.press('Commencer l’examen', technologist.dialog());
  for (const one of [technologist, imager, requester]) await one.state('En cours');
});

ward.story('E17 E22 images are counted on the imager’s open page within a second, without reloading', async () => {
  const { page } = imager;
  await page.evaluate(() => {
    window.__unloaded = false;
    window.__seen = [];
    const look = () => {
      const n = Number(document.querySelector('.big-count')?.textContent ?? 0);
      if (n !== window.__seen.at(-1)?.n) window.__seen.push({ n, at: Date.now() });
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  // What the archive holds, asked from the requester's session; the clock is one machine's.
  const held = async () => (await (await requester.context.request.get(`/api/acts/${id}`)).json()).images.instances;
  const known = [];
  let playing = true;
  const scan = ward.play(number, ['--pause', '20']).finally(() => { playing = false; });
  scan.catch(() => undefined); // awaited below
  while (playing) {
    const n = await held();
    known.push({ n, at: Date.now() });
    await new Promise((done) => setTimeout(done, 150));
  }
  await scan;
  const total = await held();
  await until(async () => (await page.evaluate(() => window.__seen.at(-1)?.n)) === total, `the page shows ${total}`);
  const seen = await page.evaluate(() => window.__seen);
  const late = known.filter(({ n }) => n > 0).map(({ n, at }) => Math.max(0, seen.find((one) => one.n >= n).at - at)).sort((a, b) => a - b);
  assert.ok(seen.length > 5, `the count grew on the page: ${JSON.stringify(seen)}`);
  assert.ok(late[Math.floor(late.length / 2)] < 1000, `within a second: ${late}`);
  assert.equal(await page.evaluate(() => window.__unloaded), false, 'never reloaded');
  await imager.shot('11-images-arrived');
  await technologist.sees('Le patient ne peut pas encore partir');
});

ward.story('E18 quality judged and released by the imager; only then the patient leaves', async () => {
  assert.equal(await technologist.page.locator('button[data-step="patient-left"]:enabled').count(), 0, 'locked before the release');
  await technologist.press('Acquisition terminée');
  await technologist.press('Acquisition terminée', technologist.dialog());
  await technologist.dialog().waitFor({ state: 'hidden' });
  await imager.press('Juger la qualité');
  await imager.choose('Qualité technique', 'Suffisante', imager.dialog());
  await imager.press('Juger la qualité', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  await imager.press('Autoriser la sortie');
  await imager.press('Autoriser la sortie', imager.dialog());
  await imager.state('Sortie autorisée');
  await technologist.sees('Le patient peut partir');
  await technologist.shot('12-released');
  await technologist.press('Le patient est sorti');
  await technologist.press('Le patient est sorti', technologist.dialog());
  await technologist.state('À interpréter');
});

ward.story('E25 a slice is drawn, and its values are those of the stored file', async () => {
  const { page } = imager;
  await imager.press('Commencer la lecture');
  const [frame] = await Promise.all([page.waitForResponse(/\/frames\/1$/), page.getByRole('link', { name: 'Ouvrir la lecture' }).click()]);
  assert.match((await frame.body()).subarray(0, 300).toString('latin1'), /transfer-syntax=1\.2\.840\.10008\.1\.2\.4\.202/, 'the frame made in advance'); // HTJ2K, lossless: the values below are compared
  await page.waitForFunction(() => window.__viewer?.rendered > 0 && window.__viewer.imageId);
  const imageId = await page.evaluate(() => window.__viewer.imageId);
  const points = [];
  for (const row of [64, 200, 256, 300, 400]) for (const column of [64, 200, 256, 300, 400]) points.push([column, row]);
  const drawn = await page.evaluate((list) => list.map(([c, r]) => window.__viewer.pane('left').valueAtPixel(c, r)?.value), points);

  const [, instance] = /(\/dicom-web\/studies\/[\d.]+\/series\/[\d.]+\/instances\/[\d.]+)\/frames/.exec(imageId);
  const file = await (await imager.context.request.get(instance, { headers: { Accept: 'application/dicom; transfer-syntax=*' } })).body();
  const { pixels, columns, slope, intercept, signed } = pixelsOf(file);
  const stored = points.map(([c, r]) => (signed ? pixels.readInt16LE(2 * (r * columns + c)) : pixels.readUInt16LE(2 * (r * columns + c))) * slope + intercept);
  assert.ok(new Set(stored).size > 3, 'a phantom with structure');
  assert.deepEqual(drawn, stored);

  const greys = await page.locator('[data-testid="image-left"] canvas').first().evaluate((canvas) => {
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const ink = copy.getContext('2d');
    ink.drawImage(canvas, 0, 0);
    const { data } = ink.getImageData(0, 0, copy.width, copy.height);
    return new Set([...data].filter((_, i) => i % 4 === 0)).size;
  });
  assert.ok(greys > 5, `the canvas is not blank: ${greys} greys`);
  await imager.shot('13-reading');
  await imager.accessible('reading view');
});

ward.story('E29 L6 the report is written beside the images; what is missing is named until nothing is', async () => {
  const { page } = imager;
  const report = page.getByTestId('report');
  await report.getByText('Il manque avant la signature').waitFor();
  for (const [label, words] of [['Indication', REPORT.indication], ['Technique', REPORT.technique], ['Comparaison', REPORT.comparison], ['Résultats', REPORT.results],
    ['Conclusion', REPORT.conclusion], ['Suites proposées', REPORT.follow_up], ['Où joindre l’imageur', REPORT.contact]]) await imager.write(label, words, report);
  await report.getByLabel('Aucun incident').check();
  await report.getByLabel('Aucun acte ni prescription').check();
  await report.getByText('Le compte rendu est complet').waitFor();
  assert.match(await report.innerText(), /PDL total\s+[\d\s\u202f,]+ mGy·cm/, 'the dose comes from the equipment');
  await imager.shot('14-report');
});

ward.story('E16 E29 signed with a passkey enrolled on the account page', async () => {
  const { page } = imager;
  await imager.passkey();
  await imager.page.goto('/account');
  await imager.write('Nom de l’appareil', 'Poste de lecture');
  await imager.press('Ajouter une clé d’accès');
  await page.getByText('jamais utilisée').waitFor();
  await imager.shot('15-account');
  await page.goto(`/acts/${id}/read`);
  const report = page.getByTestId('report');
  await report.getByText('Le compte rendu est complet').waitFor();
  await imager.press('Signer', report);
  await imager.dialog().getByText(REPORT.conclusion).waitFor();
  await imager.shot('16-sign');
  await imager.press('Signer avec une clé d’accès', imager.dialog());
  await page.getByText(/Signé par Dr Jeanne MARTIN/).waitFor();
  await imager.shot('17-signed');
});

ward.story('E31 E34 E35 the requester gets the PDF, acts on it, informs the patient, checks the record, closes', async () => {
  const { page, context } = requester;
  await requester.state('Compte rendu remis');
  await page.setViewportSize({ width: 390, height: 844 });
  await requester.shot('18-act-requester-390');
  await page.setViewportSize({ width: 1280, height: 800 });
  await requester.shot('18-act-delivered');
  const [answer] = await Promise.all([context.waitForEvent('response', (r) => r.url().endsWith(`/api/acts/${id}/report.pdf`)), page.getByRole('link', { name: 'Ouvrir le compte rendu (PDF)' }).first().click()]);
  assert.equal(answer.status(), 200);
  const pdf = await (await context.request.get(`/api/acts/${id}/report.pdf`)).body();
  const file = path.join(ward.house.data, 'report.pdf');
  fs.writeFileSync(file, pdf);
  const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout;
  assert.match(text, /DUPONT/);
  assert.match(text, /argument scanographique/);

  await requester.press('J’ai lu et je prends en compte');
  await requester.press('J’ai lu et je prends en compte', requester.dialog());
  await requester.state('Pris en compte');
  await requester.press('Le patient est informé');
  await requester.select('Comment', 'En personne', requester.dialog());
  await requester.write('Ce qui a été dit', 'Résultat normal expliqué.', requester.dialog());
  await requester.press('Le patient est informé', requester.dialog());
  await requester.dialog().waitFor({ state: 'hidden' });
  await requester.press('Dossier et DMP vérifiés');
  await requester.dialog().getByLabel('J’ai vérifié que le compte rendu est dans le dossier du patient').check();
  await requester.choose('Dossier médical partagé', 'DMP ouvert', requester.dialog());
  await requester.dialog().getByLabel('Compte rendu présent dans le DMP').check();
  await requester.press('Dossier et DMP vérifiés', requester.dialog());
  await requester.dialog().waitFor({ state: 'hidden' });
  const treating = requester.section('Remise du compte rendu').getByRole('group', { name: REQUEST.treating_physician.name });
  await requester.press('Noter une remise ou une tentative', treating);
  await requester.select('Par quel moyen', 'Messagerie sécurisée de santé', requester.dialog());
  await requester.choose('Le destinataire a-t-il le compte rendu ?', 'Oui', requester.dialog());
  await requester.press('Noter une remise ou une tentative', requester.dialog());
  await treating.getByText('Remis', { exact: true }).waitFor();
  for (const who of [requester, imager]) {
    await who.page.goto(`/acts/${id}`);
    await who.press('Mon dossier est à jour');
    await who.write('Dans quel dossier', 'Dossier du service', who.dialog());
    await who.press('Mon dossier est à jour', who.dialog());
    await who.dialog().waitFor({ state: 'hidden' });
  }
  await technologist.page.goto(`/acts/${id}`);
  await technologist.press('Confirmer pour le service');
  for (const label of ['Le compte rendu est conservé', 'Les incidents, ou leur absence', 'Les images sont archivées']) await technologist.dialog().getByLabel(label, { exact: false }).check();
  await technologist.press('Confirmer pour le service', technologist.dialog());
  await technologist.dialog().waitFor({ state: 'hidden' });
  await requester.press('Clore l’acte');
  await requester.press('Clore l’acte', requester.dialog());
  await requester.state('Clos');
  await requester.shot('19-closed');
});

ward.story('the requester’s pages fit a telephone', async () => {
  const { page } = requester;
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [name, to] of [['requests', '/requests'], ['new-request', '/requests/new'], ['act', `/acts/${id}`]]) {
    await page.goto(to);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await requester.shot(`20-${name}-390`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name}: nothing to scroll sideways, but ${wide} px`);
  }
  await page.goto('/requests');
  await page.getByRole('tab', { name: /Clos/ }).click();
  await page.getByText('DUPONT-MOREAU').filter({ visible: true }).first().waitFor();
  await requester.accessible('my requests');
});

// Pixels of an uncompressed little-endian image, and what its values mean.
function pixelsOf(file) {
  const find = (group, element, vr) => {
    for (let at = datasetAt(file); (at = file.indexOf(Buffer.from([group & 255, group >> 8, element & 255, element >> 8]), at)) >= 0; at++)
      if (vr.includes(file.subarray(at + 4, at + 6).toString('latin1'))) return at;
    return -1;
  };
  const short = (g, e) => file.readUInt16LE(find(g, e, ['US']) + 8);
  const text = (g, e) => { const at = find(g, e, ['DS']); return at < 0 ? null : Number(file.subarray(at + 8, at + 8 + file.readUInt16LE(at + 6)).toString('latin1')); };
  const at = find(0x7fe0, 0x0010, ['OW', 'OB']);
  assert.equal(short(0x0028, 0x0100), 16, 'sixteen bits');
  return { pixels: file.subarray(at + 12), columns: short(0x0028, 0x0011), signed: short(0x0028, 0x0103) === 1, slope: text(0x0028, 0x1053) ?? 1, intercept: text(0x0028, 0x1052) ?? 0 };
}
