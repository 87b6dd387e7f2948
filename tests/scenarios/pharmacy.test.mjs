// The pharmacy prepares what will be given: on prescription, released by a pharmacist, compared with what is given. Each rule allowed and refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam, VERDICT } from '../exam.mjs';

let house, e, pharmacist, preparer;
before(async () => {
  house = await House.start();
  e = await Exam.open(house);
  [pharmacist, preparer] = [await house.person('pharmacien'), await house.person('preparateur')];
  await e.ask();
  await e.accept({ ...VERDICT, protocol: { ...VERDICT.protocol, name: 'Abdomen-pelvis injecté', injection: 'contrast' } });
  await e.plan();
});
after(async () => { await house?.close(); });

const HOUR = 3600000;
const doses = async () => (await e.technologist.get(`/api/acts/${e.id}`)).json.facts.prepared_doses ?? [];
const tasks = async (person) => JSON.stringify((await person.get('/api/home')).json);
const dose = (extra = {}) => ({ prescription_id: e.prescription, kind: 'contrast', product: 'Ioméprol 400', batch: 'B1224', dose: 90, unit: 'ml', expires_at_ms: house.now() + 6 * HOUR, ...extra });
const given = (extra = {}) => ({ prescription_id: e.prescription, kind: 'contrast', product: 'Ioméprol 400', batch: 'B1224', dose: 90, unit: 'ml', route: 'intravenous', given_at_ms: house.now(), ...extra });

test('S5 S4 L2 the pharmacy prepares on prescription; a technician’s dose waits for a pharmacist', async () => {
  assert.match(await tasks(preparer), /prepare-injection/);
  await e.refused(preparer, 'prepare-dose', dose({ prescription_id: 1 }), 409, 'prescription');
  e.prescription = (await e.ok(e.imager, 'prescribe', { kind: 'contrast', text: 'Ioméprol 400, 90 ml IV' })).facts.prescriptions[0].id;
  assert.match(await tasks(preparer), /prepare-drug/);
  await e.refused(e.technologist, 'prepare-dose', dose(), 403);
  await e.refused(preparer, 'prepare-dose', dose({ expires_at_ms: house.now() - HOUR }), 409, 'expiry');
  await e.ok(preparer, 'prepare-dose', dose());
  const [one] = await doses();
  assert.equal(one.released, undefined);
  assert.doesNotMatch(await tasks(preparer), /prepare-injection|prepare-drug/, 'prepared: nothing more to prepare');
  assert.match(await tasks(pharmacist), /release-dose/);
  await e.refused(preparer, 'release-dose', { id: one.id }, 403);
});

test('L2 S4 what is given names the dose, released, of the same batch and no more than was prepared, or says why', async () => {
  const [one] = await doses();
  await e.consent(); await e.prepare();
  await e.ok(e.physician, 'confirm-local-presence');
  await e.start();
  await e.refused(e.technologist, 'give-drug', given(), 409, 'prepared');
  await e.refused(e.technologist, 'give-drug', given({ prepared_id: one.id }), 409, 'prepared-released');
  await e.ok(pharmacist, 'release-dose', { id: one.id });
  await e.refused(pharmacist, 'release-dose', { id: one.id }, 409, 'to-release');
  await e.refused(e.technologist, 'give-drug', given({ prepared_id: one.id, batch: 'B9999' }), 409, 'prepared-batch');
  await e.refused(e.technologist, 'give-drug', given({ prepared_id: one.id, dose: 120 }), 409, 'prepared-amount');
  const act = await e.ok(e.technologist, 'give-drug', given({ prepared_id: one.id }));
  assert.equal(act.facts.prepared_doses[0].given.by.name, e.technologist.me.person.name);
  await e.refused(pharmacist, 'set-dose-aside', { id: one.id, reason: 'Trop tard' }, 409, 'prepared');
});

test('L2 a dose that is not given is set aside with its reason; a pharmacist who prepares answers for it at once', async () => {
  await e.ok(pharmacist, 'prepare-dose', dose({ batch: 'B1225' }));
  const two = (await doses())[1];
  assert.equal(two.released.by.name, pharmacist.me.person.name);
  const other = await e.ok(e.technologist, 'give-drug', given({ batch: 'B7', difference_reason: 'Flacon de secours, seringue tombée' }));
  assert.equal(other.facts.drugs[1].difference_reason, 'Flacon de secours, seringue tombée');
  await e.refused(pharmacist, 'set-dose-aside', { id: two.id }, 409);
  await e.ok(pharmacist, 'set-dose-aside', { id: two.id, reason: 'Non utilisée, éliminée' });
  assert.equal((await doses())[1].set_aside.reason, 'Non utilisée, éliminée');
});
