// Lists and searches of acts with 100,000 of them in the house, of 5,000 patients: the pages' own requests through the edge, p50 and p95. One act of the demonstration is copied.
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { House } from '../tests/house.mjs';
import { Exam } from '../tests/exam.mjs';

const ACTS = Number(process.env.BENCH_ACTS ?? 100000), TIMES = 40, PATIENTS = 5000;
const house = await House.start();
try {
  const exam = await Exam.open(house);
  await exam.consent();
  await exam.ask();
  const sql = `PRAGMA foreign_keys=OFF;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${PATIENTS})
    INSERT INTO patient (id, ipp, birth_name, first_given, given_names, birth_date, sex, ins_value, ins_oid, status, organisation_id, created_at_s, birth_name_key, first_given_key)
    SELECT 1000000 + i, 'IPP-C' || i, 'ESSAI' || i, 'MARIN', 'MARIN', birth_date, sex, printf('1%014d', i), '1.2.250.1.213.1.4.10', 'QUAL', organisation_id, created_at_s, 'essai' || i, 'marin' FROM patient, n WHERE patient.id = ${exam.patient.id};
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ACTS})
    INSERT INTO act (number, kind, state, version, patient_id, requester_org_id, site_id, imaging_id, modality, priority, region, convention_id, requester_id, imager_id,
                     technologist_id, reader_id, created_at_ms, asked_at_ms, deadline_what, deadline_at_ms, slot_start_ms, slot_room_id, accession, study_uid, sps_id, facts, last_seq, last_hash)
    SELECT 'C' || i, kind, CASE WHEN i % 50 = 0 THEN 'asked' WHEN i % 50 = 1 THEN 'delivered' ELSE 'closed' END, version, 1000001 + i % ${PATIENTS}, requester_org_id, site_id, imaging_id, modality, priority,
           region, convention_id, requester_id, imager_id, technologist_id, reader_id, created_at_ms - i * 1000, asked_at_ms, CASE WHEN i % 50 < 2 THEN 'verdict' END,
           CASE WHEN i % 50 < 2 THEN deadline_at_ms + i * 1000 END, NULL, NULL, NULL, NULL, NULL, facts, last_seq, last_hash FROM act, n WHERE act.id = ${exam.id};
    INSERT INTO access_grant (organisation_id, patient_id, act_id, opened_at_s, why)
    SELECT access_grant.organisation_id, act.patient_id, act.id, access_grant.opened_at_s, access_grant.why FROM act JOIN access_grant ON access_grant.act_id = ${exam.id} WHERE act.number LIKE 'C%';`;
  const made = spawnSync('sqlite3', ['-cmd', '.timeout 60000', path.join(house.data, 'beclere.db'), sql], { encoding: 'utf8' });
  if (made.status) throw new Error(made.stderr);
  console.log(`acts: ${ACTS}`);
  for (const [who, name, query] of [[exam.imager, 'imager, active', 'view=imaging&state=asked,info-asked,validated,planned,running,gone,released,left'], [exam.imager, 'imager, signed', 'view=imaging&state=signed,delivered,acknowledged,closed'],
    [exam.requester, 'requester, current', 'view=requests&state=draft,asked,info-asked,validated,planned,running,gone,released,left,signed'], [exam.requester, 'requester, closed', 'view=requests&state=closed'],
    [exam.technologist, 'site, coming', 'view=site&state=asked,info-asked'], [exam.imager, 'imager, by number', 'view=imaging&q=c4242'], [exam.imager, 'imager, by name', 'view=imaging&q=essai123'], [exam.imager, 'imager, common name', 'view=imaging&q=marin'], [exam.requester, 'requester, by INS', 'view=requests&q=100000000001234'], [exam.requester, 'requester, by number', 'view=all&q=c99999'], [exam.imager, 'all', 'view=all']]) {
    const took = [];
    let count = 0;
    for (let i = 0; i < TIMES; i++) {
      const start = performance.now();
      const a = await who.get(`/api/acts?${query}&limit=100&counts=1`);
      took.push(performance.now() - start);
      if (!a.json?.acts) throw new Error(`${name}: ${a.status} ${a.bytes}`);
      count = a.json.acts.length;
    }
    took.sort((a, b) => a - b);
    console.log(`${name.padEnd(22)} ${String(count).padStart(4)} acts  p50 ${took[TIMES / 2].toFixed(0)} ms  p95 ${took[Math.floor(TIMES * 0.95)].toFixed(0)} ms`);
  }
} finally {
  await house.close();
}
