// E10, E9, O3: slots are proposed and judged by calendar, machine, roster and delay; two at once get one machine; a later slot is validated again; without a slot other care is owed.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, dcmtk } from '../house.mjs';
import { Exam, REQUEST, besideHeld } from '../exam.mjs';

const MIN = 60_000, HOUR = 3600_000, DAY = 24 * HOUR;
const quarter = (ms) => Math.ceil(ms / (15 * MIN)) * 15 * MIN;
let house, exam, other, third, secretary, room, start;
const byCode = (list) => list.map((m) => m.code).join(' ');

before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  await exam.ask(); await exam.accept();
  other = await Exam.open(house, { patient: 'NIA', born: '1994-06-17', like: exam });
  third = await Exam.open(house, { patient: 'LEM', born: '1958-03-28', like: exam, priority: 'routine' });
  secretary = await house.person('secretaire');
  room = exam.site.rooms.find((r) => r.modality === 'CT');
  start = besideHeld(quarter(house.now() + 2.5 * HOUR), 3 * HOUR);
});
after(async () => { await house?.close(); });

const slots = async (e, from, to, person = e.technologist) => {
  const a = await person.get(`/api/acts/${e.id}/slots?from=${from}&to=${to}`);
  assert.equal(a.status, 200, String(a.bytes));
  return a.json;
};
const put = async (person, id, change) => {
  const { versions } = (await person.get(`/api/rooms/${id}/calendar`)).json;
  return person.put(`/api/rooms/${id}/calendar`, { version: versions[0]?.version ?? 0, content: { ...versions[0].content, ...change } });
};
const worklist = (number) => {
  const r = dcmtk('findscu', ['-W', '-aet', 'FINDSCU', '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort), '-k', `0008,0050=${number.replace('-', '').replaceAll('-', '')}`,
    '-k', '0010,0010', '-k', '0040,0100[0].0040,0001', '-k', '0040,0100[0].0040,0002', '-k', '0040,0100[0].0040,0003', '-k', '0040,0100[0].0040,0009']);
  assert.equal(r.status, 0, r.stderr);
  const out = r.stdout + r.stderr;
  const one = (tag) => [...out.matchAll(new RegExp(`\\(${tag}\\) .. \\[([^\\]]*)\\]`, 'g'))].map((m) => m[1].trim());
  return { count: (out.match(/Find Response: \d+|# Dicom-Data-Set/g) ?? []).length, dates: one('0040,0002'), times: one('0040,0003'), stations: one('0040,0001') };
};

test('E10 slots within the delay are proposed with who is on duty, and each of the others says why not', async () => {
  const all = await slots(exam, start, start + 2 * HOUR);
  assert.ok(all.first.length > 0, 'some are possible');
  assert.ok(all.first.every((s) => s.possible && !s.late && s.start_ms <= all.limit_ms), 'the first are in time');
  const one = all.slots.find((s) => s.start_ms === start);
  assert.ok(one.possible, byCode(one.missing));
  assert.ok(one.technologist.some((n) => /PETIT/.test(n)) && one.imager.length && one.local.some((n) => /NGUYEN/.test(n)), JSON.stringify(one));
  assert.equal(all.rooms[0].minutes, 15, 'the length is that of the calendar');
  const stranger = await house.person('demandeur2');
  assert.equal((await stranger.get(`/api/acts/${exam.id}/slots?from=${start}&to=${start + HOUR}`)).status, 404);
});

test('E10 two who plan the same machine for the same hour at once: one is refused, by the number of the act that stands there', async () => {
  await other.ask({ ...REQUEST, pregnancy: 'no' }); await other.accept();
  const data = { room_id: room.id, start_ms: start, minutes: 20 };
  const both = await Promise.all([exam.technologist.step(exam.id, 'plan', data), secretary.step(other.id, 'plan', { ...data, start_ms: start + 10 * MIN })]);
  assert.deepEqual(both.map((a) => a.status).sort(), [200, 409], both.map((a) => String(a.bytes)).join('\n'));
  const won = both[0].status === 200 ? exam : other, lost = won === exam ? other : exam;
  const refused = both.find((a) => a.status === 409).json.error;
  const taken = refused.missing.find((m) => m.code === 'slot-taken');
  assert.ok(taken, JSON.stringify(refused));
  assert.ok(taken.detail.startsWith(won.number), `${taken.detail} names ${won.number}`);
  const shown = (await slots(lost, start, start + HOUR)).slots.find((s) => s.start_ms === start);
  assert.equal(shown.possible, false);
  assert.ok(shown.missing.some((m) => m.code === 'slot-taken'));
  if (won === other) { await exam.ok(secretary, 'plan', { ...data, start_ms: start + HOUR }); } else await other.ok(secretary, 'plan', { ...data, start_ms: start + HOUR });
});

test('E10 the worklist of the machine follows: planned, moved, given back', async () => {
  const act = (await exam.technologist.get(`/api/acts/${exam.id}`)).json;
  const first = worklist(act.facts.slot.accession);
  assert.equal(first.times.length, 1, JSON.stringify(first));
  assert.deepEqual(first.stations, ['MODALITY1']);
  const to = start + 2 * HOUR;
  const moved = await exam.ok(exam.technologist, 'plan', { room_id: room.id, start_ms: to, minutes: 20, move_reason: 'Le patient arrive plus tard.' });
  assert.equal(moved.facts.slot.moved_from.start_ms, act.facts.slot.start_ms);
  const second = worklist(act.facts.slot.accession);
  assert.equal(second.times.length, 1);
  assert.notDeepEqual([second.dates, second.times], [first.dates, first.times]);
  // the old place is free again
  const free = (await slots(other, act.facts.slot.start_ms, act.facts.slot.start_ms + 15 * MIN)).slots[0];
  assert.ok(free.possible || !free.missing.some((m) => m.code === 'slot-taken' && m.detail.startsWith(exam.number)), byCode(free.missing));
  await exam.refused(exam.technologist, 'cancel-slot', { code: 'machine' }, 409, 'text');
  await exam.refused(exam.imager, 'cancel-slot', { code: 'machine', text: 'Panne.' }, 403);
  const back = await exam.ok(exam.technologist, 'cancel-slot', { code: 'patient', text: 'Le patient n’est pas transportable ce soir.' });
  assert.equal(back.state, 'validated');
  assert.equal(back.facts.slot, undefined);
  assert.equal(worklist(act.facts.slot.accession).times.length, 0, 'nothing is served any more');
  const told = (await exam.requester.get(`/api/acts/${exam.id}/events?after=0`)).json.events;
  assert.ok(told.some((e) => e.step === 'cancel-slot' && e.data.start_ms === to), 'the requester reads it in the act');
});

test('O3 the calendar is kept by those who may, in versions, with its trace', async () => {
  const span = `from=${start - DAY}&to=${start + 6 * DAY}`;
  assert.equal((await put(exam.technologist, room.id, { buffer_minutes: 5 })).status, 403, 'not by the technologist');
  assert.equal((await put(secretary, room.id, { hours: [{ days: [9], from: '08:00', to: '18:00' }] })).status, 400);
  const saved = await put(secretary, room.id, { buffer_minutes: 5 });
  assert.equal(saved.status, 200, String(saved.bytes));
  const { versions } = (await secretary.get(`/api/rooms/${room.id}/calendar`)).json;
  assert.equal(versions.length, saved.json.version);
  assert.ok(versions[0].made_by.includes('BENALI'));
  const stale = await secretary.put(`/api/rooms/${room.id}/calendar`, { version: saved.json.version - 1, content: versions[0].content });
  assert.equal(stale.status, 409, 'not over what somebody else wrote');
  const seen = (await exam.technologist.get(`/api/sites/${exam.site.id}/calendar?${span}`)).json;
  assert.equal(seen.may_edit, false);
  assert.equal(seen.may_close, true);
  const mine = seen.acts.find((a) => a.number === other.number);
  assert.ok(mine?.patient, 'who takes part sees the act');
  const pharmacist = await house.person('preparateur');
  const hidden = await pharmacist.get(`/api/sites/${exam.site.id}/calendar?${span}`);
  assert.ok([200, 403].includes(hidden.status));
  const biomed = await house.person('biomed');
  const others = (await biomed.get(`/api/sites/${exam.site.id}/calendar?${span}`)).json;
  assert.ok(others.acts.length >= 1 && others.acts.every((a) => !a.patient && !a.number), `others see the time alone: ${JSON.stringify(others.acts[0])}`);
  assert.equal((await exam.imager.get(`/api/sites/${exam.site.id}/calendar?${span}`)).status, 403, 'members of the site alone');
  const admin = await house.person('qualite');
  const lines = (await admin.get('/api/audit?limit=200')).json;
  if (lines?.lines) assert.ok(lines.lines.some((l) => /calendar/.test(l.what)), 'the change is in the trace');
});

test('O3 E10 outside the hours, on a closing, in what is held, on a machine out of service: refused by name', async () => {
  const at = quarter(house.now() + 4 * HOUR), data = { room_id: room.id, start_ms: at, minutes: 20 };
  const { versions } = (await secretary.get(`/api/rooms/${room.id}/calendar`)).json;
  const kept = versions[0].content;
  const wall = (ms) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(ms));
  // open for a single hour that has passed
  assert.equal((await put(secretary, room.id, { hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: wall(at - 3 * HOUR), to: wall(at - 2 * HOUR) }] })).status, 200);
  await exam.refused(exam.technologist, 'plan', data, 409, 'slot-hours');
  assert.equal((await put(secretary, room.id, { hours: [], held: [{ days: [1, 2, 3, 4, 5, 6, 7], from: wall(at), to: wall(at + HOUR) }], held_until_min: 0 })).status, 200);
  await exam.refused(exam.technologist, 'plan', data, 409, 'slot-held');
  assert.equal((await put(secretary, room.id, { hours: [], held: [], held_until_min: 0, lengths: [{ region: '', contrast: 'any', child: 'any', minutes: 45 }] })).status, 200);
  const short = await exam.refused(exam.technologist, 'plan', data, 409, 'slot-short');
  assert.equal(short.missing.find((m) => m.code === 'slot-short').count, 45);
  assert.equal((await put(secretary, room.id, { ...kept, buffer_minutes: 0 })).status, 200);
  // closed by the technologist, withdrawn again
  assert.equal((await exam.imager.post(`/api/rooms/${room.id}/closings`, { from_ms: at, to_ms: at + HOUR, kind: 'maintenance', reason: 'Contrôle' })).status, 403);
  assert.equal((await exam.technologist.post(`/api/rooms/${room.id}/closings`, { from_ms: at, to_ms: at - HOUR, kind: 'maintenance', reason: 'Contrôle' })).status, 400);
  const closed = await exam.technologist.post(`/api/rooms/${room.id}/closings`, { from_ms: start, to_ms: at + HOUR, kind: 'maintenance', reason: 'Contrôle qualité annuel' });
  assert.equal(closed.status, 200, String(closed.bytes));
  assert.ok(closed.json.acts.includes(other.number), 'says which acts stand on it');
  const refused = await exam.refused(exam.technologist, 'plan', data, 409, 'slot-closed');
  assert.match(refused.missing.find((m) => m.code === 'slot-closed').detail, /Contrôle qualité/);
  const gone = await exam.technologist.send('DELETE', `/api/closings/${closed.json.id}`);
  assert.equal(gone.status, 200, String(gone.bytes));
  // out of service in the register
  const biomed = await house.person('pcr');
  const { rooms } = (await biomed.get('/api/staff/register')).json;
  const machine = rooms.flatMap((r) => r.equipment).find((e) => e.machine_id === room.id) ?? rooms.flatMap((r) => r.equipment).find((e) => e.name === 'Scanner 1');
  assert.equal((await biomed.post(`/api/staff/equipment/${machine.id}/service`, { reason: 'Tube à changer' })).status, 200);
  const unfit = await exam.refused(exam.technologist, 'plan', data, 409);
  assert.ok(unfit.missing.some((m) => /^(equipment|room)-/.test(m.code)), JSON.stringify(unfit));
  assert.equal((await biomed.post(`/api/staff/equipment/${machine.id}/service`, {})).status, 200);
  await exam.ok(exam.technologist, 'plan', data);
});

test('O2 E10 with nobody on duty at the site the slot is refused, and the roster is named', async () => {
  const site = (await secretary.get(`/api/roster?organisation=${exam.site.id}&from=${house.now()}&to=${house.now() + DAY}`)).json;
  const shift = site.duties.find((d) => d.role === 'technologist');
  const away = await secretary.post('/api/roster/absences', { organisation_id: exam.site.id, person_id: shift.person_id, from_ms: house.now() + 4.5 * HOUR, to_ms: house.now() + 5.5 * HOUR, reason: 'Formation' });
  assert.equal(away.status, 200, String(away.bytes));
  const at = quarter(house.now() + 4.75 * HOUR);
  const shown = (await slots(exam, at, at + 15 * MIN)).slots[0];
  assert.ok(shown.missing.some((m) => m.code === 'duty-technologist'), byCode(shown.missing));
  await exam.refused(exam.technologist, 'plan', { room_id: room.id, start_ms: at, minutes: 20 }, 409, 'duty-technologist');
});

test('E10 a slot later than the delay needs its reason and the new validation of requester and imager', async () => {
  const { limit_ms } = await slots(exam, start, start + HOUR);
  const late = besideHeld(quarter(limit_ms + HOUR), HOUR), data = { room_id: room.id, start_ms: late, minutes: 20 };
  await exam.refused(exam.technologist, 'plan', data, 409, 'late-reason', 'later-asked');
  await exam.refused(exam.technologist, 'plan', { ...data, late_reason: 'Panne jusqu’à ce soir.' }, 409, 'later-asked');
  await exam.refused(exam.technologist, 'ask-later', { start_ms: limit_ms - HOUR, text: 'Pour voir.' }, 409, 'later-needless');
  await exam.ok(exam.technologist, 'ask-later', { start_ms: late, text: 'Le scanner est pris par des urgences.' });
  await exam.refused(exam.technologist, 'answer-later', { decision: 'accepted', text: 'Oui.' }, 403);
  await exam.refused(exam.technologist, 'plan', { ...data, late_reason: 'Panne.' }, 409, 'later-requester', 'later-imager');
  await exam.ok(exam.requester, 'answer-later', { decision: 'accepted', text: 'Patient stable, antalgiques donnés.' });
  await exam.refused(exam.requester, 'answer-later', { decision: 'refused', text: 'Encore.' }, 409, 'later-open');
  await exam.refused(exam.technologist, 'plan', { ...data, late_reason: 'Panne.' }, 409, 'later-imager');
  await exam.ok(exam.imager, 'answer-later', { decision: 'refused', text: 'Trop tard pour une suspicion d’appendicite.' });
  await exam.refused(exam.technologist, 'plan', { ...data, late_reason: 'Panne.' }, 409, 'later-imager');
  // asked anew: both answer anew
  await exam.ok(exam.technologist, 'ask-later', { start_ms: late, text: 'Les urgences sont prioritaires ; surveillance organisée.' });
  await exam.ok(exam.requester, 'answer-later', { decision: 'accepted', text: 'Surveillance horaire aux urgences.' });
  await exam.ok(exam.imager, 'answer-later', { decision: 'accepted', text: 'D’accord avec la surveillance horaire.' });
  await exam.refused(exam.technologist, 'plan', { ...data, start_ms: late + 30 * MIN, late_reason: 'Panne.' }, 409, 'later-asked');
  const planned = await exam.ok(exam.technologist, 'plan', { ...data, late_reason: 'Le scanner est pris par des urgences.' });
  assert.equal(planned.facts.later.imager.decision, 'accepted');
});

test('E9 E10 without a slot in time other care is owed to the patient: told, and the act is not closed before', async () => {
  await third.ask(); await third.accept();
  await third.refused(secretary, 'no-slot', { text: 'Tout est pris.' }, 409, 'slot-free');
  await third.refused(third.requester, 'offer-alternative', { offered: 'Échographie.', patient_told_at_ms: house.now(), answer: 'Accepte.' }, 409, 'no-slot');
  const shut = await secretary.post(`/api/rooms/${room.id}/closings`, { from_ms: house.now() - HOUR, to_ms: house.now() + 60 * DAY, kind: 'maintenance', reason: 'Remplacement du scanner' });
  assert.equal(shut.status, 200, String(shut.bytes));
  assert.equal((await slots(third, start, start + HOUR)).first.length, 0);
  await third.refused(third.imager, 'no-slot', { text: 'Rien.' }, 403);
  await third.ok(secretary, 'no-slot', { text: 'Scanner remplacé ; autres sites appelés sans succès.' });
  const owed = (await third.requester.get('/api/duties')).json.duties.find((d) => d.act_id === third.id && d.kind === 'alternative');
  assert.ok(owed, 'the duty is the requester’s');
  await third.ok(third.requester, 'cancel', { code: 'no-slot', text: 'Aucun créneau dans le délai.' });
  const closing = await third.refused(third.requester, 'close', {}, 409, 'alternative');
  assert.ok(closing.missing.some((m) => m.why === 'E9'));
  await third.ok(third.requester, 'offer-alternative', { offered: 'Scanner au CHU voisin, transport organisé.', offered_by: 'Dr DUBOIS', patient_told_at_ms: house.now(), answer: 'Le patient accepte.' });
  const after_ = (await third.requester.get('/api/duties')).json.duties;
  assert.ok(!after_.some((d) => d.act_id === third.id && d.kind === 'alternative'), 'nothing is owed any more');
});

test('S2 S3 address and telephone of an organisation are kept by the administrator, and shown on the act and the preparation sheet', async () => {
  const admin = await house.person('admin');
  const path = `/api/organisations/${exam.site.id}`, place = { street: '4 rue des Lilas', postcode: '99010', phone: '+33 1 00 00 01 99' };
  assert.equal((await exam.technologist.put(path, place)).status, 403);
  for (const [wrong, about] of [[{ postcode: '123' }, /cinq chiffres/], [{ phone: 'standard' }, /numéro de téléphone/], [{ phone: '01 02' }, /numéro de téléphone/], [{ street: 'Rue\nligne' }, /caractères/], [{ name: ' ' }, /doit avoir un nom/]]) {
    const refused = await admin.put(path, wrong);
    assert.equal(refused.status, 400);
    assert.match(refused.json.error.text, about);
  }
  assert.equal((await admin.put('/api/organisations/999999', place)).status, 404);
  assert.equal((await admin.put(path, place)).status, 200);
  const { name, kind, street, city } = (await exam.requester.get('/api/organisations')).json.organisations.find((one) => one.id === exam.site.id);
  assert.deepEqual([name, kind, street, city], [exam.site.name, 'site', '4 rue des Lilas', exam.site.city], 'what was not sent stays');
  const { site } = (await exam.requester.get(`/api/acts/${exam.id}`)).json;
  assert.deepEqual([site.address, site.phone], [`4 rue des Lilas, 99010 ${exam.site.city}`, '+33 1 00 00 01 99']);
  const sheet = (await exam.requester.get(`/api/acts/${exam.id}/preparation?lang=fr`)).json;
  assert.deepEqual([sheet.address, sheet.phone], [site.address, site.phone]);
  assert.equal((await exam.requester.get(`/api/acts/${exam.id}/preparation.pdf?lang=fr`)).status, 200);
});

test('E3 E10 the preparation sheet is approved, filled for the slot and this patient, printed, and noted as given', async () => {
  const path = `/api/acts/${exam.id}/preparation`;
  const french = await exam.requester.get(`${path}?lang=fr`);
  assert.equal(french.status, 200, String(french.bytes));
  assert.match(french.json.sheet.title, /scanner/i);
  assert.ok(french.json.arrive.length > 8 && french.json.room === 'Scanner 1');
  assert.match((await exam.requester.get(`${path}?lang=en`)).json.sheet.title, /CT/);
  const page = await exam.requester.get(`${path}.pdf?lang=fr`);
  assert.equal(page.status, 200);
  assert.equal(page.bytes.subarray(0, 5).toString(), '%PDF-');
  await exam.refused(exam.technologist, 'give-sheet', { how: 'paper' }, 409, 'language');
  const given = await exam.ok(exam.technologist, 'give-sheet', { how: 'paper', language: 'fr' });
  assert.equal(given.facts.sheet_given.slot_start_ms, given.facts.slot.start_ms);
  assert.equal(given.facts.sheet_given.sheet_version, 1);
  // a draft counts only once an imager approves it, and not by others
  const { preparations } = (await exam.imager.get('/api/preparations')).json;
  const one = preparations.find((p) => p.id === french.json.id);
  const next = { imaging_id: one.imaging_id, modality: 'CT', region: '', contrast: 'any', child: 'any', replaces: one.id, content: { ...one.content, fr: { ...one.content.fr, title: 'Votre scanner, nouvelle fiche' } } };
  assert.equal((await exam.technologist.post('/api/preparations', next)).status, 403);
  const draft = await exam.imager.post('/api/preparations', next);
  assert.equal(draft.status, 200, String(draft.bytes));
  assert.equal((await exam.requester.get(`${path}?lang=fr`)).json.version, 1, 'a draft is not in force');
  assert.equal((await exam.imager.post(`/api/preparations/${draft.json.id}/submit`)).status, 200);
  const other = await house.person('imageur2');
  assert.equal((await exam.imager.post(`/api/preparations/${draft.json.id}/approve`)).status, 403, 'who wrote it does not approve it');
  assert.equal((await other.post(`/api/preparations/${draft.json.id}/approve`)).status, 200);
  assert.equal((await other.post(`/api/preparations/${draft.json.id}/approve`)).status, 409);
  const now = (await exam.requester.get(`${path}?lang=fr`)).json;
  assert.equal(now.version, 2);
  assert.match(now.sheet.title, /nouvelle fiche/);
  assert.equal((await exam.imager.post(`/api/preparations/${draft.json.id}/retire`)).status, 200);
});
