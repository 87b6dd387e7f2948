// The check of the screen as a person makes it: led there from a reading that is refused, the pattern looked at pixel by pixel, answered wrongly, then rightly, and back to the reading.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { look } from '../eye.mjs';
import { Exam } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, imager, quality;
before(async () => {
  Object.assign(ward, await Ward.open({ config: { 'display-check-days': 7 } }));
  exam = await Exam.open(ward.house);
  await exam.consent();
  await exam.ask();
  await exam.accept();
  await exam.plan();
  await exam.prepare();
  await exam.start();
  exam.scan(['--most', '4']);
  await exam.release();
  await ward.house.advance(exam.requester, 31000);
  imager = await ward.signedIn('imageur');
});
after(async () => { await ward.close(); });

const pattern = (v) => v.page.getByTestId('pattern');
// What stands on the screen: the pixels of the canvas, where the picture of the server lies.
async function seen(v) {
  await pattern(v).waitFor();
  const drawn = await v.page.waitForFunction(() => {
    const canvas = document.querySelector('[data-testid=pattern]');
    const left = Math.floor((canvas.width - 864) / 2), top = Math.floor((canvas.height - 576) / 2);
    if (canvas.width < 864 || canvas.height < 576) return null;
    const { data } = canvas.getContext('2d').getImageData(left, top, 864, 576);
    let text = '', coloured = 0;
    for (let i = 0; i < data.length; i += 4) { text += String.fromCharCode(data[i]); if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) coloured += 1; }
    const box = canvas.getBoundingClientRect();
    return { bytes: btoa(text), coloured, exact: [canvas.width, canvas.height, Math.round(box.width * devicePixelRatio), Math.round(box.height * devicePixelRatio)] };
  });
  const { bytes, coloured, exact } = await drawn.jsonValue();
  assert.equal(coloured, 0, 'greys alone');
  assert.deepEqual(exact.slice(0, 2), exact.slice(2), 'one pixel of the canvas is one pixel of the screen');
  return look({ width: 864, height: 576, levels: Buffer.from(bytes, 'base64') });
}
async function answer(v, said) {
  const { page } = v;
  for (const [n, row] of ['Fond sombre', 'Fond moyen', 'Fond clair'].entries()) await page.getByLabel(row).fill(said.letters[n]);
  await page.getByLabel('Paliers distingués').fill(String(said.steps));
  await page.getByLabel('Petits carrés vus').fill(String(said.squares));
  for (const [label, value] of [['Carré gris (5 %)', said.dark], ['Carré gris (95 %)', said.light], ['Carré rayé de gauche', said.lines_left], ['Carré rayé de droite', said.lines_right],
    ['Les quatre bords', said.geometry ? 'yes' : 'no'], ['Gris uniforme', said.uniform ? 'yes' : 'no'], ['Lumière de la pièce', said.ambient]]) await page.getByLabel(label).selectOption(value);
  await v.press('Envoyer mes réponses');
}

ward.story('O4 a reading on a screen that was not checked leads to the check; a scaled page is refused there', async () => {
  const { page } = imager;
  await page.goto(`/acts/${exam.id}/read`);
  await page.locator('[data-display=none]').waitFor();
  await page.getByText(/ni interprétation ni signature avant un contrôle réussi/).waitFor();
  assert.ok(await page.locator('[data-step=open-reading]').isDisabled());
  await page.getByText(/Cet écran n’a pas été contrôlé\s: ouvrez/).waitFor();
  await imager.shot('display-reading-1280');
  await page.getByRole('link', { name: 'Contrôle de l’écran' }).first().click();
  await page.getByRole('heading', { name: 'Contrôle de l’écran' }).waitFor();
  await page.getByLabel('Nom du poste').fill('Poste de lecture 2, écran gauche');
  const cdp = await imager.context.newCDPSession(page);
  await cdp.send('Emulation.setDeviceMetricsOverride', { width: 1280, height: 800, deviceScaleFactor: 1.25, mobile: false });
  await imager.press('Commencer le contrôle');
  await page.getByText(/un pixel de la mire n’est pas un pixel de l’écran/).waitFor();
  await imager.accessible('check refused');
  await cdp.send('Emulation.clearDeviceMetricsOverride');
  await page.setViewportSize({ width: 1280, height: 800 });
  await imager.shot('display-begin-1280');
});

ward.story('O4 the pattern lies on the screen pixel by pixel; what is not seen makes the screen fail, and the page says what', async () => {
  const { page } = imager;
  await imager.press('Commencer le contrôle');
  const said = await seen(imager);
  await imager.accessible('pattern');
  await imager.shot('display-pattern-1280');
  await answer(imager, { ...said, letters: [said.letters[0], '------', said.letters[2]], light: 'none' });
  await page.locator('[data-verdict=failed]').waitFor();
  await page.getByText('12 lettres lues sur 18.').waitFor();
  await page.getByText(/lettres pâles sur fond moyen/).first().waitFor();
  await page.getByText('Le carré à 95 % dans le blanc n’a pas été trouvé.').first().waitFor();
  await imager.accessible('screen that fails');
  await imager.shot('display-failed-1280');
});

ward.story('O4 on the full screen too; answered rightly it passes, and the reading begins', async () => {
  const { page } = imager;
  await imager.press('Recommencer un contrôle');
  await seen(imager);
  await imager.press('Plein écran');
  await page.getByRole('button', { name: 'Quitter le plein écran' }).waitFor();
  await imager.press('Cacher les questions');
  await page.getByLabel('Fond sombre').waitFor({ state: 'hidden' });
  await imager.shot('display-full-1280');
  await imager.press('Montrer les questions');
  await answer(imager, await seen(imager));
  await page.locator('[data-verdict=passed]').waitFor();
  await page.getByText('18 lettres lues sur 18.').waitFor();
  await imager.accessible('screen that passes');
  await imager.shot('display-passed-1280');
  await page.getByRole('link', { name: 'Retour à l’acte' }).click();
  await page.locator('[data-step=open-reading]:not([disabled])').click();
  await page.locator('.report textarea').first().waitFor();
  assert.equal(await page.locator('[data-display]').count(), 0, 'nothing to say of this screen now');
});

ward.story('O4 who answers for quality finds the checks, in French and in English', async () => {
  quality = await ward.signedIn('qualite');
  const { page } = quality;
  await page.getByRole('button', { name: /Menu du compte/ }).click();
  await page.getByRole('menuitem', { name: 'Contrôle de l’écran' }).click();
  const list = quality.section('Contrôles des écrans');
  await list.locator('tr[data-check]').first().waitFor();
  assert.equal(await list.locator('tr[data-check]').count(), 1, 'the newest of each workstation');
  assert.match(await list.locator('tr[data-check]').innerText(), /Poste de lecture 2, écran gauche[\s\S]*valable[\s\S]*18\/18/);
  await list.getByLabel('Tout l’historique').check();
  assert.equal(await list.locator('tr[data-check]').count(), 2);
  await quality.accessible('checks');
  await quality.shot('display-checks-1280');
  await page.locator('.lang').click();
  await page.getByRole('heading', { name: 'Check of the screen' }).waitFor();
  await page.getByText(/Three minutes before the test pattern/).waitFor();
  await quality.accessible('checks in English');
  await quality.shot('display-checks-en-1280');
});
