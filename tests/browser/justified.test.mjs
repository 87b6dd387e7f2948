// Is this act justified, and at a distance? What cannot be asked, what the request must say, who sees it, the exchange, the verdict that prevails, the refusal and what is owed after it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam, REQUEST, VERDICT } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, refusedExam, requester, imager, stranger;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  refusedExam = await Exam.open(ward.house, { like: exam, patient: 'LEM', born: '1958-03-28' });
  await ward.house.advance(exam.requester, 31000); // a code of the second factor serves once
  requester = await ward.signedIn('demandeur');
  imager = await ward.signedIn('imageur');
});
after(async () => { await ward.close(); });

const sideways = (v) => v.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
// The same page on a telephone: nothing to push sideways, axe-clean, a picture.
async function narrow(v, name, what) {
  await v.page.setViewportSize({ width: 390, height: 844 });
  await v.page.evaluate(() => scrollTo(0, 0));
  assert.ok((await sideways(v)) <= 0, `${what}: nothing to scroll sideways`);
  await v.accessible(`${what}, narrow`);
  await v.shot(`${name}-390`);
  await v.page.setViewportSize({ width: 1280, height: 800 });
}
const fact = (v, section, label) => v.section(section).locator('dl > div').filter({ has: v.page.getByText(label, { exact: true }) }).locator('dd');

ward.story('S1 interventions and therapeutic nuclear medicine cannot be asked: the page says why, the server refuses by name; a diagnostic exam can', async () => {
  const { page } = requester;
  await page.goto('/requests/new');
  await requester.write('Date de naissance', '02/11/1971');
  await page.getByLabel('Premières lettres du nom de naissance').fill('DUP');
  await requester.press('C’est ce patient');
  const kinds = page.getByRole('radiogroup', { name: 'Que demandez-vous' });
  await kinds.getByRole('radio').first().waitFor();
  await page.getByText(/l’interventionnel et la médecine nucléaire thérapeutique veulent un praticien auprès du patient/).waitFor();
  assert.deepEqual((await kinds.getByRole('radio').allInnerTexts()).filter((words) => /intervention|thérap/i.test(words)), [], 'neither is offered');
  await requester.select('Site de l’examen', 'Centre hospitalier du Val d’Orbe');
  const modalities = page.getByRole('radiogroup', { name: 'Modalité' });
  await modalities.getByRole('radio', { name: 'Scanner', exact: true }).waitFor();
  assert.equal(await modalities.getByRole('radio', { name: /angio|mammo|radioscopie/i }).count(), 0);
  await requester.accessible('new request: what is asked');
  await requester.shot('justified-new-1280');
  await narrow(requester, 'justified-new', 'new request');
  const wanted = { patient_id: exam.patient.id, requester_org_id: exam.site.id, site_id: exam.site.id, imaging_id: (await exam.requester.get('/api/organisations')).json.organisations.find((o) => o.kind === 'imaging').id, modality: 'CT', priority: 'urgent', region: 'Foie' };
  for (const [kind, words] of [['intervention', /interventionnels ne se font pas à distance/], ['therapy', /thérapeutique ne se fait pas à distance/]]) {
    const a = await requester.post('/api/acts', { ...wanted, kind });
    assert.equal(a.status, 409);
    assert.match(a.json.error.text, words);
    assert.deepEqual(a.json.error.missing.map((one) => one.code), ['kind']);
  }
  const angiography = await requester.post('/api/acts', { ...wanted, kind: 'remote-exam', modality: 'XA' });
  assert.equal(angiography.status, 409);
  assert.deepEqual(angiography.json.error.missing.map((one) => [one.code, one.why]), [['modality', 'S1']]);
  await requester.choose('Modalité', 'Scanner');
  await page.getByRole('radiogroup', { name: 'Priorité' }).getByRole('radio', { name: /^Urgent/ }).click();
  await requester.write('Région et type d’examen', 'Abdomen-pelvis');
  await requester.press('Rédiger la demande');
  await page.waitForURL(/\/acts\/\d+\/request$/);
});

ward.story('E2 organisational convenience alone is refused; a benefit of this patient, coded and in words, passes', async () => {
  const { page } = requester;
  const { pathway, treating_physician, benefit_code, ...rest } = REQUEST;
  await exam.ok(exam.requester, 'edit-request', rest);
  await page.goto(`/acts/${exam.id}/request`);
  const review = requester.section('6. Relecture et envoi');
  await review.getByText('Choisissez le bénéfice de l’examen à distance pour ce patient', { exact: false }).waitFor();
  await requester.select('Bénéfice pour ce patient', 'Commodité d’organisation seulement');
  await review.getByText('La seule commodité d’organisation n’est pas un bénéfice pour le patient.').waitFor();
  const send = requester.button('Signer et envoyer la demande');
  await send.and(page.locator(':disabled')).waitFor();
  const refused = await requester.step(exam.id, 'send');
  assert.equal(refused.status, 409);
  assert.ok(refused.json.error.missing.some((one) => one.code === 'benefit-patient' && one.why === 'E2'), JSON.stringify(refused.json.error));
  await review.scrollIntoViewIfNeeded();
  await requester.shot('justified-convenience-1280');
  await requester.select('Bénéfice pour ce patient', 'Transfert évité');
  await review.getByText('La seule commodité d’organisation', { exact: false }).waitFor({ state: 'hidden' });
});

ward.story('S7 the pathway and the treating physician are asked for; the refusal lists both; “none declared” is an answer', async () => {
  const { page } = requester;
  const review = requester.section('6. Relecture et envoi');
  await review.getByText('Il manque encore 2 éléments').waitFor();
  await review.getByText(/parcours de soins coordonné/).waitFor();
  await review.getByText(/médecin traitant/).waitFor();
  assert.equal(await requester.button('Signer et envoyer la demande').isDisabled(), true);
  const refused = await requester.step(exam.id, 'send');
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.json.error.missing.map((one) => [one.code, one.why]), [['pathway', 'S7'], ['treating-physician', 'S7']]);
  await review.scrollIntoViewIfNeeded();
  await requester.shot('justified-pathway-1280');
  await page.evaluate(() => scrollTo(0, 0));
  await requester.accessible('request without pathway');
  await narrow(requester, 'justified-request', 'request without pathway');
  await requester.choose('Parcours', 'Parcours coordonné');
  await review.getByText('Il manque encore 1 élément').waitFor();
  await page.getByLabel('Pas de médecin traitant déclaré').check();
  await review.getByText(/Il manque encore/).waitFor({ state: 'hidden' });
  await requester.press('Signer et envoyer la demande');
  await page.waitForURL(/\/acts\/\d+$/);
  await requester.state('Demandé');
  assert.equal(await fact(requester, 'Demande', 'Parcours').innerText(), 'Parcours coordonné');
  assert.equal(await fact(requester, 'Demande', 'Médecin traitant').innerText(), 'Pas de médecin traitant déclaré');
});

ward.story('S2 the act says why it is not done on site; an outsider finds neither act, images nor patient, and reads a plain refusal', async () => {
  assert.equal((await fact(requester, 'Demande', 'Pourquoi à distance').innerText()).replaceAll('\u00a0', ' '), `Pas d’imageur sur le site : ${REQUEST.distance_reason}`);
  const renal = await fact(requester, 'Demande', 'Fonction rénale').innerText();
  assert.match(renal, /^92 mL\/min\/1,73 m² \(DFG estimé\), le \d\d\/\d\d\/\d{4}$/, 'said once, as a laboratory writes it');
  stranger = await ward.signedIn('demandeur2');
  const { page } = stranger;
  for (const to of [`/acts/${exam.id}`, `/acts/${exam.id}/read`]) {
    await page.goto(to);
    const refusal = page.getByRole('alert').filter({ hasText: 'Cette page ne vous est pas ouverte' });
    await refusal.getByText(/seules les structures qui y prennent part le voient/).waitFor();
    assert.doesNotMatch(await page.locator('main').innerText(), /DUPONT|Abdomen|Val d’Orbe/, 'nothing of the act shows');
  }
  await page.goto(`/acts/${exam.id}`);
  await page.getByText(/adressez-vous à son demandeur/).waitFor();
  await stranger.accessible('act of others');
  await stranger.shot('justified-outsider-1280');
  await narrow(stranger, 'justified-outsider', 'act of others');
  await page.getByRole('link', { name: 'Retour à l’accueil' }).click();
  await page.waitForURL(/\/home$/);
  await page.goto(`/identities/${exam.patient.id}`);
  await page.getByRole('alert').filter({ hasText: 'Cette page ne vous est pas ouverte' }).waitFor();
  await page.goto('/requests/new');
  await stranger.write('Date de naissance', '02/11/1971');
  await page.getByLabel('Premières lettres du nom de naissance').fill('DUP');
  await page.getByText('Aucun patient connu avec cette date de naissance').waitFor();
  assert.equal((await stranger.step(exam.id, 'message', { text: 'Bonjour' })).status, 404);
  await stranger.context.close();
});

ward.story('E7 imager and requester write to each other on the act; a question puts the verdict off until it is answered', async () => {
  await imager.page.goto(`/acts/${exam.id}`);
  const [at, theirs] = [imager, requester].map((v) => v.section('Échanges'));
  const say = async (v, section, words) => {
    await section.getByLabel('Écrire un message').fill(words);
    await v.press('Envoyer', section);
  };
  await say(imager, at, 'Douleur depuis combien de temps ?');
  await theirs.getByText('Douleur depuis combien de temps ?').waitFor();
  await requester.page.setViewportSize({ width: 390, height: 844 });
  await say(requester, theirs, 'Six heures, sans antécédent.');
  const answer = at.getByRole('article').filter({ hasText: 'Six heures, sans antécédent.' });
  await answer.getByText(/Camille DUBOIS · médecin demandeur/).waitFor();
  await requester.accessible('exchange, narrow');
  await requester.shot('justified-exchange-390');
  await imager.accessible('act with its exchange');
  await imager.shot('justified-exchange-1280');

  await imager.press('Demander un renseignement');
  await imager.press('Demander un renseignement', imager.dialog());
  await imager.dialog().getByText('À remplir.').waitFor();
  await imager.write('Renseignement demandé', 'Créatinine du jour ?', imager.dialog());
  await imager.accessible('question to the requester');
  await imager.press('Demander un renseignement', imager.dialog());
  await imager.state('Renseignement attendu');
  assert.equal((await imager.step(exam.id, 'accept', VERDICT)).status, 409, 'no verdict while the question is open');
  await requester.page.goto('/home');
  const line = requester.page.locator('a.home-link').filter({ hasText: 'Répondre à la question posée' });
  await line.getByText('Créatinine du jour ?').waitFor();
  await requester.accessible('home with a question, narrow');
  await requester.shot('justified-question-home-390');
  await line.click();
  await requester.press('Répondre et renvoyer la demande');
  await requester.write('Réponse', '80 µmol/L ce matin.', requester.dialog());
  await requester.shot('justified-answer-390');
  await requester.press('Répondre et renvoyer la demande', requester.dialog());
  await requester.state('Demandé');
  await imager.section('Décision de l’imageur').getByText('Dr Camille DUBOIS : 80 µmol/L ce matin.').waitFor();
  await requester.page.setViewportSize({ width: 1280, height: 800 });
});

ward.story('E2 L3 the benefit is confirmed by the imager, who changes the exam; that verdict prevails, and what the requester held stays beside it', async () => {
  const { page } = imager;
  await imager.choose('Indication et type d’examen', 'Pertinent');
  await imager.choose('Réalisation à distance', 'Pertinent');
  await imager.write('Motif de cet avis', VERDICT.indication_reason);
  await imager.write('Motif de l’avis sur la distance', VERDICT.distance_reason);
  await page.getByLabel('Je modifie l’examen demandé').check();
  await imager.write('Région et type d’examen', 'Pelvis', page.getByRole('region', { name: 'Votre avis' }));
  await imager.write('Raison de la modification', 'Fosse iliaque droite seule : dose moindre.');
  const protocol = page.getByRole('group', { name: 'Protocole et optimisation' });
  await imager.write('Protocole', VERDICT.protocol.name, protocol);
  await imager.choose('Ce qui est injecté', 'Rien', protocol);
  await imager.write('Décision d’optimisation', VERDICT.protocol.optimisation, protocol);
  await imager.press('Valider l’indication');
  await page.getByRole('alert').getByText('L’imageur doit confirmer le bénéfice pour ce patient.').first().waitFor();
  await imager.accessible('verdict refused: benefit not confirmed');
  await imager.shot('justified-benefit-1280');
  await page.getByLabel('Je confirme le bénéfice pour ce patient').check();
  await imager.press('Valider l’indication');
  for (const one of [imager, requester]) {
    await one.state('Validé');
    assert.equal(await fact(one, 'Décision de l’imageur', 'Examen demandé au départ').innerText(), 'Scanner · Abdomen-pelvis');
    assert.match(await fact(one, 'Décision de l’imageur', 'Examen modifié par l’imageur').innerText(), /Pelvis · Fosse iliaque droite seule : dose moindre\.$/);
    assert.match(await fact(one, 'Décision de l’imageur', 'Avis du demandeur, gardé').innerText(), /Échographie non contributive/);
  }
  await imager.accessible('act with the verdict');
  await imager.section('Décision de l’imageur').scrollIntoViewIfNeeded();
  await imager.shot('justified-verdict-1280');
  assert.equal((await requester.step(exam.id, 'accept', VERDICT)).status, 403, 'the requester does not decide');
});

ward.story('L3 E8 a refusal says its coded reason and both verdicts, which agree with it; the requester finds it on the home page, their opinion is kept', async () => {
  const { page } = imager;
  await refusedExam.ask({ ...REQUEST, pregnancy: 'no' });
  await requester.page.setViewportSize({ width: 390, height: 844 });
  await requester.page.goto('/home');
  await page.goto(`/acts/${refusedExam.id}`);
  await imager.state('Demandé');
  await imager.section('Attribution').getByText(/Proposé d’après le tableau de garde\s: aucun domaine particulier déclaré, .*aucun autre acte en cours|Proposé d’après le tableau de garde\s: aucun domaine particulier déclaré, \d+ autres? actes? en cours/).waitFor();
  await imager.press('Refuser');
  const form = imager.dialog();
  await imager.press('Refuser', form);
  await form.getByText('À remplir.').first().waitFor();
  await imager.select('Raison', 'Examen non indiqué');
  await imager.choose('Indication et type d’examen', 'Pertinent', form);
  await imager.choose('Réalisation à distance', 'Pertinent', form);
  await imager.write('Raison du refus, pour le demandeur', 'Une échographie suffit à ce stade.', form);
  await imager.press('Refuser', form);
  await form.getByRole('alert').getByText(/pour refuser comme non indiqué/).first().waitFor();
  await imager.accessible('refusal that contradicts itself');
  await imager.shot('justified-refuse-1280');
  await imager.choose('Indication et type d’examen', 'Non pertinent', form);
  await imager.press('Refuser', form);
  await imager.state('Refusé');

  await requester.page.getByText('Un imageur refuse votre demande').first().waitFor(); // told at once, whatever page is open
  const line = requester.page.locator('a.home-link').filter({ hasText: 'Proposer une autre prise en charge au patient' });
  await line.getByText('Demande refusée : Une échographie suffit à ce stade.').waitFor();
  await requester.accessible('home with a refusal, narrow');
  await requester.shot('justified-refused-home-390');
  await line.click();
  await requester.state('Refusé');
  for (const one of [requester, imager]) {
    const decision = one.section('Décision de l’imageur');
    await decision.getByText('Examen non indiqué : Une échographie suffit à ce stade.').waitFor();
    assert.equal(await fact(one, 'Décision de l’imageur', 'Indication et type d’examen').innerText(), 'Non pertinent');
    assert.match(await fact(one, 'Décision de l’imageur', 'Avis du demandeur, gardé').innerText(), /scanner recommandé en deuxième intention/);
  }
  assert.equal((await requester.step(refusedExam.id, 'send')).status, 409, 'it is not sent again over the verdict');
});

ward.story('E9 a refused act is not closed before other care was offered: what and by whom, when the patient was told, the answer', async () => {
  const { page } = requester;
  const close = requester.button('Clore l’acte');
  await close.waitFor();
  assert.equal(await close.isDisabled(), true);
  await page.getByText('Écrivez quelle autre prise en charge a été proposée au patient.').first().waitFor();
  const early = await requester.step(refusedExam.id, 'close');
  assert.equal(early.status, 409);
  assert.ok(early.json.error.missing.some((one) => one.code === 'alternative'));
  await requester.accessible('refused act, narrow');
  await requester.shot('justified-owed-390');
  await page.setViewportSize({ width: 1280, height: 800 });
  await requester.shot('justified-owed-1280');
  await requester.press('Tracer l’autre prise en charge proposée');
  const form = requester.dialog();
  await requester.write('Prise en charge proposée', 'Échographie abdominale demain à 9 h, sur place.', form);
  await requester.write('Proposé par', 'Dr Camille DUBOIS', form);
  await requester.press('Tracer l’autre prise en charge proposée', form);
  await form.getByText('À remplir.').waitFor();
  await requester.accessible('other care, the answer is missing');
  await requester.write('Réponse du patient', 'Accepte, viendra avec sa fille.', form);
  await requester.shot('justified-care-1280');
  await requester.press('Tracer l’autre prise en charge proposée', form);
  const kept = fact(requester, 'Décision de l’imageur', 'Autre prise en charge proposée');
  await kept.waitFor();
  assert.match(await kept.innerText(), /^Échographie abdominale demain à 9 h, sur place\. \(Dr Camille DUBOIS\) · patiente? prévenue? le .+ · Accepte, viendra avec sa fille\.$/);
  await refusedExam.keepRecords(); // L10, told elsewhere
  await close.and(page.locator(':enabled')).waitFor();
  await requester.press('Clore l’acte');
  await requester.press('Clore l’acte', requester.dialog());
  await requester.state('Clos');
  await requester.accessible('closed after a refusal');
  await requester.shot('justified-closed-1280');
});
