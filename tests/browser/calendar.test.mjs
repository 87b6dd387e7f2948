// E10 O3 planning at the browser: proposals chosen by the keyboard, the calendar of the site by day, by week and on a narrow screen; axe finds nothing.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Ward } from './visit.mjs';

let exam, technologist, secretary;
const ward = await Ward.open();
before(async () => {
  exam = await Exam.open(ward.house);
  await exam.ask(); await exam.accept();
  await ward.house.advance(exam.technologist, 31_000); // the code of the second factor serves once
  technologist = await ward.signedIn('manip');
  secretary = await ward.signedIn('secretaire');
});
after(async () => { await ward.close(); });

ward.story('E10 the nearest slot is chosen with the arrow keys, and planned', async () => {
  const { page } = technologist;
  await page.goto(`${ward.house.url}/acts/${exam.id}`);
  await technologist.press('Planifier');
  const dialog = technologist.dialog();
  await dialog.getByText('Créneaux possibles dans le délai').waitFor();
  await technologist.shot('calendar-plan-1280');
  const cards = dialog.getByRole('radio');
  assert.ok(await cards.count() >= 2, 'several are proposed');
  await cards.first().focus();
  await page.keyboard.press('ArrowDown');
  await dialog.getByText(/Manipulateur\s:/).waitFor();
  await technologist.accessible('plan');
  await technologist.press('Planifier', dialog);
  await technologist.state('Planifié');
});

ward.story('E10 O3 the calendar shows the act by day and by week, with the keyboard; a closing and a version are made', async () => {
  const { page } = secretary;
  await page.goto(`${ward.house.url}/site/planning`);
  const slot = (await exam.technologist.get(`/api/acts/${exam.id}`)).json.facts.slot;
  await page.locator('.day').waitFor();
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(ward.house.now());
  if (new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(slot.start_ms) !== today) await page.keyboard.press('ArrowRight');
  await page.locator(`[data-act="${exam.number}"]`).waitFor();
  await secretary.shot('calendar-day-1280');
  await secretary.accessible('calendar');
  await page.keyboard.press('w');
  await page.getByText(/Semaine du/).first().waitFor();
  await secretary.shot('calendar-week-1280');
  await page.keyboard.press('d');
  await page.getByRole('button', { name: 'Fermer une salle' }).click();
  const closing = secretary.dialog();
  await closing.getByLabel('Motif').fill('Contrôle qualité annuel');
  await closing.getByRole('button', { name: 'Fermer une salle' }).click();
  await closing.getByText(/La salle est fermée|Examens à déplacer/).waitFor();
  await secretary.accessible('closing');
  await secretary.shot('calendar-closing-1280');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Régler l’agenda' }).click();
  await secretary.dialog().getByText(/Version 1/).waitFor();
  await secretary.accessible('editor');
  await secretary.shot('calendar-editor-1280');
  await secretary.dialog().getByRole('button', { name: 'Enregistrer' }).click();
  await secretary.dialog().getByText(/Version 2/).waitFor();
  await page.keyboard.press('Escape');
});

ward.story('E10 at 390 px the day is a list', async () => {
  const { page } = secretary;
  await page.setViewportSize({ width: 390, height: 800 });
  await page.locator('.calendar-list').first().waitFor();
  await secretary.shot('calendar-day-390');
  await secretary.accessible('calendar at 390');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 391, `nothing is wider than the screen: ${wide}`);
});

ward.story('S2 S3 the administrator keeps address and telephone of an organisation; a wrong number is refused in French; the act shows them', async () => {
  const admin = await ward.signedIn('admin');
  const { page } = admin;
  await page.goto('/admin/organisations');
  await page.getByRole('button', { name: `Modifier l’organisation : ${exam.site.name}` }).click();
  const form = admin.dialog();
  await admin.write('Adresse (numéro et voie)', '4 rue des Lilas', form);
  await admin.write('Code postal', '99010', form);
  await admin.write('Téléphone', 'standard', form);
  await admin.press('Enregistrer', form);
  await form.getByText(/Écrivez le numéro de téléphone en chiffres/).waitFor();
  await admin.accessible('organisation refused');
  await admin.shot('organisation-form');
  await admin.write('Téléphone', '01 00 00 01 99', form);
  await admin.press('Enregistrer', form);
  await admin.section(exam.site.name).getByText('4 rue des Lilas').waitFor();
  await admin.accessible('organisations');
  await admin.shot('organisations');
  await technologist.page.goto(`/acts/${exam.id}`);
  const people = technologist.section('Intervenants');
  await people.getByText(`4 rue des Lilas, 99010 ${exam.site.city}`).waitFor();
  await people.getByRole('link', { name: '01 00 00 01 99' }).scrollIntoViewIfNeeded();
  await technologist.shot('organisation-on-act');
});
