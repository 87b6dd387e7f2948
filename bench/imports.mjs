// A disc of thousands of files, as the page sends it: known files asked for, each file sent by four at a time, then attached; time and memory.
// SPDX-License-Identifier: Apache-2.0
import crypto from 'node:crypto';
import { say } from './common.mjs';
import { pss } from './memory.mjs';
import { folder } from '../tests/dicom.mjs';
import { makeObject } from '../tests/dimse.mjs';
import fs from 'node:fs';

const FILES = Number(process.env.BENCH_IMPORT_FILES ?? 5000), SENDERS = 4, ASKED = 500, PAD = 24 << 10, SMALL = 64; // bytes of pixels: of one file, and of what makeObject makes

// The same object under another UID of the same length, so that nothing is made by a tool 5,000 times.
function copies(house, n) {
  const uid = '1.2.826.0.1.3680043.9.7133.6000000', one = makeObject(folder(house, 'import-bench'), {
    '0008,0018': ['UI', uid], '0020,000d': ['UI', '1.2.826.0.1.3680043.9.7133.60'], '0020,000e': ['UI', '1.2.826.0.1.3680043.9.7133.61'], '0010,0010': ['PN', 'DUPONT-MOREAU^JEAN-BAPTISTE'],
    '0010,0030': ['DA', '19711102'], '0010,0040': ['CS', 'M'], '0010,0020': ['LO', 'H77'], '0028,0010': ['US', '128'], '0028,0011': ['US', '192'] });
  const small = fs.readFileSync(one.file), bytes = Buffer.concat([small.subarray(0, small.length - SMALL), Buffer.alloc(PAD, 7)]), places = [];
  bytes.writeUInt32LE(PAD, small.length - SMALL - 4); // the pixels are the last element, in explicit VR
  for (let at = bytes.indexOf(uid); at >= 0; at = bytes.indexOf(uid, at + 1)) places.push(at + uid.length - 6);
  return Array.from({ length: n }, (_, i) => { const b = Buffer.from(bytes); for (const at of places) b.write(String(100000 + i), at, 'latin1'); return { path: `CD/IM${String(i).padStart(6, '0')}`, bytes: b }; });
}

export async function imports(house) {
  const person = await house.person('manip');
  const [patient] = (await person.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
  const files = copies(house, FILES), size = files.reduce((n, f) => n + f.bytes.length, 0);
  const { id } = (await person.post('/api/imports', { patient_id: patient.id, origin: 'bench' })).json;
  const idle = pss(house.process.pid);
  let peak = idle, done = 0;
  const watch = setInterval(() => { peak = Math.max(peak, pss(house.process.pid)); }, 500);
  const began = performance.now();
  for (let at = 0; at < files.length; at += ASKED)
    await person.post(`/api/imports/${id}/known`, { files: files.slice(at, at + ASKED).map((f) => ({ path: f.path, sha256: crypto.createHash('sha256').update(f.bytes).digest('hex'), bytes: f.bytes.length })) });
  const asked = performance.now();
  await Promise.all(Array.from({ length: SENDERS }, async () => {
    while (done < files.length) {
      const f = files[done++];
      const a = await person.send('POST', `/api/imports/${id}/files?path=${encodeURIComponent(f.path)}`, f.bytes, { 'Content-Type': 'application/octet-stream' });
      if (a.status !== 200 || a.json.state !== 'waiting') throw new Error(`${f.path}: ${a.status} ${a.bytes}`);
    }
  }));
  const sent = performance.now();
  const shown = (await person.get(`/api/imports/${id}`)).json;
  const seen = performance.now();
  for (let left = 1; left;) { const a = await person.post(`/api/imports/${id}/studies/${shown.studies[0].study_uid}`, { decision: 'attach', reason: '' }); if (a.status !== 200) throw new Error(`attach: ${a.status} ${a.bytes}`); left = a.json.left; }
  const attached = performance.now();
  clearInterval(watch);
  const rate = (ms) => `${(ms / 1000).toFixed(1)} s (${Math.round(FILES / (ms / 1000))} files/s)`;
  const { counts } = (await person.get(`/api/imports/${id}`)).json;
  if (counts.kept !== FILES) throw new Error(`kept ${JSON.stringify(counts)}`);
  say(`\nImport of ${FILES} files (${(size / 1e6).toFixed(0)} MB) by ${SENDERS} at once: known asked ${rate(asked - began)}, sent and durable ${rate(sent - asked)}, listed ${(seen - sent).toFixed(0)} ms, attached ${rate(attached - seen)};` +
    ` memory (PSS, MB) ${idle.toFixed(0)} before, ${peak.toFixed(0)} at most`);
  return FILES;
}
