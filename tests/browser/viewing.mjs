// A study in the viewer, and a hand that points at columns and rows of its images.
// SPDX-License-Identifier: Apache-2.0
import { filesOf, phantoms, send } from '../dicom.mjs';
import fs from 'node:fs';

// Sends a phantom's files to the archive; answers the UID of its study.
export function studyOf(house, kind, seed) {
  const at = phantoms(house, `${kind}-${seed}`, kind, [seed]);
  const sent = send(house, at);
  if (sent.status !== 0) throw new Error(sent.stdout + sent.stderr);
  const bytes = fs.readFileSync(filesOf(at)[0]);
  const tag = bytes.indexOf(Buffer.from([0x20, 0x00, 0x0d, 0x00]));
  return bytes.subarray(tag + 8, tag + 8 + bytes.readUInt16LE(tag + 6)).toString('latin1').replace(/\0/g, '').trim();
}

export class Viewing {
  constructor(visit) { this.visit = visit; this.page = visit.page; }
  // 'hung': as the hanging in force has it; else the plain layout, one pane.
  async open(path, { hung = false } = {}) {
    await this.page.goto(path);
    await this.drawn('left');
    if (hung) return;
    await this.key('g');
    await this.drawn('left');
  }
  // Until this pane shows an image of which everything is there.
  drawn(id, index) {
    return this.page.waitForFunction(([pane, n]) => {
      const s = window.__viewer?.pane(pane)?.current?.();
      return s && s.shown !== null && s.full && (n === undefined || s.shown === n);
    }, [id, index]);
  }
  state(id = 'left') { return this.page.evaluate((pane) => window.__viewer.pane(pane).current(), id); }
  pixel(id, column, row) { return this.page.evaluate(([pane, c, r]) => window.__viewer.pane(pane).valueAtPixel(c, r)?.value, [id, column, row]); }
  // Where a pixel of the image is on the page.
  async spot(id, [column, row]) {
    const box = await this.page.getByTestId(`image-${id}`).boundingBox();
    const [x, y] = await this.page.evaluate(([pane, p]) => window.__viewer.pane(pane).toScreen(p), [id, [column, row]]);
    return [box.x + x, box.y + y];
  }
  async press(id, pixel) { await this.page.mouse.click(...await this.spot(id, pixel)); }
  async drag(id, ...pixels) {
    const spots = [];
    for (const pixel of pixels) spots.push(await this.spot(id, pixel));
    await this.page.mouse.move(...spots[0]);
    await this.page.mouse.down();
    for (const to of spots.slice(1)) await this.page.mouse.move(...to, { steps: 4 });
    await this.page.mouse.up();
  }
  key(keys) { return this.page.keyboard.press(keys); }
  words(id = 'left') { return this.page.getByTestId(`marks-${id}`).locator('.mark .mark-words').allTextContents().then((all) => all.map((one) => one.replace(/[\u00a0\u202f]/g, ' '))); }
  edges(id = 'left') { return this.page.getByTestId(`image-${id}`).locator('xpath=..').locator('[data-edge]').evaluateAll((all) => Object.fromEntries(all.map((one) => [one.dataset.edge, one.textContent]))); }
  // Points of the last mark as the page keeps them, to compare what is said with what was drawn.
  frame(id = 'left') { return this.page.evaluate((pane) => { const p = window.__viewer.pane(pane); return p.frameAt(p.current().shown); }, id); }
}
