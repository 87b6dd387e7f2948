/*
 * What the ledger counts, with a clock of its own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { type DicomJson, framesOf, TAG } from './dicom';
import { Ledger } from './ledger';

const frames = ['1.1', '1.2'].flatMap((sop) => framesOf('https://here/dicom-web', '9.1', '2', Object.fromEntries(Object.entries({ [TAG.sopInstance]: [sop], [TAG.rows]: [1], [TAG.columns]: [1] }).map(([tag, Value]) => [tag, { vr: 'UN', Value }])) as DicomJson));
function scene() {
  let now = 0, sight = true;
  const state = { shown: 0 as number | null, full: false };
  const listeners = new Set<() => void>();
  const ledger = new Ledger(() => now, () => sight);
  const pane = { current: () => state, frameAt: (n: number | null) => (n === null ? null : frames[n] ?? null), subscribe: (l: () => void) => { listeners.add(l); return () => void listeners.delete(l); } };
  const off = ledger.watch(pane);
  return { ledger, off, look: (on: boolean) => void (sight = on), show: (shown: number | null, full: boolean, after: number) => { now += after; Object.assign(state, { shown, full }); listeners.forEach((l) => l()); } };
}

describe('the reading ledger', () => {
  it('adds up how long a frame was shown refined and how long whole', () => {
    const { ledger, show, off } = scene();
    show(0, true, 300); // 300 ms refined
    show(1, false, 1200); // 1200 ms whole
    show(1, true, 40.2);
    show(0, true, 7);
    show(null, false, 100);
    off();
    expect(ledger.take()).toEqual([{ study: '9.1', images: [{ sop: '1.1', frame: 1, full_ms: 1300, partial_ms: 300 }, { sop: '1.2', frame: 1, full_ms: 7, partial_ms: 41 }] }]);
    expect(ledger.take()).toEqual([]);
  });
  it('does not count while nobody can see the page', () => {
    const { ledger, show, look } = scene();
    show(0, true, 0);
    look(false);
    show(0, true, 60_000);
    look(true);
    show(1, true, 500);
    expect(ledger.take()[0]!.images).toEqual([{ sop: '1.1', frame: 1, full_ms: 500, partial_ms: 0 }]);
  });
  it('what is computed from a series is told apart: no image of it was shown', () => {
    const { ledger, show, look } = scene();
    show(null, false, 0);
    const off = ledger.look('9.1', [{ series: '2', made: 'planes', whole: true }, { series: '3', made: 'planes', whole: false }]);
    show(null, false, 700);
    ledger.countAll();
    look(false);
    show(null, false, 9000);
    ledger.countAll();
    look(true);
    show(null, false, 300.4);
    off();
    expect(ledger.take()).toEqual([{ study: '9.1', images: [{ series: '2', made: 'planes', full_ms: 1001, partial_ms: 0 }, { series: '3', made: 'planes', full_ms: 0, partial_ms: 1001 }] }]);
    expect(ledger.take()).toEqual([]);
  });
});
