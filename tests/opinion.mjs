// The steps of a tele-expertise, so that stories read as stories.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { REPORT } from './exam.mjs';

export const QUESTION = { question: 'Cette lésion hépatique demande-t-elle une IRM ?', context: 'Femme de 68 ans, douleur de l’hypochondre droit, bilan biologique normal.', pathway: 'coordinated', treating_physician: { name: 'Dr Anne PERRIN', rpps: '' } };
export const ITEMS = ['image-quality', 'earlier-images', 'identity', 'medical-information'];
// A separate answer, with the digest of what is signed.
export const separately = (results, conclusion) => ({ results, conclusion, sha256: crypto.createHash('sha256').update(`${results}\n${conclusion}`).digest('hex') });

export class Opinion {
  // 'series': of this patient, as an act chooses them; none: asked before any exam.
  static async open({ house, requester, patient, site, imaging_id, series = [], priority = 'urgent', modality = 'CT' }) {
    const o = Object.assign(new Opinion(), { house, requester, series });
    const made = await requester.post('/api/acts', { kind: 'tele-expertise', patient_id: patient.id, requester_org_id: site.id, site_id: site.id, imaging_id, modality, priority, region: 'Foie' });
    assert.equal(made.status, 200, String(made.bytes));
    o.id = made.json.id;
    o.number = made.json.number;
    return o;
  }
  async ok(person, step, data) {
    const a = await person.step(this.id, step, data);
    assert.equal(a.status, 200, `${step}: ${a.status} ${a.bytes}`);
    return a.json;
  }
  async refused(person, step, data, status, ...codes) {
    const before = await this.act();
    const a = await person.step(this.id, step, data);
    assert.equal(a.status, status, `${step}: ${a.status} ${a.bytes}`);
    for (const code of codes) assert.ok((a.json.error.missing ?? []).some((m) => m.code === code), `${step}: ${code} named in ${a.bytes}`);
    assert.equal((await this.act()).state, before.state);
    return a.json.error;
  }
  async act(person = this.requester) { return (await person.get(`/api/acts/${this.id}`)).json; }
  async consent() {
    await this.ok(this.requester, 'record-information', { version: 'Note d’information 2026-1', language: 'fr' });
    await this.ok(this.requester, 'record-consent', { subject: 'act', how: 'oral' });
  }
  async ask(experts, mode = 'joint', request = QUESTION) {
    await this.consent();
    await this.ok(this.requester, 'edit-request', request);
    await this.ok(this.requester, 'choose-images', this.series.length ? { series: this.series } : { series: [], none_reason: 'Avis avant tout examen.' });
    await this.ok(this.requester, 'invite-experts', { experts: experts.map((one) => one.me.person.id), mode });
    return this.ok(this.requester, 'send');
  }
  async check(person) { for (const item of ITEMS) await this.ok(person, 'check-item', { item, verdict: 'sufficient' }); }
  async write(person, content = {}) {
    const last = (await person.get(`/api/acts/${this.id}/report`)).json;
    const saved = await person.put(`/api/acts/${this.id}/report`, { revision: last.revision, content: { ...REPORT, technique: '', ...content } });
    assert.equal(saved.status, 200, String(saved.bytes));
    return saved.json;
  }
  async proof(person, step, data) {
    await this.house.advance(person, 31000);
    return person.step(this.id, step, { ...data, proof: { kind: 'totp', code: person.code() } });
  }
  async proved(person, step, data) {
    const a = await this.proof(person, step, data);
    assert.equal(a.status, 200, `${step}: ${a.bytes}`);
  }
  async sign(person, content) {
    const draft = await this.write(person, content);
    return this.proved(person, 'sign', { revision: draft.revision, sha256: draft.sha256 });
  }
  // Waits until the act, as its requester sees it, fulfils 'look'.
  async when(look, what) {
    let act;
    for (const end = Date.now() + 15000; Date.now() < end; await new Promise((done) => setTimeout(done, 100))) {
      act = await this.act();
      if (look(act)) return act;
    }
    return assert.fail(`never ${what}: ${act.state}`);
  }
  async until(state) { return this.when((act) => act.state === state, state); }
}
