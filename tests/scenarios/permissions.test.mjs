// Every route as every role, with the ids of real objects, against the matrix that the program prints; and every id as somebody of another organisation.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fromBase32, House, Person, PASSWORD, sleep } from '../house.mjs';
import { Exam } from '../exam.mjs';

const LOGINS = { requester: 'demandeur', technologist: 'manip', imager: 'imageur', 'local-physician': 'medecin', 'nuclear-physician': 'nucleaire', secretary: 'secretaire', 'pacs-admin': 'pacs', physicist: 'physicien',
  pcr: 'pcr', biomedical: 'biomed', pharmacist: 'pharmacien', 'pharmacy-tech': 'preparateur', quality: 'qualite', responsible: 'cheffe', administrator: 'admin' };
const PHRASE = 'Pinson-Tilleul-Orage-58';
const GATE = /^(Sign in to go on\.|Your roles do not open this\.|Show your second factor to go on\.|Finish your first sign-in)/;
let house, exam, matrix, pools, stranger;
const people = {}; // of the matrix's columns

function rows(sql) {
  const text = execFileSync('sqlite3', ['-json', '-readonly', path.join(house.data, 'beclere.db'), sql], { encoding: 'utf8' });
  return text.trim() ? JSON.parse(text) : [];
}
// All that somebody may change, as it stands in the database.
const kept = () => execFileSync('sqlite3', ['-readonly', path.join(house.data, 'beclere.db'), `.dump act act_event act_document own_access patient patient_identifier person membership access_grant study series instance report convention_paper convention_document room room_calendar room_closing roster_shift roster_skill protocol preparation staff_% peer import hanging report_aid purge_proposal retention_hold correction patient_merge`], { encoding: 'utf8', maxBuffer: 1 << 28 });
const ids = (sql) => rows(sql).map((row) => String(Object.values(row)[0]));

// The first sign-in of somebody with a word for once: own word, code application.
async function enrol(person, word) {
  if (word) assert.equal((await person.post('/api/sign-in/password', { login: person.login, password: word })).status, 200);
  await person.refresh();
  assert.equal((await person.post('/api/me/password', { current: word, wanted: PHRASE })).status, 200);
  const { secret } = (await person.post('/api/me/totp/start')).json;
  person.key = fromBase32(secret);
  assert.equal((await person.post('/api/me/totp/confirm', { code: person.code() })).status, 200);
  await person.refresh();
  return person;
}

// The objects that a part of an address may name, whoever may see them: [end of the address so far, the parameter's rows].
const POOLS = [
  [/^\/api\/acts\/\{id\}\/documents\/$/, 'SELECT id FROM act_document'], [/\/acts\/$/, 'SELECT id FROM act'], [/\/steps\/$/, "SELECT 'message'"],
  [/\/deliveries\/$/, 'SELECT id FROM handed_access UNION SELECT 1'], [/\/patient-access\/$/, 'SELECT id FROM own_access'], [/\/patients\/$/, 'SELECT id FROM patient'], [/staff\/people\/$/, 'SELECT id FROM person'],
  [/\/people\/$/, 'SELECT id FROM person'], [/\/skills\/$/, 'SELECT id FROM person'], [/\/sites\/$|organisations\/$|quotas\/$/, 'SELECT id FROM organisation'], [/staff\/rooms\/$/, 'SELECT id FROM staff_room'],
  [/\/rooms\/$/, 'SELECT id FROM room'], [/\/closings\/$/, 'SELECT id FROM room_closing'], [/\/convention-papers\/$/, 'SELECT id FROM convention_paper'], [/\/convention-documents\/$/, 'SELECT id FROM convention_document'],
  [/\/shifts\/$/, 'SELECT id FROM roster_shift LIMIT 3'], [/\/swaps\/$/, 'SELECT id FROM roster_swap'], [/\/preparations\/$/, 'SELECT id FROM preparation LIMIT 3'], [/\/protocols\/$/, 'SELECT id FROM protocol LIMIT 3'],
  [/staff\/items\/$/, 'SELECT id FROM staff_item'], [/staff\/documents\/$/, 'SELECT id FROM staff_document'], [/staff\/procedures\/$/, 'SELECT id FROM staff_procedure'], [/staff\/equipment\/$/, 'SELECT id FROM staff_equipment'],
  [/\/warnings\/$/, 'SELECT id FROM staff_warning'], [/\/checks\/$/, 'SELECT id FROM display_check'], [/\/meetings\/$/, 'SELECT id FROM staff_meeting'], [/\/peers\/$/, 'SELECT id FROM peer LIMIT 2'], [/\/certificates\/$/, 'SELECT id FROM peer_certificate'],
  [/\/report-aids\/$/, 'SELECT id FROM report_aid'], [/\/hangings\/$/, 'SELECT id FROM hanging'], [/\/corrections\/$/, 'SELECT id FROM correction'], [/\/merges\/$/, 'SELECT id FROM patient_merge'], [/\/asides\/$/, 'SELECT id FROM instance_aside'],
  [/\/deletions\/$/, 'SELECT id FROM deletion'], [/\/purges\/$/, 'SELECT id FROM purge_proposal'], [/\/items\/$/, 'SELECT id FROM purge_item'], [/\/holds\/$/, 'SELECT id FROM retention_hold'], [/\/sends\/$/, 'SELECT id FROM archive_send'],
  [/\/recoveries\/$/, 'SELECT id FROM account_recovery'], [/\/rights\/$/, 'SELECT id FROM organisation'], [/\/security-incidents\/$/, 'SELECT id FROM security_incident'], [/\/emergency-access\/$/, 'SELECT id FROM emergency_access'], [/\/imports\/$/, 'SELECT id FROM import'], [/\/exports\/$/, 'SELECT id FROM export'], [/\/fetches\/$/, 'SELECT id FROM remote_fetch'], [/passkeys\/$/, 'SELECT id FROM passkey'], [/sessions\/$/, `SELECT id FROM session WHERE person_id NOT IN (SELECT id FROM person WHERE login IN ('nobody', 'etrangere'))`],
  [/api\/archive\/studies\/$/, 'SELECT uid FROM study UNION ALL SELECT id FROM study'], [/\/studies\/$/, 'SELECT uid FROM study'], [/\/api\/patient\/acts\/\{id\}\/series\/$/, 'SELECT id FROM series LIMIT 1'], [/\/series\/$/, 'SELECT uid FROM series LIMIT 1'],
  [/\/instances\/$|\/versions\/$/, 'SELECT uid FROM instance LIMIT 1'], [/\/(frames|images|item|n)\/$/, "SELECT '1'"], [/bulkdata\/.*$/, "SELECT '7FE00010'"],
];
// All addresses of a pattern, with real objects; at most 'most'. Nothing of the kind there: one that nobody has.
function addresses(pattern, most = 12) {
  let found = [''];
  let so_far = '';
  for (const part of pattern.split(/(\{[^}]+\})/)) {
    if (!part.startsWith('{')) { found = found.map((one) => one + part); so_far += part; continue; }
    const pool = POOLS.findIndex(([where]) => where.test(so_far));
    assert.ok(pool >= 0, `${pattern}: which rows may ${part} name? A line of POOLS says it.`);
    pools[pool] ??= ids(POOLS[pool][1]);
    const values = pools[pool].length ? pools[pool] : ['4711'];
    found = found.flatMap((one) => values.map((value) => one + value)).slice(0, most);
    so_far += part;
  }
  return found;
}

before(async () => {
  house = await House.start();
  matrix = JSON.parse(house.run(['permissions', '--json']).stdout).routes;
  exam = await Exam.delivered(house);
  Object.assign(people, { requester: exam.requester, technologist: exam.technologist, imager: exam.imager, 'local-physician': exam.physician });
  for (const [role, login] of Object.entries(LOGINS)) people[role] ??= await house.person(login);
  const admin = people.administrator;

  // what else may be asked for by its id
  const made_here = async (person, method, where, body) => { const a = await person.send(method, where, body); assert.equal(a.status, 200, `${where}: ${a.bytes}`); return a.json; };
  const group = (await admin.get('/api/organisations')).json.organisations.find((one) => one.kind === 'imaging');
  await made_here(exam.imager, 'POST', '/api/exports', { parts: [{ study_uid: rows('SELECT uid FROM study')[0].uid }], purpose: 'second-opinion' });
  await made_here(exam.technologist, 'POST', '/api/imports', { patient_id: exam.patient.id, origin: 'CD' });
  await made_here(exam.requester, 'POST', `/api/acts/${exam.id}/documents?name=courrier.pdf`, Buffer.from('%PDF-1.4\n%%EOF\n'));
  await made_here(exam.technologist, 'POST', '/api/staff/documents?name=attestation.pdf', Buffer.from('%PDF-1.4\n%%EOF\n'));
  await made_here(exam.imager, 'POST', '/api/staff/meetings', { organisation_id: group.id, kind: 'rcp', title: 'RCP digestive', held_at_ms: house.now(), chair_id: exam.imager.me.person.id, people: [exam.imager.me.person.id], minutes: '', cases: [] });
  const paper = await exam.technologist.post(`/api/acts/${exam.id}/patient-access`, { holder: 'patient', document: 'id-card' });
  assert.equal(paper.status, 200, String(paper.bytes));
  const holder = new Person(house, 'nobody');
  assert.equal((await holder.post('/api/patient/activate', { code: paper.json.code, birth_name: exam.patient.birth_name, birth_date: exam.patient.birth_date, passkey: false })).status, 200);
  holder.login = paper.json.login;
  people.patient = await enrol(holder, '');
  assert.equal((await people.patient.get('/api/patient')).status, 200);

  people.nobody = new Person(house, 'nobody');
  people.half = new Person(house, 'secretaire');
  assert.equal((await people.half.post('/api/sign-in/password', { login: 'secretaire', password: PASSWORD })).status, 200);
  await people.half.refresh();

  // somebody of a house that has no part in anything here, with every role but those that serve the whole platform
  const org = await admin.post('/api/organisations', { name: 'Clinique d’ailleurs', kind: 'site', finess: '990000061', city: 'Ailleurs', time_zone: 'Europe/Paris' });
  assert.equal(org.status, 200, String(org.bytes));
  const made = await admin.post('/api/people', { login: 'etrangere', title: 'Dr', family: 'Étrangère', given: 'Ève', rpps: '', profession: 'physician', speciality: '', phone: '', email: '',
    memberships: [{ organisation_id: org.json.id, roles: Object.keys(LOGINS).filter((role) => !['pacs-admin', 'administrator'].includes(role)) }] });
  assert.equal(made.status, 200, String(made.bytes));
  stranger = await enrol(new Person(house, 'etrangere'), made.json.one_time_password);
  pools = [];
});
after(async () => { await house?.close(); });

// The edge asks before it lets an upload in, and passes on the number of the refusal alone.
const UPLOAD = /^\/dicom-web\/studies(\/\{study\})?$|\/files$/;
// The edge holds back who knocks at these too often, whoever it is: a few ask, and wait.
const KNOCKING = /^\/api\/(sign-in\/|patient\/activate|handed-report)/, KNOCK = ['nobody', 'half', 'patient'];

test('X2 O9 every route as every role, as nobody, with one factor only and as a patient: who may pass the gate is who stands in the matrix', async () => {
  const faults = [];
  let asked = 0;
  assert.equal((await people.technologist.get('/api/may-upload')).status, 404, 'asked by the edge alone');
  await Promise.all(Object.entries(people).map(async ([role, person]) => {
    for (const route of matrix) {
      const knocking = KNOCKING.test(route.path), upload = route.method === 'POST' && UPLOAD.test(route.path);
      if (route.path === '/api/may-upload' || (knocking && !KNOCK.includes(role))) continue;
      const [address] = addresses(route.path, 1);
      const reads = ['GET', 'OPTIONS'].includes(route.method);
      // what would change something comes from another page: who may pass meets the next question of the gate, and nothing is changed
      const headers = { 'Accept-Language': 'en', ...(reads || upload ? {} : { Origin: 'https://elsewhere.example' }) };
      const ask = () => person.send(route.method, address, !reads && route.body ? {} : undefined, headers);
      let a = await ask();
      for (let left = 20; knocking && a.status === 429 && left; left -= 1) { await sleep(300); a = await ask(); }
      const text = a.json?.error?.text ?? '', may = route.who.includes(role);
      const passed = ![0, 401].includes(a.status) && !GATE.test(text) && (!upload || a.status !== 403 || text !== '');
      asked += 1;
      if (passed !== may || (!may && ![401, 403].includes(a.status))) faults.push(`${role} ${route.method} ${address}: ${a.status} ${text}, ${may ? 'may' : 'may not'}`);
    }
  }));
  assert.deepEqual(faults, []);
  assert.ok(asked > 3500, `${asked} questions`);
});

// What is sent is in order as far as one body can be for all: the refusal is of the person, not of the form.
const body = () => ({ organisation_id: exam.site.id, person_id: 1, role: 'technologist', skills: [], content: {}, version: 0, from_ms: house.now() + 3600000, to_ms: house.now() + 7200000, kind: 'training', reason: 'Essai', text: 'Essai', images: [],
  act_id: exam.id, sha256: '0'.repeat(64), yes: true, title: 'Essai', label: 'Essai', issued_on: '2026-01-01', data: { text: 'Essai' } });
// Of no patient and no person: the library of protocols and sheets that every site may read once approved (docs/decisions/0107-one-library.md).
const LIBRARY = /^\/api\/(protocols|preparations)\/\{id\}$/;

test('X2 S2 L9 whatever id somebody of another organisation asks for, nothing of it is told and nothing is done', async () => {
  const faults = [];
  const before = kept();
  for (const route of matrix.filter((one) => one.path.includes('{')))
    for (const address of addresses(route.path)) {
      const a = await stranger.send(route.method, address, route.method === 'GET' || !route.body ? undefined : body(), { 'Accept-Language': 'en' });
      const nothing = a.status === 200 && String(a.bytes) === '[]', own = address.endsWith(`/people/${stranger.me.person.id}`);
      if (a.status >= 500 || (a.status < 400 && !nothing && !own && !LIBRARY.test(route.path))) faults.push(`${route.method} ${address}: ${a.status} ${String(a.bytes).slice(0, 160)}`);
      if (/DUPONT|MARTIN|NGUYEN/i.test(String(a.bytes)) && !LIBRARY.test(route.path)) faults.push(`${route.method} ${address}: a name is told`);
    }
  assert.deepEqual(faults, []);
  assert.equal(kept(), before);
});
