// Series whose every value is known from the millimetres of the patient where it stands: what a viewer reads or draws anywhere can be computed.
// SPDX-License-Identifier: Apache-2.0
import { folder, send } from '../dicom.mjs';
import { makeObject } from '../dimse.mjs';

let made = 0;
const uid = (study, end) => `1.2.826.0.1.3680043.9.7133.77.${study}.${end}`;
const words = (values) => values.map((v) => (v & 0xffff).toString(16).padStart(4, '0')).join('\\');

// Hounsfield units at a place, whole at every voxel of CT; becquerels per millilitre at a place.
export const hounsfield = ([x, y, z]) => 2 * x + 3 * y + 4 * z;
export const becquerel = ([x, y, z]) => 6000 + 40 * x + 20 * y + 60 * z;
export const CT = { columns: 48, rows: 40, slices: 24, spacing: [2, 2, 4], origin: [-47, -39, -46] };
export const PT = { columns: 24, rows: 20, slices: 24, spacing: [4, 4, 4], origin: [-46, -38, -46] };
export const PERSON = { weight: 80, height: 1.75, dose: 370e6, half: 6586.2, injected: '090000', scanned: '100000' };

const COMMON = {
  '0010,0010': ['PN', 'VOLUME^CONNU'], '0010,0020': ['LO', 'VOL-1'], '0010,0030': ['DA', '19600102'], '0010,0040': ['CS', 'M'],
  '0008,0020': ['DA', '20260115'], '0008,0021': ['DA', '20260115'], '0008,0022': ['DA', '20260115'], '0008,0030': ['TM', '095000'], '0008,0031': ['TM', PERSON.scanned], '0008,0032': ['TM', PERSON.scanned],
  '0028,0100': ['US', '16'], '0028,0101': ['US', '16'], '0028,0102': ['US', '15'],
};

function slices(at, shape, z, attributes, study, series, stored) {
  const [ox, oy] = shape.origin;
  const values = [];
  for (let row = 0; row < shape.rows; row++) for (let column = 0; column < shape.columns; column++) values.push(stored([ox + column * shape.spacing[0], oy + row * shape.spacing[1] , z]));
  makeObject(at, {
    ...COMMON, '0020,000d': ['UI', uid(study, 1)], '0020,000e': ['UI', uid(study, series)], '0008,0018': ['UI', uid(study, `${series}.${++made}`)], '0020,0052': ['UI', uid(study, 3)],
    '0028,0010': ['US', String(shape.rows)], '0028,0011': ['US', String(shape.columns)], '0028,0030': ['DS', `${shape.spacing[1]}\\${shape.spacing[0]}`], '0018,0050': ['DS', String(shape.spacing[2])],
    '0020,0037': ['DS', '1\\0\\0\\0\\1\\0'], '0020,0032': ['DS', `${ox}\\${oy}\\${z}`], '0020,0011': ['IS', String(series)], '0020,0013': ['IS', String(made)], '7fe0,0010': ['OW', words(values)], ...attributes,
  });
}

export function ctSeries(at, study, { series = 10, skip = [], twice = [], reference = null, tilt = 0, description = 'Scanner connu' } = {}) {
  for (let k = 0; k < CT.slices; k++) {
    if (skip.includes(k)) continue;
    const z = CT.origin[2] + k * CT.spacing[2];
    const shape = { ...CT, origin: [CT.origin[0], CT.origin[1] + tilt * k, z] };
    for (let n = 0; n < (twice.includes(k) ? 2 : 1); n++)
      slices(at, shape, z, { '0008,0016': ['UI', '1.2.840.10008.5.1.4.1.1.2'], '0008,0060': ['CS', 'CT'], '0008,103e': ['LO', description], '0028,0103': ['US', '1'], '0028,1052': ['DS', '0'], '0028,1053': ['DS', '1'],
        '0028,1050': ['DS', '0'], '0028,1051': ['DS', '1000'], ...(reference ? { '0020,0052': ['UI', reference] } : {}) }, study, series, hounsfield);
  }
}

export function ptSeries(at, study, { series = 20, reference = null, corrected = 'DECY\\ATTN\\SCAT', height = PERSON.height, description = 'TEP connue' } = {}) {
  for (let k = 0; k < PT.slices; k++) {
    const z = PT.origin[2] + k * PT.spacing[2];
    slices(at, PT, z, {
      '0008,0016': ['UI', '1.2.840.10008.5.1.4.1.1.128'], '0008,0060': ['CS', 'PT'], '0008,103e': ['LO', description], '0028,0103': ['US', '0'], '0028,1052': ['DS', '0'], '0028,1053': ['DS', '0.5'],
      '0054,1001': ['CS', 'BQML'], '0028,0051': ['CS', corrected], '0054,1102': ['CS', 'START'], '0010,1030': ['DS', String(PERSON.weight)], ...(height ? { '0010,1020': ['DS', String(height)] } : {}),
      '0054,0016': ['SQ', [{ '0018,1072': ['TM', PERSON.injected], '0018,1074': ['DS', String(PERSON.dose)], '0018,1075': ['DS', String(PERSON.half)] }]], ...(reference ? { '0020,0052': ['UI', reference] } : {}),
    }, study, series, (at2) => Math.round(becquerel(at2) * 2));
  }
}

// Makes a study with these series and sends it; answers its UID.
export function volumeStudy(house, study, make) {
  const at = folder(house, `volume-${study}`);
  make(at, study);
  const sent = send(house, at);
  if (sent.status !== 0) throw new Error(sent.stdout + sent.stderr);
  return uid(study, 1);
}

// SUV of becquerels per millilitre, by hand: after Janmahasatian and Du Bois.
export function suv(bq, kind = 'bw', { weight, height, dose, half } = PERSON) {
  const left = dose * Math.exp((-Math.LN2 * 3600) / half);
  const lean = (9270 * weight) / (6680 + (216 * weight) / (height * height));
  const body = { bw: weight * 1000, lbm: lean * 1000, bsa: 0.007184 * weight ** 0.425 * (height * 100) ** 0.725 * 10000 }[kind];
  return (bq * body) / left;
}

// A volume open in the viewer.
export class Planes {
  constructor(view) { this.view = view; this.page = view.page; }
  async open() {
    await this.page.getByTestId('viewer').focus();
    await this.page.keyboard.press('Shift+V');
    await this.page.locator('[data-testid="volume"][data-phase="ready"]').waitFor({ timeout: 60000 });
    for (const name of ['axial', 'sagittal', 'coronal']) await this.settled(name);
  }
  // What was last asked for is drawn: no further drawing for a while.
  async settled(name) {
    await this.page.waitForFunction(async (id) => {
      const pane = window.__viewer?.pane(id);
      if (!pane?.view || !pane.rendered) return false;
      const before = pane.rendered;
      await new Promise((done) => setTimeout(done, 250));
      return pane.rendered === before;
    }, name, { timeout: 60000 });
  }
  look(name) { return this.page.evaluate((id) => window.__viewer.pane(id).view, name); }
  async centre() { const { facing, eye } = await this.look('axial'); return { facing, eye }; }
  color(name, x, y) { return this.page.evaluate(([id, a, b]) => window.__viewer.pane(id).colorAt(a, b), [name, x, y]); }
  // The place of the patient under a spot of a plane's screen, from how the plane stands.
  async patient(name, x, y) {
    const { facing: { right, down }, eye } = await this.look(name);
    return [0, 1, 2].map((i) => eye.middle[i] + right[i] * (x - eye.width / 2) * eye.mm + down[i] * (y - eye.height / 2) * eye.mm);
  }
  async spot(name, x, y) { const box = await this.page.getByTestId(`image-${name}`).boundingBox(); return [box.x + x, box.y + y]; }
  async point(name, x, y) {
    const there = await this.patient(name, x, y);
    await this.page.mouse.move(...await this.spot(name, x, y));
    // Until the page has read this very place; the mouse is no finer than a pixel.
    const read = await this.page.waitForFunction(([plane, [px, py, pz], most]) => {
      const probe = document.querySelector(`.cut-${plane} .probe`);
      const at = probe?.dataset.at.split(' ').map(Number);
      if (!at || Math.hypot(at[0] - px, at[1] - py, at[2] - pz) > most) return null;
      return { at, values: probe.dataset.values.split(' ').map(Number), text: probe.textContent };
    }, [name, there, (await this.look(name)).eye.mm * 1.5]);
    const found = await read.jsonValue();
    return { ...found, text: found.text.replace(/[\u00a0\u202f]/g, ' ') };
  }
  // Spots of a plane's screen where there are voxels, as parts of ten centimetres about its middle.
  async spots(name, parts = [[0.53, 0.47], [0.35, 0.4], [0.62, 0.55], [0.45, 0.68]]) {
    const { eye } = await this.look(name);
    return parts.map(([a, b]) => [Math.round(eye.width / 2 + ((a - 0.5) * 100) / eye.mm), Math.round(eye.height / 2 + ((b - 0.5) * 100) / eye.mm)]);
  }
}
