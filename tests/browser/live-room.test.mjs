// The live room as its people meet it: voice and picture between browsers (the browser's own test picture and tone), what the act then says, and nuclear medicine that starts by it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam, REQUEST, VERDICT } from '../exam.mjs';
import { freePort } from '../house.mjs';
import { until, Ward } from './visit.mjs';

const FLAGS = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required'];
const MAY = { permissions: ['camera', 'microphone'] };
const ward = new Ward();
let pet, imager, technologist, requester;
before(async () => {
  Object.assign(ward, await Ward.open({ flags: FLAGS, config: { relay: 'run', 'relay-listen': `127.0.0.1:${await freePort()}` } }));
  const { house } = ward;
  pet = await Exam.open(house, { modality: 'PT/CT' });
  await pet.ask({ ...REQUEST, question: 'Bilan d’extension ?' });
  await pet.accept({ ...VERDICT, protocol: { ...VERDICT.protocol, name: 'TEP FDG', injection: 'radiopharmaceutical' } });
  const room = pet.site.rooms.find((r) => r.modality === 'PT');
  const keeper = await house.person('secretaire'), nuclear = await house.person('nucleaire');
  const [kept] = (await keeper.get(`/api/rooms/${room.id}/calendar`)).json.versions;
  assert.equal((await keeper.put(`/api/rooms/${room.id}/calendar`, { version: kept.version, content: { ...kept.content, hours: [], holidays: 'open' } })).status, 200);
  await pet.ok(pet.technologist, 'plan', { room_id: room.id, start_ms: house.now() + 2 * 3600000, minutes: 60 });
  await pet.consent();
  await pet.ok(pet.technologist, 'acknowledge-protocol');
  await pet.ok(pet.technologist, 'name-local-physician', { person_id: pet.physician.me.person.id });
  await pet.identify();
  await pet.imagerComes();
  await pet.ok(pet.physician, 'confirm-local-presence');
  await pet.ok(nuclear, 'nuclear-present');
  await pet.sheet();
  await house.advance(pet.requester, 31000);
  imager = await ward.signedIn('imageur', MAY);
  technologist = await ward.signedIn('manip', MAY);
  requester = await ward.signedIn('demandeur', { ...MAY, width: 390, height: 844 });
  for (const v of [imager, technologist, requester]) await v.page.goto(`/acts/${pet.id}`);
});
after(async () => { await ward.close(); });

const dock = (v) => v.page.getByRole('complementary', { name: 'Salle en direct' });
const tile = (v, seat) => dock(v).locator(`.tile[data-seat="${seat}"]`);
const facts = async () => (await pet.imager.get(`/api/acts/${pet.id}`)).json.facts;
// Frames that the browser really drew of this person's picture, two looks apart.
const draws = (v, seat) => tile(v, seat).locator('video').evaluate(async (video) => {
  const count = () => video.getVideoPlaybackQuality().totalVideoFrames;
  const first = count();
  await new Promise((done) => setTimeout(done, 1500));
  return count() - first;
});
const enters = async (v, name) => {
  const began = Date.now();
  await v.press(name, v.section('Salle en direct'));
  await dock(v).locator('.room-tools').waitFor();
  return began;
};

ward.story('E14 nuclear medicine does not start before the room has carried picture and sound', async () => {
  await pet.refused(pet.technologist, 'start', {}, 409, 'video');
});

ward.story('E12 E14 imager and patient’s station see and hear each other within three seconds; the act says so by itself', async () => {
  await enters(imager, 'Entrer en salle');
  await dock(imager).getByText('Vous êtes seul en salle').waitFor();
  const began = await enters(technologist, 'Ouvrir pour le patient');
  await tile(technologist, 'imager').and(technologist.page.locator('[data-connected="true"]')).waitFor();
  const joined = Date.now() - began;
  await tile(imager, 'patient').and(imager.page.locator('[data-connected="true"]')).waitFor();
  for (const [v, seat] of [[imager, 'patient'], [technologist, 'imager']]) assert.ok(await draws(v, seat) > 2, `${v.login}: pictures of ${seat} arrive`);
  await technologist.page.getByText('Image et son transmis dans les deux sens').first().waitFor({ timeout: 30000 });
  const { video, room } = await facts();
  assert.equal(video.both_ways, true);
  assert.deepEqual(room.map((one) => one.seat).sort(), ['imager', 'patient']);
  await imager.shot('60-room-imager');
  await technologist.shot('61-room-technologist');
  await imager.accessible('in the live room');
  console.log(`# joined in ${joined} ms`);
  assert.ok(joined < 20000);
});

ward.story('E13 the requester joins from a telephone: three in the room, each sees the two others', async () => {
  await enters(requester, 'Entrer en salle');
  for (const [v, seats] of [[requester, ['imager', 'patient']], [imager, ['patient', 'requester']], [technologist, ['imager', 'requester']]])
    for (const seat of seats) await tile(v, seat).and(v.page.locator('[data-connected="true"]')).waitFor();
  await requester.shot('62-room-requester-phone');
  await requester.accessible('in the live room on a telephone');
});

ward.story('E12 one goes on to other pages and stays in the room; muting and the camera are two keys', async () => {
  await imager.page.getByRole('navigation').first().getByRole('link').first().click();
  await tile(imager, 'patient').and(imager.page.locator('[data-connected="true"]')).waitFor();
  await imager.press('Couper mon micro', dock(imager));
  await imager.button('Rouvrir mon micro', dock(imager)).waitFor();
  await imager.page.keyboard.press('Alt+m');
  await imager.button('Couper mon micro', dock(imager)).waitFor();
  await imager.press('Arrêter ma caméra', dock(imager));
  await tile(technologist, 'imager').locator('.tile-none').waitFor();
  await imager.press('Ouvrir ma caméra', dock(imager));
  await tile(technologist, 'imager').locator('.tile-none').waitFor({ state: 'detached' });
});

ward.story('E12 the console’s screen is shown to the others, said to be no image for diagnosis, and proves no video', async () => {
  const shared = (v) => dock(v).locator('.tile-screen');
  await technologist.press('Montrer un écran', dock(technologist));
  await shared(imager).waitFor();
  await shared(imager).getByText('pas pour le diagnostic').waitFor();
  await until(() => shared(imager).locator('video').evaluate((video) => video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 1), 'pictures of the screen arrive');
  await imager.shot('62b-room-screen');
  await technologist.press('Ne plus montrer l’écran', dock(technologist));
  await shared(imager).waitFor({ state: 'detached' });
});

ward.story('E14 nuclear medicine starts by the video that carried; it breaks while the patient is there: an incident, timed, never a dead end', async () => {
  await pet.start();
  await technologist.press('Quitter la salle', dock(technologist));
  await imager.page.goto(`/acts/${pet.id}`);
  await imager.page.getByRole('alert').filter({ hasText: 'vidéo' }).first().waitFor();
  const now = await facts();
  assert.equal(now.video.both_ways, false);
  assert.ok(now.incidents.some((one) => one.subject === 'video-lost'));
  await enters(imager, 'Entrer en salle');
  await enters(technologist, 'Ouvrir pour le patient');
  for (let i = 0; i < 60 && !(await facts()).video.both_ways; i++) await imager.page.waitForTimeout(500);
  const again = await facts();
  assert.equal(again.video.both_ways, true, 'found again');
  assert.ok(again.video.losses.at(-1).to_ms, 'and the loss has its end');
});

ward.story('O4 the line is tested from the page, and its verdict stands in the act', async () => {
  const section = imager.section('Salle en direct');
  await imager.press('Tester ma ligne', section);
  await section.getByText(/Ligne (bonne|insuffisante)/).waitFor({ timeout: 90000 });
  const test = (await facts()).line_tests.at(-1);
  assert.ok(test.down_kbps > 0 && test.up_kbps > 0 && test.rtt_ms >= 0);
  assert.equal(typeof test.loss_permille, 'number', 'loss was measured through the relay');
  await imager.shot('63-room-line-test');
});
