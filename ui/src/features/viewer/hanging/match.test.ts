/*
 * Which hanging is chosen, and which series stands where.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { factsOf, planeNameOf, type SeriesFacts, sideOf, viewOf, weightOf } from './facts';
import { HOUSE } from './house';
import { applies, choices, fitting, mostAlike, place, type StudyFacts } from './match';
import { ANY, type HangingContent, type Owner, PANE, type PaneRule, type Rule } from './model';

const STUDY: StudyFacts = { modalities: ['CT'], regions: ['chest'], sides: [], series: 3, priors: 1, age: 50 };
const series = (uid: string, more: Partial<SeriesFacts> = {}): SeriesFacts =>
  ({ uid, study: '1', number: 1, modality: 'CT', words: '', images: 100, read: true, plane: 'axial', contrast: 'without', weight: '', views: [], thickness: 1, ...more });
const content = (more: Partial<HangingContent> = {}): HangingContent => ({ as: 'panes', begin: 'alone', when: ANY, rows: 1, columns: 1, panes: [PANE], ...more });
const rule = (id: number, owner: Owner, when: Partial<HangingContent['when']> = {}): Rule => ({ id, owner, name: String(id), content: content({ when: { ...ANY, ...when } }) });
const pane = (more: Partial<PaneRule>): PaneRule => ({ ...PANE, ...more });

describe('E25 which hanging applies', () => {
  it('asks for every condition that is set', () => {
    const when = { ...ANY, modality: 'CT', region: 'chest', series_min: 2, series_max: 4, prior: 'with' as const };
    expect(applies(when, STUDY)).toBe(true);
    for (const other of [{ modalities: ['MR'] }, { regions: ['head'] }, { series: 1 }, { series: 5 }, { priors: 0 }]) expect(applies(when, { ...STUDY, ...other })).toBe(false);
    expect(applies({ ...ANY, side: 'L' }, { ...STUDY, sides: ['R'] })).toBe(false);
    expect(applies({ ...ANY, modality: 'PT/CT' }, STUDY)).toBe(false);
    expect(applies({ ...ANY, modality: 'PT/CT' }, { ...STUDY, modalities: ['CT', 'PT'] })).toBe(true);
    expect(applies({ ...ANY, modality: 'DX' }, { ...STUDY, modalities: ['CR'] })).toBe(true);
  });
  it('an age is asked in whole years; one that is not known fits no age', () => {
    const child = { ...ANY, age_min: 3, age_max: 15 };
    for (const [age, fits] of [[2, false], [3, true], [15, true], [16, false], [null, false]] as const) expect(applies(child, { ...STUDY, age })).toBe(fits);
    expect(applies({ ...ANY, age_min: 40 }, STUDY)).toBe(true);
    expect(applies(ANY, { ...STUDY, age: null })).toBe(true);
  });
  it('a person’s own wins over their site’s, that over the house’s; then the one that asks for more, then the order given', () => {
    const all = [rule(-1, 'house', { modality: 'CT', region: 'chest', prior: 'with' }), rule(1, 'shared', { modality: 'CT', region: 'chest' }), rule(2, 'own'), rule(3, 'own', { modality: 'CT' }), rule(4, 'own', { modality: 'CT' }), rule(5, 'own', { modality: 'MR' })];
    expect(choices(all, STUDY).map((one) => one.id)).toEqual([3, 4, 2, 1, -1]);
  });
  it('every modality of the house is offered something that fits it; by itself only the breast is hung', () => {
    const first = (modalities: string[], more: Partial<StudyFacts> = {}) => choices(HOUSE, { modalities, regions: ['chest'], sides: [], series: 4, priors: 0, age: null, ...more })[0];
    expect(first(['CT'])?.name).toBe('hanging.house.ctLungSoft');
    expect(first(['CT'], { regions: ['abdomen'], priors: 2 })?.name).toBe('hanging.house.ctPrior');
    expect(first(['MR'])?.name).toBe('hanging.house.mr4');
    expect(first(['CR'], { regions: ['hand'], priors: 1 })?.name).toBe('hanging.house.xrayPrior');
    expect(first(['MG'], { priors: 1 })?.name).toBe('hanging.house.mg4');
    expect(first(['CT', 'PT'], { regions: ['whole-body'] })?.name).toBe('hanging.house.petct');
    expect(first(['US'])?.name).toBe('hanging.house.us4');
    expect(first(['OT'])).toBeUndefined();
    expect(HOUSE.filter((one) => !one.offered).map((one) => one.name)).toEqual(['hanging.house.mg4']);
    for (const one of HOUSE) expect(one.content.panes.length).toBe(one.content.rows * one.content.columns);
  });
});

describe('E25 what stands in each pane', () => {
  const lung = series('lung', { words: 'parenchyme 1mm', number: 3, images: 300 }), soft = series('soft', { words: 'mediastin', number: 2 }), cor = series('cor', { words: 'parenchyme cor', plane: 'coronal', number: 4, images: 80 });
  const scout = series('scout', { words: 'topogramme', images: 900, number: 1 });
  const exam = { study: '1', series: [scout, soft, lung, cor] };
  it('by words, without words, by plane; scouts last, the most images first', () => {
    const placed = place([pane({ words: 'Parenchyme' }), pane({ words: 'parenchyme', plane: 'coronal' }), pane({ without: 'parenchyme' }), pane({ nth: 4 }), pane({ words: 'foie' })], [exam]);
    expect(placed.map((one) => one?.series ?? null)).toEqual(['lung', 'cor', 'soft', 'scout', null]);
  });
  it('an earlier exam shows what is most like the current series beside it; without one the pane stays empty', () => {
    const before = { study: '2', series: [series('old-cor', { study: '2', plane: 'coronal', words: 'parenchyme cor' }), series('old-lung', { study: '2', words: 'parenchyme' }), series('old-mr', { study: '2', modality: 'MR' })] };
    const rules = [pane({ words: 'parenchyme' }), pane({ exam: 1 }), pane({ words: 'parenchyme', plane: 'coronal' }), pane({ exam: 1 })];
    expect(place(rules, [exam, before]).map((one) => one?.series)).toEqual(['lung', 'old-lung', 'cor', 'lung'.replace('lung', 'old-cor')]);
    expect(place(rules, [exam]).map((one) => one?.series ?? null)).toEqual(['lung', null, 'cor', null]);
    expect(mostAlike(lung, [series('mr', { modality: 'MR' })])).toBeNull();
  });
  it('views and sides choose among the images of one series', () => {
    const all = series('mg', { modality: 'MG', views: [{ sop: 'a', view: 'CC', side: 'R' }, { sop: 'b', view: 'CC', side: 'L' }, { sop: 'c', view: 'MLO', side: 'R' }] });
    expect(fitting(pane({ view: 'CC', side: 'L' }), all)).toEqual(['b']);
    expect(fitting(pane({ view: 'mlo' }), all)).toEqual(['c']);
    expect(fitting(pane({ side: 'B' }), all)).toEqual([]);
    expect(fitting(pane({ view: 'CC' }), series('one', { views: [{ sop: 'x', view: 'CC', side: 'R' }] }))).toBeNull();
  });
});

describe('E25 what a series is', () => {
  const cs = (...Value: unknown[]) => ({ vr: 'CS', Value });
  it('its plane is computed from the orientation, oblique ones have none', () => {
    expect(planeNameOf([1, 0, 0, 0, 1, 0])).toBe('axial');
    expect(planeNameOf([1, 0, 0, 0, 0, -1])).toBe('coronal');
    expect(planeNameOf([0, 1, 0, 0, 0, -1])).toBe('sagittal');
    expect(planeNameOf([1, 0, 0, 0, Math.SQRT1_2, -Math.SQRT1_2])).toBe('');
    expect(planeNameOf(null)).toBe('');
  });
  it('its weighting by the words technologists write', () => {
    expect(['ax t1 gado', 'flair 3d', 'diff b1000', 'adc map', 'swi', 'sag t2 tse', 'dp fs', 'scout'].map(weightOf)).toEqual(['t1', 'flair', 'diffusion', 'adc', 'swi', 't2', 'pd', '']);
  });
  it('its view by code, else by position; nothing when they contradict each other', () => {
    const code = (value: string) => ({ '00540220': { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: [value] } }] } });
    expect(viewOf({ '00185101': cs('MLO') })).toBe('MLO');
    expect(viewOf(code('R-10242'))).toBe('CC');
    expect(viewOf({ ...code('399368009'), '00185101': cs('MLO') })).toBe('MLO');
    expect(viewOf({ ...code('399368009'), '00185101': cs('CC') })).toBe('');
    expect(viewOf({ '00185101': cs('LL') })).toBe('LAT');
    expect(sideOf({ '00200062': cs('R') })).toBe('R');
    expect(sideOf({ '00200062': cs('R'), '00200060': cs('L') })).toBe('');
  });
  it('what its headers do not tell yet is left open', () => {
    const facts = factsOf('1', { uid: '2', number: 3, modality: 'CT', description: 'Thorax INJECTÉ', instances: 4 }, undefined);
    expect([facts.read, facts.plane, facts.contrast]).toEqual([false, '', '']);
  });
});
