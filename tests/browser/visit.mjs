// People at their browsers: one context each, signing in and filling forms as a person does; what went wrong is kept as a picture.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { demoKey, House, PASSWORD, ROOT, totp } from '../house.mjs';

const SHOTS = path.join(ROOT, 'tests', 'browser', 'shots');
const ARGS = ['--no-sandbox', '--disable-gpu-compositing', '--disable-gpu-rasterization', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--ignore-certificate-errors'];
const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE = 20000; // for a condition on a busy machine; a test waits for what it names and no longer
// A connection cut on purpose, and a refusal that the page itself shows, are written to the console by the browser: not faults of the page.
const EXPECTED = [/Failed to load resource/, /WebSocket connection to/, /net::ERR_/, /GL Driver Message/, /GPU stall/];

// A house with its page, a browser, and who came in; 'story' is 'test' with a picture of every page when it fails; later chapters then fail at once.
export class Ward {
  // 'flags': of the browser, beside those every test has
  static async open({ flags = [], ...options } = {}) {
    fs.mkdirSync(SHOTS, { recursive: true });
    const w = new Ward();
    w.house = await House.start({ ui: true, ...options });
    w.browser = await Ward.browse(flags);
    w.visits = [];
    return w;
  }
  static browse(flags = []) { return chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: [...ARGS, ...flags] }); }
  async close() {
    await this.browser?.close();
    await this.house?.close();
  }
  async come(login, options = {}) {
    const v = new Visit(this, login);
    await v.open(options);
    this.visits.push(v);
    return v;
  }
  async signedIn(login, options = {}) {
    const v = await this.come(login, options);
    await v.enter();
    return v;
  }
  story(name, work, { chained = true } = {}) {
    test(name, async (t) => {
      if (chained) assert.equal(this.stopped, undefined, 'the story stopped earlier');
      try {
        await work(t);
        for (const v of this.visits) assert.deepEqual(v.faults, [], `${v.login}: nothing wrong in the console`);
      } catch (error) {
        if (chained) this.stopped = name;
        const slug = name.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40);
        for (const v of this.visits.filter((one) => !one.page.isClosed())) await v.page.screenshot({ path: path.join(SHOTS, `failed-${slug}-${v.login}.png`) }).catch(() => undefined);
        throw error;
      }
    });
  }
  // The scanner, playing while the pages are watched; resolves when it has ended.
  play(number, args = []) {
    const child = spawn(path.join(this.house.data, 'program', 'beclere'), ['demo', 'modality', number, '--config', this.house.config, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const s of [child.stdout, child.stderr]) s.on('data', (d) => { said += d; });
    return new Promise((done, fail) => child.on('exit', (code) => (code === 0 ? done(said) : fail(new Error(`demo modality: ${said}`)))));
  }
}

export class Visit {
  constructor(ward, login) { this.ward = ward; this.login = login; this.key = demoKey(login); this.password = PASSWORD; this.faults = []; }

  async open({ width = 1280, height = 800, permissions = [], certificates } = {}) {
    this.context = await this.ward.browser.newContext({ permissions, clientCertificates: certificates, baseURL: this.ward.house.url, ignoreHTTPSErrors: true, locale: 'fr-FR', timezoneId: 'Europe/Paris', viewport: { width, height }, reducedMotion: 'reduce' });
    this.context.setDefaultTimeout(PATIENCE);
    this.page = await this.context.newPage();
    this.page.on('pageerror', (e) => this.faults.push(String(e)));
    this.page.on('console', (m) => { if (m.type() === 'error' && !EXPECTED.some((one) => one.test(m.text()))) this.faults.push(m.text()); });
  }
  code() { return totp(this.key, this.ward.house.now()); }
  // One that has not served yet: waits for the next when it must.
  async freshCode() {
    await this.ward.house.newCode(this.login);
    return this.code();
  }

  // Signed in by the API, then the first page: for stories that are about something else than signing in.
  async enter() {
    const person = await this.ward.house.person(this.login);
    await this.context.addCookies([...person.cookies].map(([name, value]) => ({ name, value, url: this.ward.house.url, secure: true, httpOnly: true, sameSite: 'Strict' })));
    await this.page.goto('/');
    await this.arrived();
  }
  async signIn() {
    await this.page.goto('/');
    await this.giveTwoFactors();
    await this.arrived();
  }
  async arrived() {
    await this.page.getByRole('banner').locator('.link-live').waitFor(); // its words are not shown on a telephone
  }
  async giveTwoFactors(within = this.page) {
    await this.givePassword(within);
    await this.giveCode(await this.freshCode(), within);
  }
  async givePassword(within = this.page) {
    const login = within.getByLabel('Identifiant');
    if (await login.isEditable()) await login.fill(this.login);
    await within.getByLabel('Mot de passe', { exact: true }).fill(this.password);
    await this.press('Continuer', within);
  }
  async giveCode(code, within = this.page) {
    await within.locator('input[inputmode="numeric"]').first().click();
    await this.page.keyboard.type(code);
  }
  async passkey(verified = true) {
    const cdp = await this.context.newCDPSession(this.page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: verified, automaticPresenceSimulation: true } });
    return { verified: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }) };
  }

  // ---- as a person finds things: by the words on the page ----
  button(name, within = this.page) { return within.getByRole('button', { name, exact: true }); }
  section(name) { return this.page.getByRole('region', { name, exact: true }); }
  dialog() { return this.page.getByRole('dialog'); }
  async press(name, within = this.page) { await this.button(name, within).click(); }
  async write(label, words, within = this.page) {
    const field = within.getByLabel(label, { exact: false }).first();
    await field.fill(words);
    await field.press('Tab');
  }
  async choose(group, name, within = this.page) { await within.getByRole('radiogroup', { name: group }).getByRole('radio', { name, exact: true }).click(); }
  async select(label, option, within = this.page) {
    const field = within.getByRole('combobox', { name: label }).or(within.getByRole('textbox', { name: label })).first();
    const wanted = this.page.getByRole('option', { name: option });
    for (let left = PATIENCE / 2000; ; left -= 1) { // a dialog that takes the focus as it opens closes the list: who meets that opens it again
      await field.scrollIntoViewIfNeeded(); // a field out of sight keeps its list hidden
      await field.press('ArrowDown'); // opens it, as from a keyboard
      if (left <= 1) return wanted.click();
      try { return await wanted.click({ timeout: 2000 }); } catch (error) { if (error.name !== 'TimeoutError') throw error; }
    }
  }
  // To another page without loading anything again, as a link does.
  async turn(path) {
    await this.page.evaluate((to) => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')); }, path);
  }
  async sees(words) { await this.page.getByText(words).first().waitFor(); }
  async state(words) { await this.page.locator('.act-head').getByText(words, { exact: true }).first().waitFor(); }

  // What a page could send if it ignored its own buttons: same session, same cookie.
  async post(path, body = {}) {
    return this.page.evaluate(async ([to, data]) => {
      const me = await (await fetch('/api/me')).json();
      const a = await fetch(to, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF': me.csrf, 'Accept-Language': 'fr' }, body: JSON.stringify(data) });
      return { status: a.status, json: await a.json() };
    }, [path, body]);
  }
  step(act, step, data = {}) { return this.post(`/api/acts/${act}/steps/${step}`, { data }); }

  async shot(name) { await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: false }); }
  // axe in the page itself, which has no frames: half the processor of what its driver for Playwright takes.
  async accessible(what) {
    if (!await this.page.evaluate(() => 'axe' in window)) await this.page.evaluate(AXE);
    const faults = await this.page.evaluate(async (values) => {
      const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'], preload: false, elementRef: false });
      return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`);
    }, ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
    assert.deepEqual(faults, [], `${what}: axe`);
  }
}

// Waits until 'ask' answers something true; answers it.
export async function until(ask, what, ms = PATIENCE) {
  for (const end = Date.now() + ms; ;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) assert.fail(`${what}: not within ${ms} ms`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
