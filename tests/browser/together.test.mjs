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
});

// What lies in the middle of the pane, and how much of the patient it shows downwards, in pixels of the image.
const seen = (v, id = 'left') => v.page.evaluate((pane) => {
  const p = window.__viewer.pane(pane), [w, h] = p.size(), [x, y] = p.toPixel(w / 2, h / 2), [, top] = p.toPixel(w / 2, 0), [, low] = p.toPixel(w / 2, h);
  return { x, y, down: low - top };
}, id);
const close = (one, other, by) => Math.abs(one - other) < by;
const chooses = (v, mode) => v.page.getByRole('radiogroup', { name: 'Regarder ensemble' }).getByText(mode, { exact: true }).click();

ward.story('E12 E17 zoom, pan, turn and mirror are the leader’s, by the image and not by the screen', async () => {
  const [a, b] = [new Viewing(imager), new Viewing(technologist)];
  await technologist.page.setViewportSize({ width: 1280, height: 640 });
  await imager.page.getByTestId('viewer').focus();
  await a.key('+'); await a.key('+'); await a.key('+');
  await a.key('p');
  await a.drag('left', [120, 120], [150, 160]);
  await until(async () => { const [one, other] = [await seen(a), await seen(b)]; return close(one.x, other.x, 0.5) && close(one.y, other.y, 0.5) && other.down >= one.down - 0.5 && other.down < one.down * 2; }, 'the same middle, and all that the leader sees');
  const moved = await seen(a);
  assert.ok(Math.hypot(moved.x - 127.5, moved.y - 127.5) > 5, 'it was moved');
  await a.key('r');
  await a.key('m');
  await until(async () => { const [one, other] = [await a.state(), await b.state()]; return one.rotation === other.rotation && one.flipped === other.flipped && (one.rotation !== 0 || one.flipped); }, 'turned alike');
  await technologist.shot('67-together-turned');
  await a.key('f');
  await imager.page.getByTestId('viewer').focus();
});

ward.story('E12 E17 the leader’s measures are seen at once with their name, are not the follower’s to change, and go when they lead no more', async () => {
  const [a] = [new Viewing(imager), new Viewing(technologist)];
  const shown = technologist.page.getByTestId('marks-left').locator('.mark-theirs .mark');
  await a.key('l');
  await a.drag('left', [100, 100], [160, 140]);
  await shown.first().waitFor();
  await until(async () => (await shown.first().textContent()).includes('Dr Jeanne MARTIN'), 'whose it is');
  const mine = (await a.words())[0];
  assert.ok((await shown.first().textContent()).replace(/[\u00a0\u202f]/g, ' ').includes(mine), `the same figure: ${mine}`);
  assert.equal(await technologist.page.getByTestId('marks-left').locator('.mark').count(), 1, 'and none of the follower’s own');
  await technologist.shot('68-together-measure');
  await technologist.page.getByTestId('viewer').focus();
  await technologist.page.keyboard.press('Delete');
  assert.equal(await shown.count(), 1, 'not theirs to erase');
  const { content } = (await (await technologist.page.request.get(`/api/studies/${(await a.frame()).imageId.match(/studies\/([\d.]+)/)[1]}/marks`)).json());
  assert.deepEqual(content.marks, [], 'nothing of it is kept for the follower');
  await technologist.page.goto(`/acts/${exam.id}`); // who comes late has it at once
  await technologist.press('Entrer en salle', technologist.section('Salle en direct'));
  await dock(technologist).locator('.tile[data-seat="imager"][data-connected="true"]').waitFor();
  await technologist.page.getByRole('link', { name: 'Voir les images', exact: true }).or(technologist.page.getByRole('link', { name: 'Ouvrir la lecture', exact: true })).first().click();
  await technologist.page.getByRole('radiogroup', { name: 'Regarder ensemble' }).waitFor();
  await chooses(technologist, 'Suivre');
  await shown.first().waitFor();
  await chooses(imager, 'Libre');
  await shown.first().waitFor({ state: 'detached' });
  await technologist.sees('Personne ne mène encore.');
  await chooses(imager, 'Mener');
  await shown.first().waitFor();
  await imager.page.getByTestId('viewer').focus();
  await a.key('Delete');
  await shown.first().waitFor({ state: 'detached' });
});

ward.story('E12 E17 a cine is followed while it plays; planes of a volume stand alike in both pages', async () => {
  const [a, b] = [new Viewing(imager), new Viewing(technologist)];
  await imager.page.getByTestId('viewer').focus();
  await a.key('w');
  await a.key(' ');
  const came = new Set();
  await until(async () => came.add((await b.state()).shown) && came.size > 3, 'several images of the cine');
  await a.key(' ');
  await until(async () => (await a.state()).shown === (await b.state()).shown && !(await a.state()).playing, 'they stop at the same image');
  await a.key('Shift+V');
  for (const v of [imager, technologist]) await v.page.locator('[data-testid="volume"][data-phase="ready"]').waitFor({ timeout: 60000 });
  await imager.page.getByTestId('image-coronal').click({ position: { x: 90, y: 70 } });
  await a.key('m');
  const place = (v) => v.page.evaluate(() => JSON.stringify(['axial', 'sagittal', 'coronal'].map((id) => { const { facing, slab, base } = window.__viewer.pane(id).view; return { facing, slab, base }; })));
  const words = async (v) => [await v.page.getByTestId('place-axial').textContent(), await v.page.getByTestId('slab-axial').textContent()].join();
  await until(async () => (await words(imager)) === (await words(technologist)) && (await place(imager)) === (await place(technologist)), 'the same centre, planes, slab and window');
  await technologist.shot('69-together-planes');
  await a.key('Shift+V');
  await b.drawn('left');
});

ward.story('E12 free: nobody moves my images', async () => {
  const [a, b] = [new Viewing(imager), new Viewing(technologist)];
  await a.drawn('left');
  await imager.page.getByTestId('viewer').focus();
  await a.key('Home');
  await a.drawn('left', 0);
  await a.key('ArrowDown');
  await b.drawn('left', 1);
  await chooses(technologist, 'Libre');
  await a.key('End');
  await a.drawn('left');
  await technologist.page.waitForTimeout(1000);
  assert.equal((await b.state()).shown, 1, 'free: nobody moves my images');
});
