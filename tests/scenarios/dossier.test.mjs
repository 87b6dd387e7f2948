// The proof file of an act: complete, sealed, verified by the program and by a script without it; one byte altered is seen.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, ROOT } from '../house.mjs';
import { Exam } from '../exam.mjs';

let house, exam, folder, key, dossier;
const program = (...args) => spawnSync(path.join(house.data, 'program', 'beclere'), args, { encoding: 'utf8', env: { ...process.env, LANG: 'en' } });
const script = (place, trusted) => spawnSync('python3', [path.join(ROOT, 'tools', 'verify-dossier.py'), place, trusted], { encoding: 'utf8' });

before(async () => {
  house = await House.start();
  exam = await Exam.delivered(house);
  folder = path.join(house.data, 'dossier');
  key = path.join(house.data, 'published.pub');
});
after(async () => { await house?.close(); });

test('X4 the proof file holds steps, people, convention, consents, images, report and trace, and is sealed', async () => {
  const zip = await exam.imager.get(`/api/acts/${exam.id}/dossier.zip`);
  assert.equal(zip.status, 200, String(zip.bytes).slice(0, 300));
  fs.writeFileSync(`${folder}.zip`, zip.bytes);
  assert.equal(spawnSync('python3', ['-m', 'zipfile', '-e', `${folder}.zip`, folder]).status, 0);
  fs.writeFileSync(key, (await exam.imager.get('/api/dossier-key')).bytes);
  dossier = JSON.parse(fs.readFileSync(path.join(folder, 'dossier.json')));
  assert.deepEqual(dossier.events.map((e) => e.seq), dossier.events.map((_, i) => i + 1));
  for (const step of ['create', 'send', 'accept', 'plan', 'start', 'release', 'sign', 'deliver']) assert.ok(dossier.events.some((e) => e.step === step), step);
  assert.ok(dossier.people.some((p) => p.rpps && p.role === 'imager'));
  assert.ok(dossier.conventions[0].sections.scope && dossier.convention_parties.every((p) => p.signed_at_ms));
  assert.ok(dossier.facts.consent_act && dossier.facts.consent_distance);
  assert.equal(dossier.images.length, 130, 'all images and the report’s own object');
  assert.match(dossier.images[0].sha256, /^[0-9a-f]{64}$/);
  assert.equal(dossier.report.sha256, dossier.facts.signature.sha256);
  assert.ok(dossier.trace.some((line) => line.what === 'step sign'));
  const pdf = spawnSync('pdftotext', ['-layout', path.join(folder, 'dossier.pdf'), '-'], { encoding: 'utf8' }).stdout;
  for (const words of [/Dossier de preuve/, /DUPONT-MOREAU/, /Dr Jeanne MARTIN/, /Signer le compte rendu/, /ORBE-TELE-1/, /Consentement à l’acte/]) assert.match(pdf, words);
  const flat = pdf.replace(/\s+/g, ' ');
  for (const [part, one] of Object.entries(dossier.organisations)) {
    assert.ok(one.address && one.phone && flat.includes(one.phone), `${part}: ${one.phone}`);
    assert.ok(flat.includes(one.address.split(', ')[0]), `${part}: ${one.address}`);
  }
  assert.match(pdf, /mot de passe,/);
  assert.match(pdf, /né le 02\/11\/1971/, 'of a man');
  assert.match(pdf, /Créer la demande/);
  assert.match(flat, /Image reçue \(\d+ fois/);
  assert.ok((pdf.match(/Image reçue/g) ?? []).length < 10, 'images that follow one another are one line');
  assert.doesNotMatch(pdf, /\bdimse\b|system:|peer:/);
  assert.doesNotMatch(pdf, /password|\btotp\b|\bPROV\b|\bQUAL\b|1985-03-14/, 'people read words, not codes');
  assert.doesNotMatch(pdf, /\bimageur\b(?=\s+(?:fait|refusé))/, 'who looked is a name, not a login');
});

test('X4 the program and the script both find it whole', () => {
  const ours = program('verify', '--dossier', folder, '--key', key);
  assert.equal(ours.status, 0, ours.stdout + ours.stderr);
  assert.match(ours.stdout, new RegExp(`${exam.number}: sealed, ${dossier.events.length} steps, whole`));
  for (const place of [folder, `${folder}.zip`]) {
    const theirs = script(place, key);
    assert.equal(theirs.status, 0, theirs.stdout + theirs.stderr);
    assert.match(theirs.stdout, /whole/);
  }
});

test('X4 one byte altered, another key or a missing step are refused by both', () => {
  const altered = path.join(house.data, 'altered');
  fs.cpSync(folder, altered, { recursive: true });
  const json = fs.readFileSync(path.join(altered, 'dossier.json'), 'utf8');
  fs.writeFileSync(path.join(altered, 'dossier.json'), json.replace('DUPONT', 'DURAND'));
  for (const r of [program('verify', '--dossier', altered, '--key', key), script(altered, key)]) {
    assert.notEqual(r.status, 0);
    assert.match(r.stdout + r.stderr, /not signed by this key|NOT SEALED|ne correspond pas/);
  }
  const other = path.join(house.data, 'other.pub');
  const pem = spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519'], { encoding: 'utf8' }).stdout;
  fs.writeFileSync(other, spawnSync('openssl', ['pkey', '-pubout'], { input: pem, encoding: 'utf8' }).stdout);
  for (const r of [program('verify', '--dossier', folder, '--key', other), script(folder, other)]) assert.notEqual(r.status, 0);

  // Sealed by a key that is trusted, but with a step left out: the chain tells.
  const forged = path.join(house.data, 'forged');
  fs.cpSync(folder, forged, { recursive: true });
  const lie = JSON.parse(json);
  lie.events.splice(4, 1);
  const text = JSON.stringify(lie);
  fs.writeFileSync(path.join(forged, 'dossier.json'), text);
  const secret = path.join(house.data, 'forger.key');
  fs.writeFileSync(secret, pem);
  const digest = spawnSync('openssl', ['dgst', '-sha256', '-r'], { input: text, encoding: 'utf8' }).stdout.slice(0, 64);
  const said = path.join(house.data, 'said');
  fs.writeFileSync(said, `beclere-dossier-1\n${digest}`);
  const seal = spawnSync('openssl', ['pkeyutl', '-sign', '-inkey', secret, '-rawin', '-in', said]).stdout;
  fs.writeFileSync(path.join(forged, 'dossier.json.sig'), `ed25519 ${seal.toString('hex')}\n`);
  for (const r of [program('verify', '--dossier', forged, '--key', other), script(forged, other)]) {
    assert.notEqual(r.status, 0);
    assert.match(r.stdout + r.stderr, /broken at|BROKEN at/i);
  }
});

test('X4 X2 somebody who has no part in the act gets none; the export is in the trace', async () => {
  const stranger = await house.person('demandeur2');
  assert.equal((await stranger.get(`/api/acts/${exam.id}/dossier.zip`)).status, 404);
  const quality = await house.person('qualite');
  const { lines } = (await quality.get(`/api/audit?act=${exam.id}`)).json;
  assert.ok(lines.some((line) => line.event === 'export' && line.outcome === 'ok' && /dossier/.test(line.what)), JSON.stringify(lines.slice(0, 3)));
});
