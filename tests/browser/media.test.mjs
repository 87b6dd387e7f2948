// A disc is dropped in the page, the line is cut and comes back, whose it is is decided; a study leaves as an archive with and without its identity.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { dcmtk, ROOT } from '../house.mjs';
import { until, Ward } from './visit.mjs';

const DISC = path.join(ROOT, '../shared/data/dicom/dicomdir');
const ward = new Ward();
let exam, technologist, folder;
const filesUnder = (dir) => fs.readdirSync(dir, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? filesUnder(path.join(dir, f.name)) : [path.join(dir, f.name)]));

if (!fs.existsSync(DISC)) {
  console.log('# skipped: ../shared is not there');
} else {
  before(async () => {
    Object.assign(ward, await Ward.open());
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-media-'));
    fs.mkdirSync(path.join(folder, 'CD'));
    for (const one of ['DICOMDIR', '77654033', '98892001', '98892003']) fs.cpSync(path.join(DISC, one), path.join(folder, 'CD', one), { recursive: true });
    fs.writeFileSync(path.join(folder, 'CD', 'AUTORUN.INF'), '[autorun]\r\n');
    fs.writeFileSync(path.join(folder, 'CD', 'VIEWER.EXE'), Buffer.concat([Buffer.from('MZ'), Buffer.alloc(4000)]));
    const own = path.join(folder, 'sien');
    fs.mkdirSync(own);
    for (const [i, f] of filesUnder(path.join(DISC, '98892003')).slice(0, 3).entries()) {
      const to = path.join(own, `IM${i}`);
      fs.copyFileSync(f, to);
      const r = dcmtk('dcmodify', ['-nb', '-imt', '-i', '(0010,0010)=DUPONT-MOREAU^JEAN-BAPTISTE', '-i', '(0010,0030)=19711102', '-i', '(0010,0040)=M', '-i', '(0010,0020)=H77', '-i', '(0020,000d)=1.2.826.0.1.77.1', '-i', '(0020,000e)=1.2.826.0.1.77.2', '-i', `(0008,0018)=1.2.826.0.1.77.3.${i}`, to]);
      assert.equal(r.status, 0, r.stderr);
    }
    assert.equal(spawnSync('python3', ['-c', `import shutil; shutil.make_archive(${JSON.stringify(path.join(folder, 'envoi'))}, 'zip', ${JSON.stringify(folder)}, 'sien')`]).status, 0);
    exam = await Exam.open(ward.house);
    await exam.ask(); await exam.accept(); await exam.plan(); await exam.consent(); await exam.prepare(); await exam.start();
    exam.scan();
    await ward.house.advance(exam.technologist, 31000); // a new step of the codes
    technologist = await ward.signedIn('manip');
  });
  after(async () => {
    await ward.close();
    if (folder) fs.rmSync(folder, { recursive: true, force: true });
  });

  ward.story('E5 a disc is brought to the act: received while it is read, cut in the middle and gone on with', async () => {
    const { page } = technologist;
    await page.goto(`/acts/${exam.id}`);
    await page.getByRole('link', { name: 'Importer un CD ou un dossier' }).click();
    await technologist.write('Provenance', 'CD remis par le patient');
    await technologist.shot('media-1-origin');
    await technologist.accessible('import: origin');
    await technologist.press('Commencer');
    await page.getByText('Déposez ici le CD').waitFor();
    let sent = 0;
    await page.route('**/files?path=*', async (route) => { // the line is cut after eight files, for a while
      if (++sent > 8 && sent < 14) await route.abort('connectionreset');
      else await route.continue();
    });
    await page.getByTestId('folder').setInputFiles(path.join(folder, 'CD'));
    await page.getByText('Le support est entièrement reçu.').waitFor();
    assert.ok(sent >= 37, `${sent} tries`);
    await page.getByText('2 fichiers ne sont pas des images DICOM').waitFor();
    await page.getByRole('heading', { name: 'Examens trouvés' }).waitFor();
    assert.equal(await page.getByText('n’ont pas été trouvés').count(), 0, 'all that the DICOMDIR names came');
    await technologist.shot('media-2-studies');
    await technologist.accessible('import: studies');
  });

  ward.story('the page is loaded again: the import is offered, and the same disc sends nothing twice', async () => {
    const { page } = technologist;
    await page.unroute('**/files?path=*');
    await page.reload();
    await page.getByRole('button', { name: /Reprendre l’import du .*CD remis par le patient/ }).click();
    let sent = 0;
    page.on('request', (q) => { if (/files\?path=/.test(q.url()) && !/DICOMDIR/.test(q.url())) sent++; });
    await page.getByTestId('folder').setInputFiles(path.join(folder, 'CD'));
    await page.getByText('Le support est entièrement reçu.').waitFor();
    assert.equal(sent, 0, 'nothing was sent again');
    await page.getByText(/fichiers déjà reçus/).waitFor();
  });

  ward.story('E15 another identity on the disc: the difference is shown, attached only with a reason', async () => {
    const { page } = technologist;
    const study = page.getByRole('article').first();
    await study.getByText('L’identité du support diffère de celle du dossier').waitFor();
    assert.ok(await study.getByRole('button', { name: 'Rattacher au dossier' }).isDisabled());
    await study.getByLabel('Motif').fill('Nom d’usage sur le CD, pièce d’identité vérifiée');
    await technologist.shot('media-3-differs');
    await study.getByRole('button', { name: 'Rattacher au dossier' }).click();
    await study.getByText('Rattaché au dossier').waitFor();
    const second = page.getByRole('article').nth(1);
    await second.getByLabel('Motif').fill('Autre patient');
    await second.getByRole('button', { name: 'Écarter' }).click();
    await second.getByText('Écarté', { exact: true }).waitFor();
  });

  ward.story('a zip archive of the right patient is attached without a question and stands among the earlier exams', async () => {
    const { page } = technologist;
    await page.goto(`/acts/${exam.id}/import`);
    await technologist.write('Provenance', 'Envoi de la clinique des Lilas');
    await technologist.press('Commencer');
    await page.getByTestId('files').setInputFiles(path.join(folder, 'envoi.zip'));
    await page.getByText('Le support est entièrement reçu.').waitFor();
    await page.getByText('Identité conforme au dossier').waitFor();
    await technologist.press('Rattacher au dossier');
    await page.getByText('Rattaché au dossier').waitFor();
    await page.getByRole('link', { name: 'Retour à l’acte' }).click();
    const priors = technologist.section('Examens antérieurs importés');
    await priors.getByText('Envoi de la clinique des Lilas').waitFor();
    await priors.getByText(/Identité différente de celle du dossier, acceptée par Lucas PETIT/).waitFor();
    await priors.scrollIntoViewIfNeeded();
    await technologist.shot('media-4-priors');
    await technologist.accessible('act with priors');
  });

  ward.story('the imager takes the study out, whole and then without its identity', async () => {
    const imager = await ward.signedIn('imageur');
    const { page } = imager;
    await page.goto(`/acts/${exam.id}`);
    await imager.press('Exporter');
    await imager.select('Motif de l’export', 'Deuxième avis');
    await imager.shot('media-5-export');
    await imager.accessible('export');
    let download = page.waitForEvent('download');
    await imager.press('Préparer et télécharger');
    const whole = await (await download).path();
    await page.getByText('L’archive est complète.').waitFor();
    await imager.shot('media-6-exported');
    const list = spawnSync('python3', ['-m', 'zipfile', '-l', whole], { encoding: 'utf8' });
    assert.match(list.stdout, /DICOMDIR/);
    assert.match(list.stdout, /DICOM\/ST000001\/SE000001\/IM000001/);
    await page.getByRole('dialog').getByRole('button', { name: 'Fermer' }).last().click();
    await imager.press('Exporter');
    await imager.select('Motif de l’export', 'Recherche');
    await page.getByLabel('Précisions').fill('Étude de dose, protocole 12');
    await imager.shot('media-7-deident');
    await imager.accessible('export without identity');
    await page.getByLabel('Noircir des zones des images').check(); // E22: drawn with the mouse, and typed
    const drawing = page.getByRole('img', { name: /0 cadre/ });
    await drawing.scrollIntoViewIfNeeded();
    const place = await drawing.boundingBox();
    await page.mouse.move(place.x + place.width * 0.1, place.y + place.height * 0.1);
    await page.mouse.down();
    await page.mouse.move(place.x + place.width * 0.5, place.y + place.height * 0.3, { steps: 4 });
    await page.mouse.up();
    await page.getByText(/^Cadre 1, images de/).waitFor();
    await imager.press('Ajouter un cadre');
    await page.getByText(/^Cadre 2, images de/).waitFor();
    await page.getByLabel('Hauteur').last().fill('5');
    await imager.shot('media-8-boxes');
    await imager.accessible('boxes over the pixels');
    download = page.waitForEvent('download');
    await imager.press('Préparer et télécharger');
    const anonymous = await (await download).path();
    const to = path.join(folder, 'anonymous');
    assert.equal(spawnSync('python3', ['-m', 'zipfile', '-e', anonymous, to]).status, 0);
    await until(() => fs.existsSync(path.join(to, 'DICOMDIR')), 'the archive is unpacked');
    for (const f of filesUnder(to)) assert.ok(!fs.readFileSync(f).includes('DUPONT'), f);
    assert.ok(filesUnder(to).some((f) => fs.readFileSync(f).includes('113101')), 'made black, and said so');
  });
}
