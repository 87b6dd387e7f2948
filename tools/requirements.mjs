#!/usr/bin/env node
// Which step, rule, file, page and test answers which requirement: read from the code, written to docs/requirements.md.
// node tools/requirements.mjs writes it; --check says what is missing or out of date and ends with 1. SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.join(path.dirname(new URL(import.meta.url).pathname), '..');
const TITLES = {
  S1: 'Radiology and diagnostic nuclear medicine', S2: 'Access wherever the patient is; several organisations', S3: 'Conventions', S4: 'Every profession', S5: 'Practitioners’ and rooms’ files', S6: 'Telemedicine law (annex)', S7: 'Care pathway, treating physician',
  O1: 'Medical project', O2: 'Roster, somebody on duty', O3: 'Rooms and equipment', O4: 'Technical quality', O5: 'Trainings assessed', O6: 'Procedures signed, meetings, knowledge checked', O7: 'Indicators', O8: 'Data protection', O9: 'Authentication and traces', O10: 'Secure links', O11: 'Maintenance, degraded mode',
  E1: 'Synchronous, imager present', E2: 'The patient’s interest', E3: 'Information and consents', E4: 'Relevance by both', E5: 'The request', E6: 'Two verdicts', E7: 'Exchange', E8: 'Refusal with its reason', E9: 'Suitable care offered', E10: 'Delay and slot', E11: 'Radiation protection', E12: 'Communication', E13: 'Imager talks to the team', E14: 'Imager talks to the patient', E15: 'Identity', E16: 'Two factors', E17: 'Supervision', E18: 'Quality before departure', E19: 'Protocols', E20: 'Technologist talks', E21: 'Incidents told to both', E22: 'Images counted', E23: 'Local physician', E24: 'Nuclear physician on site', E25: 'Interpretation', E26: 'Urgent results', E27: 'Announcing', E28: 'Not interpretable', E29: 'The report', E30: 'Archive, site’s confirmation', E31: 'Deliveries', E32: 'Imager available', E33: 'Follow-up', E34: 'The patient’s access', E35: 'Patient’s record and DMP',
  T1: 'Asking an expert', T2: 'Checks', T3: 'Refusal', T4: 'Agreed delay', T5: 'The answer', T6: 'Deliveries', T7: 'The patient’s access',
  L1: 'Radiation-protection training', L2: 'Radiopharmaceuticals', L3: 'The performer decides', L4: 'Five items', L5: 'Technologists’ acts', L6: 'Dose in the report', L7: 'Kinds of act', L8: 'Consent, objection', L9: 'Access opens and closes', L10: 'Entry of each professional', L11: 'Training', L12: 'Interoperability references', L13: 'Nuclear activities, workers', L14: 'Charter of teleradiology',
  X1: 'Sign-in', X2: 'Habilitations', X3: 'Trace', X4: 'Proof file', X5: 'Nothing acknowledged is lost', X6: 'French first, accessible', X7: 'Incidents and breaches',
};
const IDS = Object.keys(TITLES);
// Those that must not be missing (sections 0, 2, 3, 4 and the named rows of 1 and 5).
const WANTED = IDS.filter((id) => /^[SETL]/.test(id) || ['O1', 'O2', 'O3', 'O5', 'O6', 'X4'].includes(id)).filter((id) => !['L12', 'L14', 'S6'].includes(id));
const idsIn = (text) => new Set([...text.matchAll(/\b([SOETLX]\d{1,2})\b/g)].map((found) => found[1]).filter((id) => id in TITLES).concat(/R\.1333-53/.test(text) ? ['L4'] : [], /R\.6316-1\b/.test(text) ? ['L7'] : []));

function files(folder, endings) {
  return fs.readdirSync(path.join(ROOT, folder), { recursive: true }).map((name) => path.join(folder, String(name)))
    .filter((name) => endings.some((end) => name.endsWith(end)) && !/node_modules|\/dist\//.test(name)).sort();
}
const read = (name) => fs.readFileSync(path.join(ROOT, name), 'utf8');
const found = Object.fromEntries(IDS.map((id) => [id, { steps: new Set(), rules: new Set(), server: new Set(), pages: new Set(), tests: new Set() }]));
const add = (ids, what, value) => { for (const id of ids) found[id][what].add(value); };

for (const name of files('server', ['.c', '.h'])) {
  const text = read(name);
  const head = text.slice(0, text.indexOf('*/') + 2);
  add(idsIn(head), 'server', name.replace('server/', ''));
  if (/chapter_\w+\.c$/.test(name)) {
    for (const [, why, step] of text.matchAll(/^\s*\{ "([^"]*)", [^"\n]*?"([a-z-]+)", /gm)) add(idsIn(why), 'steps', step);
  }
  for (const [, code, why] of text.matchAll(/\{ \{ "([a-z0-9-]+)", "([^"]*)",/g)) add(idsIn(why), 'rules', code);
  for (const [, code, why] of text.matchAll(/missing_add\([^;]*?"([a-z0-9-]+)",[^;]*?"([^"]*)"\)/g)) add(idsIn(why), 'rules', code);
}
for (const name of files('ui/src', ['.tsx', '.ts'])) {
  const text = read(name);
  const head = text.slice(0, Math.max(0, text.indexOf('*/')) + 2);
  const whys = [...text.matchAll(/why[=:]\s*["']([^"']*)["']/g)].map((one) => one[1]).join(' ');
  add(idsIn(`${head} ${whys}`), 'pages', name.replace('ui/src/', ''));
}
for (const name of [...files('tests/scenarios', ['.test.mjs']), ...files('tests/browser', ['.test.mjs'])])
  for (const [, title] of read(name).matchAll(/\b(?:test|story)\(\s*[`'"]([^`'"\n]*)/g)) add(idsIn(title), 'tests', `${name.replace('tests/', '')}: ${title}`);
for (const name of files('tests/unit', ['.c']))
  for (const [, title, why] of read(name).matchAll(/^static void (\w+)\([^)]*\)(?:\s*\/\* ([^*]*) \*\/)?/gm)) if (why) add(idsIn(why), 'tests', `${name.replace('tests/', '')}: ${title}`);

const most = (set, n) => { const all = [...set]; return all.slice(0, n).join('<br>') + (all.length > n ? `<br>and ${all.length - n} more` : ''); };
const code = (set) => [...set].map((one) => `\`${one}\``).join(' ');
const lines = ['# Which requirement is answered where', '', 'Generated from the code by `node tools/requirements.mjs`: step tables, conditions, heads of files, marks on the pages, names of tests. A row says where to look, not that all is done.', '',
  '| id | what | steps (`POST /api/acts/{id}/steps/…`) | conditions | server | pages | tests |', '|---|---|---|---|---|---|---|',
  ...IDS.map((id) => { const f = found[id]; return `| ${id} | ${TITLES[id]} | ${code(f.steps)} | ${code(f.rules)} | ${most(f.server, 8)} | ${most(f.pages, 8)} | ${most(f.tests, 6)} |`; }), ''].join('\n');
const out = path.join(ROOT, 'docs', 'requirements.md');
if (process.argv.includes('--check')) {
  const faults = WANTED.flatMap((id) => [
    ...(found[id].steps.size + found[id].rules.size + found[id].server.size ? [] : [`${id}: nothing on the server names it`]),
    ...(found[id].tests.size ? [] : [`${id}: no test is named after it`]),
  ]);
  if (!fs.existsSync(out) || read('docs/requirements.md') !== lines) faults.push('docs/requirements.md is not what the code says: node tools/requirements.mjs');
  for (const fault of faults) console.log(fault);
  process.exit(faults.length ? 1 : 0);
}
fs.writeFileSync(out, lines);
