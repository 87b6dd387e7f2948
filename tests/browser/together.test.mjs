// A call that rings on another page, and the same image under both pairs of eyes: one leads, the other follows, each sees where the other points.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Viewing } from './viewing.mjs';
import { until, Ward } from './visit.mjs';

const FLAGS = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required'];
const MAY = { permissions: ['camera', 'microphone'] };
const ward = new Ward();
let exam, imager, technologist;
before(async () => {
  Object.assign(ward, await Ward.open({ flags: FLAGS }));
  exam = await Exam.started(ward.house);
  exam.scan(['--most', '12']);
  await ward.house.advance(exam.requester, 31000);
  imager = await ward.signedIn('imageur', MAY);
  technologist = await ward.signedIn('manip', MAY);
  await imager.page.goto(`/acts/${exam.id}`);
  await technologist.page.goto('/site');
});
after(async () => { await ward.close(); });

const dock = (v) => v.page.getByRole('complementary', { name: 'Salle en direct' });
const ringing = (v) => v.page.getByRole('alertdialog').filter({ hasText: 'vous appelle' });
const calls = async () => (await exam.imager.get(`/api/acts/${exam.id}`)).json.facts.calls ?? [];
const callsThe = async (v, whom) => {
  await v.press('Appeler', v.section('Salle en direct'));
  await v.page.getByRole('menuitem', { name: whom, exact: true }).click();
};

ward.story('E13 from the act, in one action: the call rings on whatever page the other is; refused, it goes on and the caller is told', async () => {
  await callsThe(imager, 'Le manipulateur');
  await ringing(technologist).getByText('Dr Jeanne MARTIN vous appelle').waitFor();
  await technologist.shot('64-call-rings');
  await technologist.accessible('a call that rings');
  await imager.section('Salle en direct').getByText('Appel de Lucas PETIT…').waitFor();
  await dock(imager).locator('.room-tools').waitFor(); // who calls waits in the room
  await technologist.press('Je ne peux pas répondre', ringing(technologist));
  await ringing(technologist).waitFor({ state: 'detached' });
  await until(async () => (await calls()).at(-1).rings.every((one) => one.name !== 'Lucas PETIT'), 'the call has gone on');
  if ((await calls()).at(-1).state === 'ringing') await imager.press('Renoncer', imager.section('Salle en direct'));
  await imager.section('Salle en direct').getByText(/Appel abandonné|Personne n’a répondu/).waitFor();
});

ward.story('E13 answered from the keyboard, both are in the room of the act', async () => {
  await callsThe(imager, 'Le manipulateur');
  await ringing(technologist).waitFor();
  await technologist.button('Répondre', ringing(technologist)).focus();
  await technologist.page.keyboard.press('Enter');
  await technologist.page.waitForURL(`**/acts/${exam.id}`);
  for (const [v, seat] of [[technologist, 'imager'], [imager, 'technologist']]) await dock(v).locator(`.tile[data-seat="${seat}"][data-connected="true"]`).waitFor();
  await imager.section('Salle en direct').getByText('Lucas PETIT a répondu.').waitFor();
  assert.equal((await calls()).at(-1).answered_by.name, 'Lucas PETIT');
});

ward.story('E12 E17 one leads, the other sees the same slice and window; a pointer falls on the same point of the patient', async () => {
  const [a, b] = [new Viewing(imager), new Viewing(technologist)];
  for (const v of [imager, technologist]) await v.page.getByRole('link', { name: 'Voir les images', exact: true }).or(v.page.getByRole('link', { name: 'Ouvrir la lecture', exact: true })).first().click();
  await a.drawn('left');
  await b.drawn('left');
  for (const v of [imager, technologist]) await v.page.getByRole('radiogroup', { name: 'Regarder ensemble' }).waitFor();
  await imager.page.getByRole('radiogroup', { name: 'Regarder ensemble' }).getByText('Mener', { exact: true }).click();
  await technologist.page.getByRole('radiogroup', { name: 'Regarder ensemble' }).getByText('Suivre', { exact: true }).click();
  await technologist.sees('Vous suivez Dr Jeanne MARTIN.');
  await imager.page.getByTestId('viewer').focus();
  await a.key('Home');
  await a.drawn('left', 0);
  await b.drawn('left', 0);
  const began = Date.now();
  await a.key('ArrowDown');
  await a.drawn('left', 1);
  await b.drawn('left', 1);
  console.log(`# the follower's slice after ${Date.now() - began} ms`);
  await a.key('2');
  await until(async () => { const [one, other] = [await a.state(), await b.state()]; return one.window?.width === 1500 && other.window?.width === 1500 && other.window.center === one.window.center; }, 'the same window');
  const frame = await a.frame();
  await imager.page.mouse.move(...await a.spot('left', [100, 120]));
  await imager.page.mouse.move(...await a.spot('left', [200, 180]));
  const pointer = technologist.page.locator('.remote-pointer[data-seat="imager"]').first();
  await pointer.waitFor();
  const box = await pointer.boundingBox();
  const [x, y] = await b.spot('left', [200, 180]);
  assert.ok(Math.abs(box.x + 7 - x) < 6 && Math.abs(box.y + 7 - y) < 6, `the pointer stands at ${box.x + 7},${box.y + 7}, the point of the patient at ${x},${y} (${frame.instance['00080018'].Value[0]})`);
  await imager.shot('65-together-leads');
  await technologist.shot('66-together-follows');
  await technologist.page.getByRole('radiogroup', { name: 'Regarder ensemble' }).getByText('Libre', { exact: true }).click();
  await a.key('End');
  await a.drawn('left');
  await technologist.page.waitForTimeout(1000);
  assert.equal((await b.state()).shown, 1, 'free: nobody moves my images');
});
