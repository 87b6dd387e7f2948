// The people of one remote exam and the steps they take, so that stories read as stories.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import WebSocket from 'ws';

export const REQUEST = {
  reason: 'Douleur abdominale aiguë depuis 6 heures, défense en fosse iliaque droite.', purpose: 'Rechercher une appendicite ou une autre cause chirurgicale.',
  circumstances: 'Patient conscient, apyrétique, à jeun.', pregnancy: 'not-applicable', earlier_exams: 'Aucun examen connu.', optimisation: 'Pas d’examen irradiant dans l’année.',
  question: 'Appendicite ?', allergies: 'Aucune connue', renal_value: 92, renal_unit: 'mL/min/1.73m2', renal_date: new Date(Date.now() - 86400000).toISOString().slice(0, 10), metformin: 'no', diabetes: 'no', breastfeeding: 'no', anticoagulants: 'no', implants: 'Aucun', weight_kg: 74, medication: 'Aucun',
  relevance: 'Échographie non contributive ; scanner recommandé en deuxième intention.', guideline: 'GBU abdomen',
  benefit_code: 'transfer-avoided', benefit: 'Évite un transfert de 80 km pour un diagnostic disponible sur place.',
  distance_reason_code: 'no-imager-on-site', distance_reason: 'Aucun radiologue sur le site la nuit.', pathway: 'emergency', treating_physician: { name: 'Dr Anne PERRIN', rpps: '' },
};
export const VERDICT = {
  indication: 'relevant', indication_reason: 'Conforme au GBU : scanner en deuxième intention.', distance: 'relevant', distance_reason: 'Examen sans injection, médecin de proximité présent.', benefit_confirmed: true,
  protocol: { name: 'Abdomen-pelvis sans injection', version: '3', phases: '1 passage', dose_note: 'Modulation automatique', injection: 'none', optimisation: 'Champ limité à l’abdomen et au pelvis, 100 kV' },
};
export const REPORT = {
  indication: 'Douleur abdominale aiguë, suspicion d’appendicite.', technique: 'Acquisition hélicoïdale abdomino-pelvienne sans injection.', comparison: 'Pas d’examen antérieur disponible.',
  results: 'Appendice de calibre normal. Pas d’épanchement. Foie, rate, pancréas et reins sans anomalie décelable sans injection.', conclusion: 'Pas d’argument scanographique pour une appendicite.',
  incidents: { none: true }, prescriptions: { none: true }, urgent: false, follow_up: 'Réévaluation clinique à 24 heures.', contact: 'Groupe d’imagerie de l’Orbe, 01 00 00 00 03, jusqu’à 20 h.',
};

export const toLoopback = (name, options, done) => (options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4));
// The socket of a page of this person, through the edge.
export const pageSocket = (house, person) => new WebSocket(`wss://localhost:${house.port}/api/push`,
  { rejectUnauthorized: false, origin: house.url, headers: { Cookie: person.cookie }, lookup: toLoopback });
// An open one, that does not keep the test alive.
export async function openPage(house, person) {
  const socket = pageSocket(house, person);
  await new Promise((done, fail) => { socket.once('open', done); socket.once('error', fail); });
  socket.on('error', () => {});
  socket._socket.unref();
  return socket;
}

// From here on, a time whose span does not touch the hour that the demonstration's CT holds for emergencies (Monday to Friday, 12:30 to 13:30 in Paris).
export function besideHeld(ms, span) {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const held = (at) => {
    const p = Object.fromEntries(parts.formatToParts(at).map((one) => [one.type, one.value])), minute = Number(p.hour) * 60 + Number(p.minute);
    return !['Sat', 'Sun'].includes(p.weekday) && minute >= 750 && minute < 810;
  };
  const touches = (from) => { for (let at = from; at < from + span; at += 60000) { if (held(at)) return true; } return held(from + span - 1); };
  let at = ms;
  while (touches(at)) at += 15 * 60000;
  return at;
}

// A new patient as the rules ask: searched for first; who looks alike is said to be a homonym.
export async function register(person, traits) {
  const { search } = (await person.get(`/api/patients?birth_date=${traits.birth_date}&name=${encodeURIComponent(traits.birth_name.slice(0, 3))}`)).json;
  const wanted = { birth_place_code: '38185', given_names: traits.first_given, document: 'none', search, ...traits };
  let a = await person.post('/api/patients', wanted);
  if (a.status === 409 && a.json.alike) a = await person.post('/api/patients', { ...wanted, decision: 'homonym', alike: a.json.alike });
  assert.equal(a.status, 200, String(a.bytes));
  return a.json;
}

export class Exam {
  static async open(house, { modality = 'CT', priority = 'urgent', patient = 'DUP', born = '1971-11-02', region = 'Abdomen-pelvis', like = null } = {}) {
    const e = new Exam();
    e.house = house;
    // 'like': the people of another exam, signed in already (a code of the second factor serves once)
    [e.requester, e.imager, e.technologist, e.physician] = like ? [like.requester, like.imager, like.technologist, like.physician] : [await house.person('demandeur'), await house.person('imageur'), await house.person('manip'), await house.person('medecin')];
    const orgs = (await e.requester.get('/api/organisations')).json.organisations;
    e.site = orgs.find((o) => o.name.includes('Val d’Orbe'));
    const imaging = orgs.find((o) => o.kind === 'imaging');
    const found = await e.requester.get(`/api/patients?birth_date=${born}&name=${patient}`);
    assert.equal(found.status, 200, String(found.bytes));
    e.patient = found.json.patients[0];
    assert.ok(e.patient, 'the demonstration patient is found');
    const made = await e.requester.post('/api/acts', { kind: 'remote-exam', patient_id: e.patient.id, requester_org_id: e.site.id, site_id: e.site.id, imaging_id: imaging.id, modality, priority, region });
    assert.equal(made.status, 200, String(made.bytes));
    e.id = made.json.id;
    e.number = made.json.number;
    return e;
  }

  // One that runs: asked, accepted, planned, prepared, started.
  static async started(house, options) {
    const e = await Exam.open(house, options);
    await e.consent();
    await e.ask();
    await e.accept();
    await e.plan();
    await e.prepare();
    await e.start();
    return e;
  }
  // From the request that was sent to images that the imager has judged, the patient still there.
  async examined() {
    await this.accept();
    await this.plan();
    await this.prepare();
    await this.start();
    this.scan();
    await this.release();
  }
  // One whose images are here and whose patient has left.
  static async left(house, options) {
    const e = await Exam.started(house, options);
    e.scan();
    await e.release();
    await e.ok(e.technologist, 'patient-left');
    return e;
  }
  // One whose report is signed and delivered.
  static async delivered(house, options) {
    const e = await Exam.left(house, options);
    await e.sign(await e.read());
    await e.until('delivered');
    return e;
  }

  // The step must succeed; answers the act.
  async ok(person, step, data, extra) {
    const a = await person.step(this.id, step, data, extra);
    assert.equal(a.status, 200, `${step}: ${a.status} ${a.bytes}`);
    return a.json;
  }
  // The step must be refused with this status; answers the error. Nothing may have changed.
  async refused(person, step, data, status, ...codes) {
    const before = (await this.requester.get(`/api/acts/${this.id}`)).json;
    const a = await person.step(this.id, step, data);
    assert.equal(a.status, status, `${step} should be refused with ${status}: ${a.status} ${a.bytes}`);
    const { error } = a.json;
    assert.ok(error.text.length > 5, 'a refusal says something');
    for (const code of codes) assert.ok((error.missing ?? []).some((m) => m.code === code), `${step}: ${code} named in ${JSON.stringify(error)}`);
    const after = (await this.requester.get(`/api/acts/${this.id}`)).json;
    assert.equal(after.state, before.state, `${step} refused leaves the state`);
    return error;
  }

  async consent() {
    await this.ok(this.requester, 'record-information', { version: 'Note d’information 2026-1', language: 'fr', interpreter: '' });
    await this.ok(this.requester, 'record-consent', { subject: 'act', how: 'oral' });
    await this.ok(this.requester, 'record-consent', { subject: 'distance', how: 'oral' });
  }
  async ask(request = REQUEST) { await this.ok(this.requester, 'edit-request', request); return this.ok(this.requester, 'send'); }
  async accept(verdict = VERDICT) { return this.ok(this.imager, 'accept', verdict); }
  async plan() {
    const room = this.site.rooms.find((r) => r.modality === 'CT');
    // several acts of one house stand one after the other on the machine; a child's takes longer, by the calendar
    const minutes = this.patient.birth_date > `${new Date(this.house.now()).getFullYear() - 18}` ? 30 : 20;
    const at = besideHeld(Math.max(this.house.now() + 10 * 60000, this.house.nextSlot ?? 0), minutes * 60000);
    this.house.nextSlot = at + minutes * 60000;
    return this.ok(this.technologist, 'plan', { room_id: room.id, start_ms: at, minutes });
  }
  async identify(traits = {}) {
    const p = this.patient;
    return this.ok(this.technologist, 'check-identity', { birth_name: p.birth_name, first_given: p.first_given, birth_date: p.birth_date, sex: p.sex, document: 'id-card', asked: 'open', ...traits });
  }
  async prepare() {
    await this.ok(this.technologist, 'acknowledge-protocol');
    await this.ok(this.technologist, 'name-local-physician', { person_id: this.physician.me.person.id });
    await this.identify();
    await this.imagerComes();
    await this.channel();
    await this.sheet();
  }
  // What is gone through with the patient before the start.
  async sheet(data = {}) {
    await this.ok(this.technologist, 'explain-device', { how: 'explained' });
    return this.ok(this.technologist, 'prepare-patient', { sheet: 'Fiche de préparation 2026-1', allergies: 'Aucune', renal_function: 'DFG 92 mL/min, hier', pregnancy: this.patient.sex === 'M' ? 'not-applicable' : 'no', ...data });
  }
  // Without the live room: another direct means, noted.
  async channel() { return this.ok(this.technologist, 'test-channel', { means: 'telephone', reason: 'Pas de vidéo en salle ce jour.', number: '01 00 00 00 06' }); }
  // Present as long as a page is open.
  async imagerComes() {
    this.imager.page ??= await openPage(this.house, this.imager);
    return this.ok(this.imager, 'imager-present');
  }
  async start() { return this.ok(this.technologist, 'start'); }
  scan(args = []) {
    const r = this.house.run(['demo', 'modality', this.number, '--config', this.house.config, ...args]);
    assert.equal(r.status, 0, r.stdout + r.stderr);
    return r;
  }
  async images() { return (await this.imager.get(`/api/acts/${this.id}`)).json.images; }
  async release() {
    await this.ok(this.technologist, 'end-acquisition', { made: (await this.images()).instances });
    await this.ok(this.imager, 'judge-quality', { verdict: 'sufficient', comment: '' });
    return this.ok(this.imager, 'release');
  }
  async read(content = {}) {
    await this.ok(this.imager, 'open-reading');
    const { dose } = await this.images();
    const report = (await this.imager.get(`/api/acts/${this.id}/report`)).json;
    const { facts } = (await this.imager.get(`/api/acts/${this.id}`)).json; // what the act holds is said in its report
    const told = { ...(facts.incidents?.length && { incidents: { none: false, text: 'Incidents de l’acte, voir ci-dessous.' } }), ...(facts.drugs?.length && { prescriptions: { none: false, text: 'Produits administrés, voir ci-dessous.' } }), ...(facts.urgent?.some((one) => one.category !== 'days') && { urgent: true }) };
    const saved = await this.imager.put(`/api/acts/${this.id}/report`, { revision: report.revision, content: { ...REPORT, dose, ...told, ...content } });
    assert.equal(saved.status, 200, String(saved.bytes));
    return saved.json;
  }
  async sign(report) {
    await this.house.advance(this.imager, 31000);
    return this.ok(this.imager, 'sign', { revision: report.revision, sha256: report.sha256, proof: { kind: 'totp', code: this.imager.code() } });
  }
  // Each professional's own record. L10
  async keepRecords() {
    const { people } = (await this.requester.get(`/api/acts/${this.id}/record-entry`)).json;
    for (const person of [this.requester, this.imager, this.physician])
      if (people.some((one) => one.id === person.me.person.id && !one.kept_at_ms)) await this.ok(person, 'confirm-record', { where: 'Dossier du service' });
  }
  // What stays to be done before the end: recipients, the site's check, the records. E30 E31 L10
  async finish() {
    const { deliveries, incidents = [] } = (await this.requester.get(`/api/acts/${this.id}`)).json.facts;
    for (const one of incidents.filter((incident) => !incident.resolved_at_ms)) await this.ok(this.requester, 'resolve-incident', { id: one.id, text: 'Vu avec l’équipe, sans suite.' });
    for (const line of deliveries.filter((one) => one.to === 'treating-physician' && one.status === 'not-reached'))
      await this.ok(this.requester, 'try-delivery', { id: line.id, how: 'secure-message', reached: 'yes' });
    await this.ok(this.technologist, 'confirm-site', { report_kept: true, incidents_kept: true, images_archived: true });
    await this.keepRecords();
  }
  async until(state, ms = 15000) {
    for (const end = Date.now() + ms; Date.now() < end;) {
      const a = (await this.requester.get(`/api/acts/${this.id}`)).json;
      if (a.state === state) return a;
      await new Promise((done) => setTimeout(done, 100));
    }
    return assert.fail(`the act did not become ${state}`);
  }
}

export const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
