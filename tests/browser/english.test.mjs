// The page in English, as each role: no word of the page's French is left, no colon is set the French way, and the places of a role stand in one row.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { filesOf, folder, phantoms, send } from '../dicom.mjs';
import { ROOT } from '../house.mjs';
import { Ward } from './visit.mjs';

const OWN = ['/account', '/display', '/staff', '/staff/me'];
const ROLES = {
  pacs: ['/home', '/archive', '/admin/peers', '/admin/quarantine', '/admin/corrections', '/admin/retention', '/admin/storage', ...OWN],
  manip: ['/home', '/site', '/site/planning', '/duties', '/archive', '/conventions', '/protocols', '/preparations', '/roster', '/identities', ...OWN],
  demandeur: ['/home', '/requests', '/requests/new', '/duties', '/conventions', '/identities'],
  imageur: ['/home', '/imaging', '/protocols', '/preparations', '/roster', '/report-aids', '/hangings'],
  admin: ['/home', '/conventions', '/roster', '/indicators', '/admin/people', '/admin/organisations', '/admin/retention', '/admin/storage', '/admin/audit', '/staff/rules'],
  qualite: ['/home', '/admin/audit', '/indicators', '/conventions', '/staff/people', '/staff/procedures', '/staff/register', '/staff/meetings', '/staff/skills'],
};
const WITH_ACT = ['manip', 'demandeur', 'imageur'];
// Words that only the page itself says; what people typed in the region holds none of them.
const SURE = /(?<![\p{L}’])(Enregistrer|Annuler|Ajouter|Modifier|Fermer|Supprimer|Chercher|Confirmer|Motif|Patient·e|Aujourd’hui|Hier|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|février|avril|juin|juillet|août|septembre|octobre|novembre|décembre|[0-9]+ (?:jours|octets|Mo|Go|ko))(?![\p{L}’])/u;

const ward = new Ward();
let exam;
before(async () => {
  Object.assign(ward, await Ward.open());
  const at = phantoms(ward.house, 'made', 'mr', [911]);
  assert.equal(send(ward.house, at).status, 0);
  const [file] = filesOf(at), other = fs.readFileSync(file), beside = folder(ward.house, 'beside');
  other[other.length - 10] ^= 1;
  fs.writeFileSync(path.join(beside, path.basename(file)), other);
  send(ward.house, beside); // the same identifier with another content: the quarantine is not empty
  exam = await Exam.open(ward.house);
  await exam.ask(); await exam.accept(); await exam.plan(); await exam.consent(); await exam.prepare(); await exam.start();
  await ward.house.advance(exam.technologist, 31000); // a new step of the codes
});
after(async () => { await ward.close(); });

// The page's own French, from its tables: what is the same in both languages, or has a hole, says nothing.
function frenchTexts() {
  const at = path.join(ROOT, 'ui/src/shared/i18n/texts'), pairs = [];
  for (const name of fs.readdirSync(at))
    for (const [, french, english] of fs.readFileSync(path.join(at, name), 'utf8').matchAll(/^\s*'[^'\n]+': \[\s*'((?:[^'\\]|\\.)*)',\s*'((?:[^'\\]|\\.)*)'\s*\]/gm)) pairs.push([french, english]);
  assert.ok(pairs.length > 3000, 'the tables are read');
  const english = new Set(pairs.map((one) => one[1]));
  return new Set(pairs.map((one) => one[0]).filter((one) => one.length > 3 && !english.has(one) && !one.includes('{{')));
}
const french = frenchTexts();
// Logins and names of equipment of the region, and what the request says, that are words of the page as well.
const DATA = new Set(['Français', 'Scanner', 'TEP-scanner', 'Échographie', 'Aucun', 'demandeur', 'imageur', 'pharmacien', 'Radiologie et imagerie médicale']);

const settled = (page) => page.waitForFunction(() => document.querySelector('#content')?.innerText.trim() && !document.querySelector('#content [role="status"] .mantine-Skeleton-root'));
const words = (page) => page.evaluate(() => {
  const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ').replace(/\s+/g, ' ').trim();
  const all = [...document.body.querySelectorAll('*')].filter((one) => one.checkVisibility?.() && !one.closest('[data-typed], .quoted, script, style'));
  const leaves = all.flatMap((one) => [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => plain(node.data))).filter(Boolean);
  const said = all.flatMap((one) => ['aria-label', 'title', 'placeholder', 'alt'].map((name) => plain(one.getAttribute(name) ?? ''))).filter(Boolean);
  const labels = all.filter((one) => one.matches('h1, h2, h3, label, legend, th, dt, [role="tab"], nav a, nav button')).map((one) => plain(one.innerText ?? '')).filter(Boolean);
  return { leaves, said, labels };
});
async function inEnglish(v, where) {
  await settled(v.page);
  const { leaves, said, labels } = await words(v.page);
  const wrong = [...leaves, ...said].filter((one) => (french.has(one) && !DATA.has(one)) || SURE.test(one));
  const colons = [...said, ...labels].filter((one) => /\S [:;?!](\s|$)/.test(one.replace('* and ? stand', '')));
  return { where: `${v.login} ${where}`, wrong: [...new Set(wrong)], colons: [...new Set(colons)] };
}

for (const [login, places] of Object.entries(ROLES))
  ward.story(`X6 in English as ${login}: every page says its own words in English`, async () => {
    const v = await ward.signedIn(login);
    await v.page.getByRole('banner').getByRole('button', { name: 'Afficher la page en anglais' }).click();
    await v.page.getByRole('banner').getByRole('button', { name: 'Show the page in French' }).waitFor();
    const faults = [];
    for (const place of [...places, ...(WITH_ACT.includes(login) ? [`/acts/${exam.id}`] : [])]) {
      await v.page.goto(place);
      faults.push(await inEnglish(v, place));
      await v.shot(`english-${login}${place.replaceAll('/', '-')}`);
    }
    assert.deepEqual(faults.filter((one) => one.wrong.length || one.colons.length), []);
    await v.accessible(`english, ${login}`);
  }, { chained: false });

ward.story('X6 the places of a role stand in one row, in both languages; the others are one key away', async () => {
  for (const login of ['pacs', 'manip']) {
    const v = ward.visits.find((one) => one.login === login), bar = v.page.getByRole('banner');
    for (const [language, more] of [['en', 'More'], ['fr', 'Plus']]) {
      await v.page.evaluate((kept) => localStorage.setItem('beclere-language', kept), language);
      await v.page.goto('/home');
      await settled(v.page);
      await v.page.evaluate(() => document.fonts.ready);
      const button = bar.getByRole('button', { name: more, exact: true }), right = await bar.locator('.shell-right').boundingBox();
      const boxes = await bar.locator('.nav > a, .nav > button').evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ top, right: end }) => ({ top: Math.round(top), end })));
      assert.ok(boxes.length >= 4 && new Set(boxes.map((one) => one.top)).size === 1, `${login}, ${language}: ${JSON.stringify(boxes)}`);
      assert.ok(boxes.at(-1).end <= right.x, `${login}, ${language}: nothing over what stands on the right`);
      if (login === 'manip') await button.waitFor(); // with more places than the row holds, in both languages
      if (!(await button.count())) continue;
      await button.focus();
      await v.page.keyboard.press('Enter');
      const items = v.page.getByRole('menuitem');
      await items.first().waitFor();
      await v.shot(`nav-${login}-${language}`);
      assert.ok((await items.count()) >= 2);
      await v.page.keyboard.press('Escape');
      await items.first().waitFor({ state: 'hidden' });
    }
    if (login !== 'manip') continue;
    await bar.getByRole('button', { name: 'Plus', exact: true }).focus();
    await v.page.keyboard.press('Enter');
    const last = v.page.getByRole('menuitem').last(), wanted = await last.getAttribute('href');
    await last.waitFor();
    await v.page.keyboard.press('ArrowUp'); // from the first round to the last
    for (let i = 0; i < 20 && !(await last.evaluate((one) => one === document.activeElement)); i++) await v.page.keyboard.press('ArrowDown');
    await v.page.keyboard.press('Enter');
    await v.page.waitForURL(`**${wanted}`);
    await v.accessible(`the row of places, ${login}`);
    await bar.locator('.nav-more[data-status="active"]').first().waitFor(); // where one is stays marked
  }
}, { chained: false });
