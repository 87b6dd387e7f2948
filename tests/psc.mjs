// A provider like Pro Santé Connect for tests: the npm oidc-provider on this machine, with its claims, its unusual discovery path and an authorization host of its own.
// SPDX-License-Identifier: Apache-2.0
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Provider } from 'oidc-provider';
import { freePort } from './house.mjs';

export const CLIENT = 'beclere-test', SECRET = 'a secret of the & client = 100 %';
const NAMES = ['SubjectNameID', 'preferred_username', 'given_name', 'family_name', 'SubjectRole', 'SubjectOrganization', 'SubjectOrganizationID', 'Secteur_Activite', 'SubjectRefPro',
  'Palier_Authentification', 'UITVersion', 'PSI_Locale', 'otherIds', 'Mode_Acces_Raison', 'Acces_Regulation_Medicale'];
const base64url = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');

export function newKey(kind = 'RSA', kid = crypto.randomUUID()) {
  const { privateKey } = kind === 'EC' ? crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }) : crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, jwk: { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig' }, kid };
}

// A token signed by hand: what a provider would never do is done here.
export function signed(claims, key, { alg = 'RS256', header = {} } = {}) {
  const covered = `${base64url({ alg, kid: key?.kid, typ: 'JWT', ...header })}.${base64url(claims)}`;
  const made = {
    RS256: () => crypto.sign('sha256', Buffer.from(covered), key.privateKey),
    PS256: () => crypto.sign('sha256', Buffer.from(covered), { key: key.privateKey, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
    ES256: () => crypto.sign('sha256', Buffer.from(covered), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }),
    HS256: () => crypto.createHmac('sha256', header.secret ?? crypto.createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' })).update(covered).digest(),
    none: () => Buffer.from(header.signature ?? ''),
  }[alg]();
  return `${covered}.${made.toString('base64url')}`;
}
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

export const exercise = (over = {}, activities = [{}]) => ({
  codeProfession: '10', codeCategorieProfessionnelle: 'C', codeCiviliteDexercice: 'DR', nomDexercice: 'TEST', prenomDexercice: 'TEST', codeTypeSavoirFaire: 'S', codeSavoirFaire: 'SM44', ...over,
  activities: activities.map((one) => ({ codeModeExercice: 'S', codeSecteurDactivite: 'SA01', codeSectionPharmacien: '', codeRole: '', numeroSiretSite: '', numeroFinessSite: '430000123', raisonSocialeSite: 'CENTRE HOSPITALIER DU VAL', ...one })),
});

export class TestProvider {
  static async prepare(configuration = {}) {
    const p = new TestProvider();
    p.configuration = configuration;
    p.port = await freePort();
    p.issuer = `http://127.0.0.1:${p.port}/auth/realms/esante-wallet`;
    p.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-psc-'));
    fs.chmodSync(p.folder, 0o755);
    p.secretFile = path.join(p.folder, 'secret');
    fs.writeFileSync(p.secretFile, `${SECRET}\n`);
    p.people = new Map(); // account → its claims
    p.account = null; // who signs in at the next visit
    p.key = newKey();
    p.extra = []; // further keys that it publishes
    p.acr = 'eidas1';
    p.tamper = {}; // token(body), userinfo(body), before(ctx) of one test
    p.asked = []; // paths, in order
    p.pages = false; // a browser sees a page with a button
    return p;
  }

  // What the house is configured with.
  config(more = {}) {
    return { 'psc-issuer': this.issuer, 'psc-client-id': CLIENT, 'psc-secret': this.secretFile, 'psc-hosts': `http://localhost:${this.port}`, 'psc-timeout': 2, ...more };
  }

  async serve(house, client = {}) {
    this.house = house;
    this.client = client;
    this.rebuild();
    this.server = http.createServer((request, response) => this.handle(request, response));
    await new Promise((done) => this.server.listen(this.port, '127.0.0.1', done));
  }

  // Anew with the key of now: how a provider rotates.
  rebuild() {
    const provider = new Provider(this.issuer, {
      clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [`${this.house.url}/sign-in/psc`], post_logout_redirect_uris: [`${this.house.url}/`], response_types: ['code'],
        grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'RS256',
        backchannel_logout_uri: `${this.house.url}/api/sign-in/psc/logout`, backchannel_logout_session_required: true, ...this.client }],
      jwks: { keys: [this.key.jwk, ...this.extra.map((one) => one.jwk)] },
      scopes: ['openid', 'scope_all'],
      claims: { openid: ['sub'], scope_all: NAMES, acr: null, auth_time: null, iss: null, sid: null },
      acrValues: ['eidas1', 'eidas2'],
      pkce: { required: () => true },
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'], userinfoSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
      features: {
        devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, jwtUserinfo: { enabled: true },
        rpInitiatedLogout: { enabled: true, logoutSource: (ctx, form) => { ctx.body = `<!doctype html><title>PSC</title>${form}<button autofocus type="submit" form="op.logoutForm" value="yes" name="logout">Fermer la session Pro Santé Connect</button>`; } },
      },
      interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
      cookies: { keys: ['a key of the test'] },
      ttl: { AccessToken: 120, AuthorizationCode: 60, IdToken: 300, Grant: 3600, Interaction: 600, Session: 14400 },
      findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...this.people.get(id) }) }),
      loadExistingGrant: async (ctx) => {
        const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
        grant.addOIDCScope('openid scope_all');
        await grant.save();
        return grant;
      },
      // The house has a certificate of its own making: its door is asked as the tests ask it.
      fetch: async (url, options) => {
        const { pathname } = new URL(url);
        const body = typeof options.body === 'string' ? options.body : String(options.body ?? '');
        const a = await this.house.request({ method: options.method, path: pathname, body, headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) } });
        this.told = { status: a.status, body };
        return new Response(null, { status: a.status });
      },
      ...this.configuration,
    });
    provider.on('server_error', (ctx, error) => { this.error = error; });
    provider.use(async (ctx, next) => {
      await this.tamper.before?.(ctx);
      await next();
      if (ctx.oidc?.route === 'token' && ctx.status === 200 && this.tamper.token) ctx.body = await this.tamper.token(ctx.body);
      if (ctx.oidc?.route === 'userinfo' && ctx.status === 200 && this.tamper.userinfo) ctx.body = await this.tamper.userinfo(ctx.body, ctx);
      if (ctx.oidc?.route === 'jwks' && this.tamper.jwks) ctx.body = await this.tamper.jwks(ctx.body);
      if (ctx.oidc?.route === 'discovery') {
        const there = (name) => new URL(ctx.body[name]).pathname.replace(/^\/auth\/realms\/esante-wallet/, '/auth/realms/esante-wallet');
        ctx.body = { ...ctx.body, authorization_endpoint: `http://localhost:${this.port}${there('authorization_endpoint')}`, end_session_endpoint: `http://localhost:${this.port}${there('end_session_endpoint')}` };
        if (this.tamper.discovery) ctx.body = this.tamper.discovery(ctx.body);
      }
    });
    this.provider = provider;
    this.callback = provider.callback();
  }

  async handle(request, response) {
    const { pathname } = new URL(request.url, 'http://x');
    this.asked.push(pathname);
    if (this.tamper.raw?.(pathname, request, response)) return;
    const base = '/auth/realms/esante-wallet';
    try {
      if (pathname.startsWith('/interaction/')) {
        if (this.pages && request.method === 'GET') {
          response.setHeader('Content-Type', 'text/html; charset=utf-8');
          response.end('<!doctype html><html lang="fr"><title>Pro Santé Connect (essai)</title><form method="post"><button>Se connecter avec la carte CPS</button></form></html>');
          return;
        }
        const error = this.refuse ? { error: this.refuse, error_description: 'refused' } : { login: { accountId: this.account, acr: this.acr, remember: false } };
        await this.provider.interactionFinished(request, response, error, { mergeWithLastSubmission: false });
        return;
      }
      if (!pathname.startsWith(base)) { response.statusCode = 404; response.end(); return; }
      // Mounted under the realm: the provider is told so, its own addresses stay whole.
      request.originalUrl = request.url;
      request.baseUrl = base;
      request.url = request.url.slice(base.length).replace('/.well-known/wallet-openid-configuration', '/.well-known/openid-configuration');
      this.callback(request, response);
    } catch (error) {
      this.error = error;
      response.statusCode = 500;
      response.end(String(error));
    }
  }

  person(account, rpps, over = {}) {
    this.people.set(account, { SubjectNameID: `8${rpps}`, preferred_username: `8${rpps}`, given_name: 'CAMILLE', family_name: 'TEST', SubjectRole: ['10^1.2.250.1.213.1.1.5.5'], SubjectOrganization: '', SubjectOrganizationID: '',
      Secteur_Activite: 'SA01^1.2.250.1.71.4.2.4', SubjectRefPro: { codeCivilite: 'M', exercices: [exercise()] }, Palier_Authentification: 'APPPRIP3^1.2.250.1.213.1.5.1.1.1', UITVersion: '1.0', PSI_Locale: '', otherIds: [], Mode_Acces_Raison: '', Acces_Regulation_Medicale: 'FAUX', ...over });
    this.account = account;
  }

  // A browser without a page: follows from the address that the house gave to the one that it comes back to; its answer.
  async visit(url, jar = new Map()) {
    for (let i = 0; i < 12; i++) {
      const at = new URL(url);
      if (at.origin === this.house.url) return { jar, answer: Object.fromEntries(at.searchParams) };
      const a = await fetch(url, { redirect: 'manual', headers: { Cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') } });
      for (const c of a.headers.getSetCookie()) { const [name, ...value] = c.split(';')[0].split('='); jar.set(name, value.join('=')); }
      if (!a.headers.get('location')) return { jar, status: a.status, text: await a.text() };
      url = new URL(a.headers.get('location'), url).href;
    }
    throw new Error('goes round in circles');
  }

  async stop() {
    this.server?.closeAllConnections();
    await new Promise((done) => (this.server ? this.server.close(done) : done()));
    this.server = null;
  }

  async close() {
    await this.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
