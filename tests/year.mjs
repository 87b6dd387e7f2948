// A simulated region: acts of every kind told through the API by those who do them, late or never at times, on a clock that walks from job to job.
// What one act goes through is a story that sleeps until its next hour; the clock moves when all sleep. Deterministic but for the hours of the machine.
// SPDX-License-Identifier: Apache-2.0
import { Person, sleep } from './house.mjs';
import { sql } from './dimse.mjs';
import { REPORT, REQUEST, VERDICT, openPage, sha256 } from './exam.mjs';

const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

// mulberry32: the same year for the same seed.
function random(seed) {
  let a = seed >>> 0;
  return () => { a = (a + 0x6d2b79f5) >>> 0; let t = a; t = Math.imul(t ^ (t >>> 15), t | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
}

// One small image, explicit little endian, as a scanner of this act would send it.
function image({ study, series, uid, modality, patient, accession }) {
  const even = (b, pad) => (b.length % 2 ? Buffer.concat([b, Buffer.from([pad])]) : b);
  const element = (group, el, vr, value) => {
    const long = vr === 'OB' || vr === 'OW', body = Buffer.isBuffer(value) ? even(value, 0) : even(Buffer.from(String(value), 'utf8'), vr === 'UI' ? 0 : 0x20);
    const head = Buffer.alloc(long ? 12 : 8);
    head.writeUInt16LE(group, 0); head.writeUInt16LE(el, 2); head.write(vr, 4, 'latin1');
    if (long) head.writeUInt32LE(body.length, 8); else head.writeUInt16LE(body.length, 6);
    return Buffer.concat([head, body]);
  };
  const u16 = (v) => { const b = Buffer.alloc(2); b.writeUInt16LE(v); return b; };
  const kind = { CT: '1.2.840.10008.5.1.4.1.1.2', MR: '1.2.840.10008.5.1.4.1.1.4', CR: '1.2.840.10008.5.1.4.1.1.1', DX: '1.2.840.10008.5.1.4.1.1.1.1', US: '1.2.840.10008.5.1.4.1.1.6.1' }[modality];
  const meta = Buffer.concat([element(2, 1, 'OB', Buffer.from([0, 1])), element(2, 2, 'UI', kind), element(2, 3, 'UI', uid), element(2, 0x10, 'UI', '1.2.840.10008.1.2.1'), element(2, 0x12, 'UI', '2.25.31415')]);
  const size = Buffer.alloc(4); size.writeUInt32LE(meta.length);
  const day = patient.birth_date.replaceAll('-', '');
  const set = [[8, 5, 'CS', 'ISO_IR 192'], [8, 0x16, 'UI', kind], [8, 0x18, 'UI', uid], [8, 0x50, 'SH', accession], [8, 0x60, 'CS', modality], [0x10, 0x10, 'PN', `${patient.birth_name}^${patient.first_given}`], [0x10, 0x20, 'LO', patient.ipp],
    [0x10, 0x30, 'DA', day], [0x10, 0x40, 'CS', patient.sex], [0x20, 0xd, 'UI', study], [0x20, 0xe, 'UI', series], [0x20, 0x11, 'IS', '1'], [0x20, 0x13, 'IS', '1'], [0x28, 2, 'US', u16(1)], [0x28, 4, 'CS', 'MONOCHROME2'], [0x28, 0x10, 'US', u16(4)],
    [0x28, 0x11, 'US', u16(4)], [0x28, 0x100, 'US', u16(8)], [0x28, 0x101, 'US', u16(8)], [0x28, 0x102, 'US', u16(7)], [0x28, 0x103, 'US', u16(0)], [0x7fe0, 0x10, 'OB', Buffer.alloc(16, 90)]];
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), element(2, 0, 'UL', size), meta, ...set.map((one) => element(...one))]);
}

// What a story meets that it did not expect; the story ends there and is told at the end.
class Stuck extends Error {}

export class Year {
  constructor(house, { acts, days, seed = 20260101, tick = 15, concurrent = 24, say = () => {} }) {
    Object.assign(this, { house, wanted: acts, days, tick: tick * MINUTE, concurrent, say });
    this.draw = random(seed);
    this.people = new Map();
    this.sleepers = []; // {at, wake}
    this.running = 0;
    this.defects = [];
    this.met = new Map(); // what the year brought: {word: how often}
    this.requests = 0;
    this.patients = [];
    this.clock = Promise.resolve();
  }

  now() { return this.house.now(); }
  note(word, by = 1) { this.met.set(word, (this.met.get(word) ?? 0) + by); }
  chance(share) { return this.draw() < share; }
  pick(list) { return list[Math.floor(this.draw() * list.length)]; }
  // Mostly in good time, at times late: how long somebody takes whose delay is 'min' minutes.
  takes(min, late = 0.06) { return (this.chance(late) ? 1.1 + 2.5 * this.draw() : 0.1 + 0.75 * this.draw()) * min * MINUTE; }

  /* ---- the clock ---- */

  async walk(ms) {
    const next = this.clock.then(async () => {
      const admin = await this.person('admin');
      const a = await this.send(admin, 'POST', '/api/demo/clock', { advance_ms: Math.ceil(ms), walk_ms: MINUTE, keep_sessions: true });
      if (a.status !== 200) throw new Error(`the clock: ${a.status} ${a.bytes}`);
      this.house.offsetMs = a.json.now_ms - Date.now();
    });
    this.clock = next.catch(() => {});
    return next;
  }
  async later(ms) {
    const at = this.now() + ms;
    this.rest();
    await new Promise((wake) => { this.sleepers.push({ at, wake }); });
  }
  rest() { this.running -= 1; if (this.running === 0) this.quiet?.(); }
  async allAsleep() { if (this.running > 0) await new Promise((done) => { this.quiet = done; }); this.quiet = null; }

  /* ---- people ---- */

  async person(login) {
    if (!this.people.has(login)) {
      const p = new Person(this.house, login);
      this.people.set(login, (async () => { await this.enter(p); return p; })());
    }
    return this.people.get(login);
  }
  // A code of the second factor serves once: the clock goes on when its half minute is used up. One at a time for a person.
  code(p) {
    const turn = (p.codes ?? Promise.resolve()).then(async () => {
      while (Math.floor(this.now() / 30000) <= (p.lastStep ?? 0)) {
        if (p.login === 'admin') await sleep(500); // the one who moves the clock waits for it
        else await this.walk(31000);
      }
      p.lastStep = Math.floor(this.now() / 30000);
      return p.code();
    });
    p.codes = turn.catch(() => {});
    return turn;
  }
  async enter(p) {
    p.cookie = ''; // a new session, not a second factor for the one that is over
    let a = await p.post('/api/sign-in/password', { login: p.login, password: 'Beclere-demo-2026' });
    if (a.status !== 200) throw new Error(`${p.login}: password: ${a.status} ${a.bytes}`);
    a = await p.post('/api/sign-in/totp', { code: await this.code(p) });
    if (a.status !== 200) throw new Error(`${p.login}: code: ${a.status} ${a.bytes}`);
    await p.refresh();
    this.note('sign-ins');
  }
  // Signs in anew when the session is over.
  async send(p, method, path, body, headers) {
    this.requests += 1;
    const a = await p.send(method, path, body, headers);
    if (a.status !== 401 || body?.proof) return a;
    p.entering ??= this.enter(p).finally(() => { p.entering = null; });
    await p.entering;
    return p.send(method, path, body, headers);
  }
  async get(login, path) { return this.send(await this.person(login), 'GET', path); }
  async post(login, path, body = {}) { return this.send(await this.person(login), 'POST', path, body); }

  /* ---- steps ---- */

  async step(act, login, step, data = {}) { return this.post(login, `/api/acts/${act.id}/steps/${step}`, { data }); }
  async ok(act, login, step, data) {
    const a = await this.step(act, login, step, data);
    if (a.status !== 200) throw new Stuck(`${login} ${step}: ${a.status} ${(a.json?.error?.missing ?? []).map((m) => m.code).join(',')} ${a.json?.error?.text ?? a.bytes.toString().slice(0, 200)}`);
    return a.json;
  }
  // Must be refused, and for this reason.
  async refused(act, login, step, data, code) {
    const a = await this.step(act, login, step, data);
    if (a.status === 200 || !(a.json?.error?.missing ?? []).some((m) => m.code === code)) throw new Stuck(`${login} ${step} should be refused for ${code}: ${a.status} ${a.bytes.toString().slice(0, 300)}`);
    this.note(`refused: ${code}`);
  }
  async act(act, login) { return (await this.get(login, `/api/acts/${act.id}`)).json; }
  async until(act, login, state, ms = 30000) {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(40)) { const a = await this.act(act, login); if (a.state === state) return a; }
    throw new Stuck(`not ${state}: ${(await this.act(act, login)).state}`);
  }
  async proved(act, login, step, data) {
    const p = await this.person(login);
    for (let again = 0; ; again++) {
      await this.get(login, '/api/me'); // a session that is over is told before the code is used
      const a = await this.send(p, 'POST', `/api/acts/${act.id}/steps/${step}`, { data: { ...data, proof: { kind: 'totp', code: await this.code(p) } } });
      if (a.status === 200) return a.json;
      if (a.status !== 401 || again > 2) throw new Stuck(`${login} ${step}: ${a.status} ${(a.json?.error?.missing ?? []).map((m) => m.code).join(',')} ${a.json?.error?.text}`);
    }
  }

  /* ---- the region ---- */

  async open() {
    const orgs = (await this.get('demandeur', '/api/organisations')).json.organisations;
    const named = (part) => orgs.find((o) => o.name.includes(part));
    this.group = orgs.find((o) => o.kind === 'imaging');
    const [val, roche, home] = [named('Val d’Orbe'), named('Rochevive'), named('Tilleuls')];
    this.places = [
      { org: val, site: val, asks: 'demandeur', technologist: 'manip', physician: 'medecin', exams: [['CT', 'Abdomen-pelvis'], ['CT', 'Abdomen-pelvis'], ['MR', 'Encéphale'], ['DX', 'Thorax'], ['DX', 'Thorax']] },
      { org: roche, site: roche, asks: 'demandeur', technologist: 'manip2', physician: 'medecin', exams: [['CT', 'Abdomen-pelvis']] },
      { org: home, site: val, asks: 'demandeur2', technologist: 'manip', physician: 'medecin', exams: [['DX', 'Thorax'], ['CT', 'Abdomen-pelvis']] },
    ].filter((one) => one.org && one.site);
    this.known = (await this.get('demandeur', '/api/patients?birth_date=1971-11-02&name=DUP')).json.patients[0];
    for (const one of ['imageur', 'imageur2', 'responsable']) await this.page(one);
  }
  async page(login) {
    const p = await this.person(login);
    if (!p.socket || p.socket.readyState > 1 || p.socketOf !== p.cookie) {
      p.socket?.terminate();
      p.socketOf = p.cookie;
      p.socket = await openPage(this.house, p);
    }
  }
  async patient(place, child) {
    const mine = this.patients.filter((one) => one.place === place && one.child === child);
    if (mine.length > 3 && this.chance(0.6)) return this.pick(mine);
    const n = this.patients.length + 1, letters = (k) => [...String(k)].map((d) => 'ABCDEFGHIJ'[Number(d)]).join('');
    const sex = this.chance(0.5) ? 'F' : 'M', year = child ? new Date(this.now()).getUTCFullYear() - 3 - Math.floor(5 * this.draw()) : 1935 + Math.floor(65 * this.draw());
    const traits = { birth_name: `ESSAI${letters(n)}`, first_given: sex === 'F' ? 'LOUISE' : 'MARIN', given_names: sex === 'F' ? 'LOUISE' : 'MARIN', birth_date: `${year}-0${1 + Math.floor(9 * this.draw())}-1${Math.floor(9 * this.draw())}`, sex, birth_place_code: '99999', organisation_id: place.org.id };
    const { search } = (await this.get(place.asks, `/api/patients?birth_date=${traits.birth_date}&name=${traits.birth_name.slice(0, 3)}`)).json;
    let made = await this.post(place.asks, '/api/patients', { ...traits, search });
    if (made.status === 409 && made.json.alike) made = await this.post(place.asks, '/api/patients', { ...traits, search, decision: 'homonym', alike: made.json.alike });
    if (made.status !== 200) throw new Stuck(`patient: ${made.status} ${made.bytes}`);
    const one = { ...made.json, place, child };
    this.patients.push(one);
    return one;
  }
  // On duty by the hour, as the roster of the demonstration has it; or a colleague.
  imager() { return this.chance(0.15) ? 'responsable' : new Date(this.now()).getUTCHours() >= 7 && new Date(this.now()).getUTCHours() < 19 ? 'imageur' : 'imageur2'; }

  async create(place, patient, kind, modality, region, priority) {
    const made = await this.post(place.asks, '/api/acts', { kind, patient_id: patient.id, requester_org_id: place.org.id, site_id: place.site.id, imaging_id: this.group.id, modality, priority, region });
    if (made.status !== 200) throw new Stuck(`create ${kind} ${modality}: ${made.status} ${made.bytes}`);
    return { id: made.json.id, number: made.json.number, kind, place, patient, delays: made.json.facts.delays };
  }

  /* ---- stories ---- */

  async consents(act, who) {
    await this.ok(act, who, 'record-information', { version: 'Note d’information 2026-1', language: 'fr', interpreter: '' });
    const how = act.patient.child ? { how: 'representative', representative_name: 'Un parent', representative_quality: 'parent', usual_act: 'yes', heard: 'agrees' } : { how: 'oral' };
    await this.ok(act, who, 'record-consent', { subject: 'act', ...how });
    if (act.kind === 'remote-exam') await this.ok(act, who, 'record-consent', { subject: 'distance', ...how });
  }

  async nuclear() {
    const place = this.places[0], patient = await this.patient(place, false);
    const act = await this.create(place, patient, 'remote-exam', 'PT/CT', 'Corps entier', 'routine');
    await this.ok(act, place.asks, 'edit-request', { ...REQUEST, pregnancy: 'no', weight_kg: 70, renal_date: this.day(1) });
    await this.consents(act, place.asks);
    await this.ok(act, place.asks, 'send');
    await this.later(this.takes(act.delays.verdict_min, 0));
    await this.ok(act, 'imageur', 'accept', await this.verdict(act, 'imageur', 'PT/CT'));
    if (!await this.plan(act, 'imageur', place.technologist, 60)) return;
    await this.refused(act, place.technologist, 'start', {}, 'video'); // no image at a distance without the eyes of the physicist's colleague
    await this.ok(act, place.asks, 'cancel', { code: 'technical', text: 'Pas de liaison vidéo ce jour : examen adressé au centre de référence.' });
    await this.offered(act);
    this.note('nuclear: blocked');
  }

  day(ago) { return new Date(this.now() - ago * DAY).toISOString().slice(0, 10); }

  async verdict(act, login, modality) {
    const list = (await this.get(login, `/api/acts/${act.id}/protocols`)).json.protocols.filter((one) => one.fits && one.modality === modality);
    const chosen = list.find((one) => !one.contrast?.kind) ?? list[0];
    return { ...VERDICT, ...(chosen ? { protocol: { id: chosen.id, optimisation: 'Champ limité, dose adaptée' } } : { protocol: { ...VERDICT.protocol, name: `Protocole ${modality}` } }) };
  }

  // What ended without an exam: other care, the records, the end; at times days later.
  async offered(act) {
    const { asks } = act.place;
    await this.later(this.takes(240));
    await this.ok(act, asks, 'offer-alternative', { offered: 'Examen au centre hospitalier de référence.', patient_told_at_ms: this.now(), answer: 'D’accord.' });
    await this.later(this.takes(act.delays.record_min ?? act.delays.acknowledge_min, 0.08));
    await this.records(act);
    await this.settle(act);
    await this.ok(act, asks, 'close');
  }
  // What the platform or somebody told as an incident, and nobody has closed. E21
  async settle(act) {
    for (const one of ((await this.act(act, act.place.asks)).facts.incidents ?? []).filter((incident) => !incident.resolved_at_ms)) await this.ok(act, act.place.asks, 'resolve-incident', { id: one.id, text: 'Vu avec l’équipe, sans suite.' });
  }
  async records(act) {
    const { people } = (await this.get(act.place.asks, `/api/acts/${act.id}/record-entry`)).json;
    for (const login of [act.place.asks, act.place.physician, 'imageur', 'imageur2', 'responsable']) {
      const p = await this.person(login);
      if (people.some((one) => one.id === p.me.person.id && !one.kept_at_ms)) await this.ok(act, login, 'confirm-record', { where: 'Dossier du service' });
    }
  }

  async exam() {
    const place = this.pick(this.places), child = this.chance(0.1) && place.site === this.places[0].site;
    const [modality, region] = child ? ['DX', 'Thorax'] : this.pick(place.exams);
    const priority = this.pick(['routine', 'routine', 'urgent', 'urgent', 'emergency']);
    const patient = await this.patient(place, child);
    const act = await this.create(place, patient, 'remote-exam', modality, region, priority);
    const { asks, technologist } = place;
    if (child) this.note('paediatric');
    const mri = modality === 'MR' ? Object.fromEntries(['pacemaker', 'neurostimulator', 'cochlear', 'clip', 'metal_in_eye', 'pump', 'valve_stent', 'prosthesis', 'claustrophobia'].map((i) => [`mri_${i}`, 'no'])) : {};
    const unreached = this.chance(0.3);
    await this.ok(act, asks, 'edit-request', { ...REQUEST, ...mri, renal_date: this.day(1), weight_kg: child ? 20 : 70, pregnancy: patient.sex === 'F' && !child ? 'no' : 'not-applicable', treating_physician: unreached ? REQUEST.treating_physician : { none: true } });
    await this.consents(act, asks);
    await this.ok(act, asks, 'send');
    act.clock = act.delays;

    if (this.chance(0.03)) { // the requester thinks better of it
      await this.later(this.takes(act.delays.verdict_min, 0));
      await this.ok(act, asks, 'cancel', { code: 'clinical-change', text: 'Amélioration clinique, examen inutile.' });
      this.note('cancelled');
      return this.offered(act);
    }
    let imager = this.imager();
    if (this.chance(0.03)) { // nobody of the group answers: the chain is called, the responsible judges in the end
      await this.later((act.delays.verdict_min * 3 + 60) * MINUTE);
      this.note('imager never answered');
      imager = 'responsable';
    } else await this.later(this.takes(act.delays.verdict_min, 0.1));
    if (this.chance(0.3)) await this.step(act, imager, 'take');
    if (this.chance(0.1)) {
      const asked = await this.ok(act, imager, 'ask-information', { text: 'Un traitement anticoagulant est-il en cours ?' });
      this.note('questions');
      if (this.chance(0.1)) { // never answered: refused in the end
        await this.later(2.5 * act.delays.information_min * MINUTE);
        await this.ok(act, imager, 'refuse', { code: 'information-missing', text: 'Sans réponse du demandeur.' });
        this.note('refused');
        return this.offered(act);
      }
      await this.later(this.takes(act.delays.information_min, 0.15));
      await this.ok(act, asks, 'answer-information', { id: asked.facts.questions.at(-1).id, text: 'Non, aucun.' });
      await this.later(this.takes(act.delays.verdict_min));
    }
    if (this.chance(0.07)) {
      const [code, more] = this.pick([['not-indicated', { indication: 'not-relevant', distance: 'relevant' }], ['distance-unsuitable', { indication: 'relevant', distance: 'not-relevant' }], ['no-slot', {}], ['technical', {}]]);
      await this.ok(act, imager, 'refuse', { code, text: 'Voir le motif codé.', ...more });
      this.note('refused');
      return this.offered(act);
    }
    await this.ok(act, imager, 'accept', await this.verdict(act, imager, modality));
    await this.coming(act, imager, modality, technologist);
    return undefined;
  }

  // A slot that the house proposes, near what is wanted; taken by another act meanwhile, another one. Later than the delay: requester and imager validate it again.
  // None: said so, and other care is offered; answers false.
  async plan(act, imager, technologist, minutes) {
    for (let tries = 0; tries < 5; tries++) {
      const planned = await this.planOnce(act, imager, technologist, minutes);
      if (planned !== 'gone') return planned;
      this.note('slot gone');
    }
    throw new Stuck('five slots in a row were gone');
  }
  async planOnce(act, imager, technologist, minutes) {
    const wanted = Math.round(this.now() + minutes * MINUTE);
    const { first, slots, rooms } = (await this.get(technologist, `/api/acts/${act.id}/slots?from=${wanted}&to=${wanted + 2 * DAY}`)).json;
    const free = (one) => one.missing.every((missing) => missing.code.startsWith('later'));
    const slot = slots.find((one) => one.possible && !one.late) ?? first.find((one) => one.possible && !one.late) ?? slots.find((one) => one.late && free(one));
    if (!slot) {
      this.note('no slot in time');
      await this.ok(act, technologist, 'no-slot', { text: 'Aucun créneau sur les appareils du site dans le délai.' });
      await this.ok(act, act.place.asks, 'cancel', { code: 'no-slot', text: 'Aucun créneau dans le délai.' });
      await this.offered(act);
      return false;
    }
    if (slot.late) {
      this.note('later slots');
      await this.ok(act, technologist, 'ask-later', { start_ms: slot.start_ms, text: 'Premier créneau libre.' });
      for (const login of [act.place.asks, imager]) await this.ok(act, login, 'answer-later', { decision: 'accepted', text: 'État stable, ce délai convient.' });
    }
    const planned = await this.step(act, technologist, 'plan', { room_id: slot.room_id, start_ms: slot.start_ms, minutes: rooms.find((one) => one.id === slot.room_id).minutes,
      ...(act.planned && { move_reason: 'Patient absent au premier créneau.' }), ...(slot.late && { late_reason: 'Premier créneau libre, validé à nouveau.' }) });
    if (planned.status === 409 && ['slot-taken', 'duty-imager'].includes(planned.json.error.missing?.[0]?.code ?? planned.json.error.code)) return 'gone';
    if (planned.status !== 200) throw new Stuck(`${technologist} plan: ${planned.status} ${planned.bytes}`);
    act.planned = true;
    await this.later(slot.start_ms - this.now() + this.tick);
    return true;
  }

  async coming(act, imager, modality, technologist) {
    const { asks, physician } = act.place;
    await this.later(this.takes(act.delays.planning_min));
    const ahead = () => Math.max(5, act.delays.exam_min * (this.chance(0.08) ? 1.2 : 0.1 + 0.3 * this.draw()));
    if (!await this.plan(act, imager, technologist, ahead())) return undefined;
    if (this.chance(0.04)) { // does not come: another slot, or given up
      this.note('no-show');
      if (this.chance(0.5)) {
        await this.later(this.takes(act.delays.exam_min, 0.5));
        await this.ok(act, asks, 'cancel', { code: 'patient-absent', text: 'Patient absent, injoignable.' });
        return this.offered(act);
      }
      if (!await this.plan(act, imager, technologist, ahead())) return undefined;
    }
    await this.present(act, imager, technologist, modality);
    await this.ok(act, technologist, 'start');
    if (this.chance(0.01)) {
      await this.ok(act, imager, 'abandon', { code: 'patient-refused', text: 'Claustrophobie, arrêt à la demande du patient.' });
      this.note('given up');
      return this.offered(act);
    }
    if (this.chance(0.02)) await this.later((act.delays.report_min + 30) * MINUTE); // begun and forgotten: the clock of the report calls
    await this.scanned(act, modality);
    if (this.chance(0.02)) {
      this.note('gone without release');
      await this.ok(act, technologist, 'patient-gone', { text: 'Parti avant l’accord de l’imageur.' });
    }
    await this.ok(act, technologist, 'end-acquisition', { made: 1 });
    if (this.chance(0.03)) await this.incident(act, technologist, physician, imager);
    const urgent = this.chance(0.06) && await this.urgent(act, imager, physician);
    await this.later(this.takes(20));
    await this.ok(act, imager, 'judge-quality', { verdict: 'sufficient', comment: '' });
    const released = await this.ok(act, imager, 'release');
    if (released.state === 'released') await this.ok(act, technologist, 'patient-left');
    await this.later(this.takes(act.delays.report_min, 0.1));
    await this.read(act, imager, urgent);
    return this.after(act, true);
  }

  async present(act, imager, technologist, modality) {
    const { patient: p } = act;
    await this.ok(act, technologist, 'acknowledge-protocol');
    await this.ok(act, technologist, 'name-local-physician', { person_id: (await this.person(act.place.physician)).me.person.id });
    await this.ok(act, technologist, 'check-identity', { birth_name: p.birth_name, first_given: p.first_given, birth_date: p.birth_date, sex: p.sex, document: 'id-card', asked: 'open', birth_place: p.birth_place_code });
    await this.ok(act, act.place.physician, 'confirm-local-presence');
    await this.get(imager, '/api/me');
    await this.page(imager);
    await this.ok(act, imager, 'imager-present');
    await this.ok(act, technologist, 'test-channel', { means: 'telephone', reason: 'Pas de vidéo en salle ce jour.', number: '01 00 00 00 06' });
    await this.ok(act, technologist, 'explain-device', { how: 'explained' });
    await this.ok(act, technologist, 'prepare-patient', { sheet: 'Fiche de préparation 2026-1', allergies: 'Aucune', renal_function: 'DFG 92 mL/min', pregnancy: p.sex === 'F' && !p.child ? 'no' : 'not-applicable' });
    if (modality === 'MR') await this.ok(act, technologist, 'check-mri-safety', { result: 'safe' });
  }

  async scanned(act, modality) {
    const a = await this.act(act, act.place.asks), pacs = await this.person('pacs'), boundary = 'one-year-4c1d';
    const file = image({ study: a.study_uid, series: `${a.study_uid}.1`.slice(0, 64), uid: `${a.study_uid.slice(0, 50)}.1.${act.id}`, modality, patient: act.patient, accession: a.accession ?? '' });
    const body = Buffer.concat([Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`), file, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    await this.get('pacs', '/api/me');
    const sent = await this.send(pacs, 'POST', '/dicom-web/studies', body, { 'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}`, Accept: 'application/dicom+json' });
    if (sent.status !== 200) throw new Stuck(`image: ${sent.status} ${sent.bytes.toString().slice(0, 300)}`);
  }

  async incident(act, technologist, physician, imager) {
    const told = await this.ok(act, technologist, 'report-incident', { kind: 'technical', text: 'Panne d’injecteur, sans conséquence.' });
    const { id } = told.facts.incidents.at(-1);
    this.note('incidents');
    await this.later(this.takes(20, 0.3)); // late: the house calls again
    for (const login of [physician, imager]) await this.step(act, login, 'acknowledge-incident', { id });
    await this.ok(act, technologist, 'resolve-incident', { id, text: 'Remis en service.' });
  }

  async urgent(act, imager, physician) {
    const told = await this.ok(act, imager, 'report-urgent', { category: this.pick(['immediate', 'hours']), text: 'Pneumothorax compressif droit.' });
    const { id } = told.facts.urgent.at(-1);
    this.note('urgent findings');
    await this.later(this.takes(act.delays.urgent_min, 0.35));
    await this.ok(act, imager, 'tell-urgent', { id, to: 'Dr Paul NGUYEN', how: 'voice', repeated: 'Pneumothorax compressif droit, à drainer', told_at_ms: this.now() });
    await this.later(this.takes(30, 0.3));
    await this.ok(act, physician, 'act-on-urgent', { id, text: 'Drainage pleural posé.' });
    return true;
  }

  async read(act, imager, urgent) {
    await this.ok(act, imager, 'open-reading');
    const report = (await this.get(imager, `/api/acts/${act.id}/report`)).json;
    const told = ((await this.act(act, imager)).facts.incidents ?? []).map((one) => one.text).join(' '); // a report says what happened
    const saved = await this.send(await this.person(imager), 'PUT', `/api/acts/${act.id}/report`, { revision: report.revision, content: { ...REPORT, ...(told && { incidents: { none: false, text: told } }), urgent: Boolean(urgent), dose: { source: 'not-supplied', reason: 'Relevé non transmis par l’équipement simulé.' } } });
    if (saved.status !== 200) throw new Stuck(`report: ${saved.status} ${saved.bytes}`);
    await this.proved(act, imager, 'sign', { revision: saved.json.revision, sha256: saved.json.sha256 });
    await this.until(act, act.place.asks, 'delivered');
    this.note('signed');
  }

  async after(act, site) {
    const { asks, technologist } = act.place;
    if (this.chance(0.02)) await this.later(3 * act.delays.acknowledge_min * MINUTE); // the requester is away
    else await this.later(this.takes(act.delays.acknowledge_min, 0.1));
    await this.ok(act, asks, 'acknowledge');
    await this.later(this.takes(act.delays.patient_min ?? act.delays.acknowledge_min, 0.1));
    await this.ok(act, asks, 'inform-patient', { how: 'phone', content_given: 'Résultat expliqué.' });
    await this.ok(act, asks, 'patient-copy', { how: 'paper' });
    await this.ok(act, asks, 'check-dmp', { record_checked: true, dmp: 'none' });
    for (const line of ((await this.act(act, asks)).facts.deliveries ?? []).filter((one) => one.to === 'treating-physician' && one.status === 'not-reached')) {
      this.note('address not reached');
      if (this.chance(0.4)) {
        await this.ok(act, asks, 'try-delivery', { id: line.id, how: 'secure-message', reached: 'no', text: 'Boîte du destinataire pleine.' });
        await this.later(DAY * (0.2 + this.draw()));
      }
      await this.ok(act, asks, 'try-delivery', { id: line.id, how: 'secure-message', reached: 'yes' });
    }
    if (site) await this.ok(act, technologist, 'confirm-site', { report_kept: true, incidents_kept: true, images_archived: true });
    await this.later(this.takes(act.delays.record_min ?? act.delays.acknowledge_min, 0.05));
    await this.records(act);
    await this.settle(act);
    await this.ok(act, asks, 'close');
    this.note('closed after a report');
  }

  async expertise() {
    const place = this.places[0], patient = this.known, experts = this.chance(0.5) ? ['imageur'] : ['imageur', 'imageur2'], separate = experts.length > 1 && this.chance(0.5);
    const act = await this.create(place, patient, 'tele-expertise', this.pick(['CT', 'MR']), 'Foie', this.pick(['routine', 'urgent']));
    await this.consents(act, place.asks);
    await this.ok(act, place.asks, 'edit-request', { question: 'Cette lésion hépatique demande-t-elle une IRM ?', context: 'Douleur de l’hypochondre droit, bilan biologique normal.', pathway: 'coordinated', treating_physician: { none: true } });
    await this.ok(act, place.asks, 'choose-images', { series: [], none_reason: 'Images sur support, non transmises.' });
    const ids = [];
    for (const login of experts) ids.push((await this.person(login)).me.person.id);
    await this.ok(act, place.asks, 'invite-experts', { experts: ids, mode: separate ? 'separate' : 'joint' });
    await this.ok(act, place.asks, 'send');
    this.note(`opinions of ${experts.length}`);
    await this.later(this.takes(act.delays.verdict_min, 0.1));
    if (this.chance(0.1)) {
      for (const login of experts) await this.ok(act, login, 'refuse', { code: 'technical', text: 'Images illisibles sur ce format.' });
      for (const login of ['imageur', 'imageur2'].filter((one) => !experts.includes(one))) { // whom the delay's end has called in besides
        const now = (await this.get(place.asks, `/api/acts/${act.id}`)).json;
        if (now.state !== 'refused') await this.ok(act, login, 'refuse', { code: 'technical', text: 'Images illisibles sur ce format.' });
      }
      this.note('refused');
      return this.offered(act);
    }
    for (const login of experts) await this.ok(act, login, 'accept');
    if (this.chance(0.25)) {
      const asked = await this.ok(act, experts[0], 'ask-information', { text: 'Un examen antérieur existe-t-il ?' });
      this.note('questions');
      await this.later(this.takes(act.delays.verdict_min, 0.3));
      await this.ok(act, place.asks, 'answer-information', { id: asked.facts.questions.at(-1).id, text: 'Non.' });
    }
    for (const item of ['image-quality', 'earlier-images', 'identity', 'medical-information']) await this.ok(act, experts[0], 'check-item', { item, verdict: 'sufficient' });
    await this.later(this.takes(act.delays.report_min, 0.1));
    const draft = (await this.get(experts[0], `/api/acts/${act.id}/report`)).json;
    const saved = await this.send(await this.person(experts[0]), 'PUT', `/api/acts/${act.id}/report`, { revision: draft.revision, content: { ...REPORT, technique: '' } });
    if (saved.status !== 200) throw new Stuck(`opinion: ${saved.status} ${saved.bytes}`);
    const seen = { revision: saved.json.revision, sha256: saved.json.sha256 };
    for (const login of experts.slice(1)) {
      const [results, conclusion] = ['Lésion de 12 mm, aspect de kyste.', 'Échographie de contrôle.'];
      if (separate) {
        for (const item of ['image-quality', 'earlier-images', 'identity', 'medical-information']) await this.ok(act, login, 'check-item', { item, verdict: 'sufficient' });
        await this.proved(act, login, 'give-opinion', { results, conclusion, sha256: sha256(`${results}\n${conclusion}`) });
      } else await this.proved(act, login, 'agree-report', seen);
    }
    await this.proved(act, experts[0], 'sign', seen);
    await this.until(act, place.asks, 'delivered');
    return this.after(act, false);
  }

  async assistance() {
    const place = this.pick(this.places.slice(0, 2)), patient = await this.patient(place, false);
    const act = await this.create(place, patient, 'tele-assistance', 'US', 'Abdomen', 'urgent');
    await this.ok(act, place.asks, 'edit-request', { reason: 'Ponction d’ascite échoguidée en cours.', question: 'Le point de ponction convient-il ?', pathway: 'emergency', treating_physician: { none: true } });
    await this.consents(act, place.asks);
    await this.ok(act, place.asks, 'send');
    await this.later(this.takes(act.delays.verdict_min, 0.1));
    const imager = this.imager();
    if (this.chance(0.05)) {
      await this.ok(act, imager, 'refuse', { code: 'other', text: 'En salle d’intervention.' });
      this.note('refused');
      return this.offered(act);
    }
    await this.ok(act, imager, 'accept');
    await this.later(this.takes(30));
    await this.ok(act, imager, 'record-advice', { text: 'Deux centimètres plus latéral, loin de l’artère épigastrique.' });
    await this.ok(act, imager, 'end-assistance', { summary: 'Point de ponction déplacé, ponction réussie sans saignement.', incidents: 'Aucun incident.' });
    this.note('assistances');
    return this.after(act, false);
  }

  /* ---- the roster: absences and swaps ---- */

  async roster() {
    for (const login of ['imageur', 'imageur2']) {
      const p = await this.person(login);
      await this.later(7 * DAY * (0.5 + this.draw()));
      const from = this.now() + 2 * HOUR;
      const away = await this.send(p, 'POST', '/api/roster/absences', { organisation_id: this.group.id, person_id: p.me.person.id, from_ms: from, to_ms: from + DAY, reason: 'Formation' });
      if (away.status !== 200) throw new Stuck(`absence: ${away.status} ${away.bytes}`);
      this.note('absences');
      const week = await this.get('responsable', `/api/roster?organisation=${this.group.id}&from=${this.now()}&to=${this.now() + 7 * DAY}`);
      const duty = week.json.duties.find((one) => one.person_id === p.me.person.id && one.from_ms > this.now() + DAY);
      const other = await this.person(login === 'imageur' ? 'imageur2' : 'imageur');
      if (!duty) continue;
      const swap = await this.send(p, 'POST', '/api/roster/swaps', { shift_id: duty.shift_id, from_ms: duty.from_ms, person_id: other.me.person.id });
      if (swap.status !== 200) throw new Stuck(`swap: ${swap.status} ${swap.bytes}`);
      await this.later(2 * HOUR);
      const yes = await this.send(other, 'POST', `/api/roster/swaps/${swap.json.id}/answer`, { yes: this.chance(0.7) });
      if (yes.status !== 200) throw new Stuck(`answer to a swap: ${yes.status} ${yes.bytes}`);
      this.note('swaps');
    }
    if (this.now() < this.end - 10 * DAY) return this.roster();
    return undefined;
  }

  /* ---- the register: displays whose control ends are controlled again in time, by who may ---- */

  async upkeep() {
    const day = (ms) => new Date(ms).toISOString().slice(0, 10);
    while (this.now() < this.end) {
      const register = await this.get('physicien', `/api/staff/register?organisation=${this.group.id}`);
      for (const display of register.json.rooms.flatMap((room) => room.equipment).filter((one) => one.kind === 'display')) {
        const last = display.items.filter((one) => one.kind === 'display-control').map((one) => one.valid_until).sort().at(-1);
        if (last && Date.parse(last) > this.now() + 60 * DAY) continue;
        const done = await this.send(await this.person('physicien'), 'POST', `/api/staff/equipment/${display.id}/items`,
          { kind: 'display-control', assessed_on: day(this.now()), valid_until: day(this.now() + 350 * DAY), luminance_max: 410, luminance_min: 1.2, grey_error: 6, ambient_lux: 30 });
        if (done.status !== 200 || done.json.result !== 'passed') throw new Stuck(`display: ${done.status} ${done.bytes}`);
        this.note('displays controlled again');
      }
      await this.later(30 * DAY);
    }
  }

  /* ---- the year ---- */

  async tell(name, story) {
    this.running += 1;
    try { await story.call(this); } catch (e) {
      this.defects.push(`${name}: ${e instanceof Stuck ? e.message : e.stack}`);
    } finally { this.rest(); }
  }

  async run() {
    await this.open();
    this.start = this.now();
    this.end = this.start + this.days * DAY;
    const kinds = [['exam', this.exam, 0.76], ['expertise', this.expertise, 0.1], ['assistance', this.assistance, 0.1], ['nuclear', this.nuclear, 0.04]];
    for (let i = 0; i < this.wanted; i++) {
      let x = this.draw();
      const [name, story] = kinds.find(([, , share]) => { x -= share; return x < 0; }) ?? kinds[0];
      const at = this.start + this.draw() * (this.end - this.start);
      this.sleepers.push({ at, wake: () => this.tell(name, story), begins: true });
    }
    this.sleepers.push({ at: this.start + HOUR, wake: () => this.tell('roster', this.roster), begins: true });
    this.sleepers.push({ at: this.start + 2 * HOUR, wake: () => this.tell('upkeep', this.upkeep), begins: true });
    const began = Date.now();
    for (let told = 0; this.sleepers.length;) {
      this.sleepers.sort((a, b) => a.at - b.at);
      const to = Math.max(this.now(), Math.ceil(this.sleepers[0].at / this.tick) * this.tick);
      while (this.now() < to) await this.walk(Math.min(to - this.now(), 12 * HOUR)); // one request a half day at most
      for (const one of this.sleepers.splice(0, Math.min(this.concurrent, this.sleepers.filter((s) => s.at <= this.now()).length))) {
        if (!one.begins) this.running += 1;
        one.wake();
      }
      await this.allAsleep();
      const days = Math.floor((this.now() - this.start) / DAY);
      if (days >= told + 30) { told = days; this.say(`day ${days}: ${this.requests} requests, ${((Date.now() - began) / 1000).toFixed(0)} s`); }
    }
    for (const one of ['imageur', 'imageur2', 'responsable']) (await this.person(one)).socket?.terminate();
  }
}

// What the year left in the log: acts that are not at their end, those of them that nobody is called for, delays that passed and who was called.
// 'met': someone moved the act, or the roster passed it on, in the very minute in which its delay passed, before the first of the chain was called.
export function audit(house) {
  const rows = (query) => JSON.parse(sql(house, `SELECT coalesce(json_group_array(json(x)), '[]') FROM (${query});`) || '[]');
  const open = rows("SELECT json_object('number', number, 'kind', kind, 'state', state, 'deadline', deadline_what) AS x FROM act WHERE state <> 'closed'");
  const stuck = rows("SELECT json_object('number', number, 'state', state) AS x FROM act WHERE state NOT IN ('closed', 'draft') AND deadline_at_ms IS NULL");
  const items = `SELECT act.number AS number, value ->> '$.what' AS what, json_array_length(coalesce(value -> '$.called', '[]')) AS calls, EXISTS (SELECT 1 FROM act_event AS e WHERE e.act_id = act.id AND ((e.person_id <> 0 AND e.from_state <> e.to_state) OR e.step LIKE 'assign%' OR e.step IN ('ask-duty-expert', 'nobody-on-duty')) AND e.at_ms BETWEEN value ->> '$.due_ms' AND (value ->> '$.at_ms') + ${MINUTE}) AS met FROM act, json_each(act.facts, '$.overdue')`;
  const [{ overdue, called }] = rows(`SELECT json_object('overdue', count(*), 'called', sum(calls)) AS x FROM (${items})`);
  const silent = rows(`SELECT json_object('number', number, 'what', what) AS x FROM (${items}) WHERE calls = 0 AND met = 0 LIMIT 50`); // the first of them with their stories
  return { acts: Number(sql(house, 'SELECT count(*) FROM act')), events: Number(sql(house, 'SELECT count(*) FROM act_event')), open, stuck, overdue, called, silent: silent.map((one) => ({ ...one, story: rows(`SELECT json_object('at', datetime(at_ms / 1000, 'unixepoch'), 'step', step, 'to', to_state, 'data', data) AS x FROM act_event WHERE act_id = (SELECT id FROM act WHERE number = '${one.number}') ORDER BY seq`) })) };
}
