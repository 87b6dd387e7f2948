/*
 * Measures against values computed here another way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { type DicomJson, framesOf, TAG } from '../dicom';
import { angleAt, cobbAngle, type Figure, figuresOf, insidePolygon, lengthBetween, polygonArea, scaleOf, statisticsOf, type Values, valueUnit } from './figures';
import { shortAxis } from './drawing';

const image = (more: Record<string, unknown[]> = {}): DicomJson =>
  Object.fromEntries(Object.entries({ [TAG.sopInstance]: ['1.2.3'], [TAG.rows]: [512], [TAG.columns]: [512], [TAG.modality]: ['CT'], ...more }).map(([tag, Value]) => [tag, { vr: 'UN', Value }]));
const frame = (one: DicomJson, n = 0) => framesOf('https://here/dicom-web', '1', '2', one)[n]!;
const ct = frame(image({ [TAG.position]: [-100, -100, 0], [TAG.orientation]: [1, 0, 0, 0, 1, 0], [TAG.spacing]: [0.5, 0.25] }));
const square = { x: 1, y: 1 , unit: 'mm' as const };
const by = (figures: Figure[]) => Object.fromEntries(figures.map((one) => [one.name, one]));

describe('a length', () => {
  it('uses the spacing of columns across and of rows down', () => {
    expect(lengthBetween(ct, [0, 0], [40, 0])).toEqual({ value: 10, unit: 'mm' });
    expect(lengthBetween(ct, [0, 0], [0, 40])).toEqual({ value: 20, unit: 'mm' });
    expect(lengthBetween(ct, [0, 0], [12, 8]).value).toBeCloseTo(5, 12); // 3 and 4 mm
  });
  it('of one frame uses its own functional group', () => {
    const group = (Value: unknown[]) => ({ '00289110': { vr: 'SQ', Value: [{ [TAG.spacing]: { vr: 'DS', Value } }] } });
    const one: DicomJson = { ...image({ [TAG.frames]: [2] }), [TAG.perFrame]: { vr: 'SQ', Value: [group([1, 1]), group([2, 2])] } };
    expect(lengthBetween(frame(one, 1), [0, 0], [3, 0])).toEqual({ value: 6, unit: 'mm' });
  });
  it('is in pixels without spacing, never in millimetres', () => {
    expect(lengthBetween(frame(image()), [0, 0], [3, 4])).toEqual({ value: 5, unit: 'px' });
    expect(lengthBetween(frame(image({ [TAG.imagerSpacing]: [0.1, 0.1] })), [0, 0], [3, 4])).toEqual({ value: 5, unit: 'px' }); // no projection
    for (const spacing of [[0, 0], [-1, 1], ['x', 'y'], [1], []]) expect(lengthBetween(frame(image({ [TAG.spacing]: spacing })), [0, 0], [3, 4]).unit).toBe('px');
  });
  it('of a projection that was not calibrated is one at the detector', () => {
    const dx = { [TAG.modality]: ['DX'] };
    expect(lengthBetween(frame(image({ ...dx, [TAG.imagerSpacing]: [0.3, 0.3] })), [0, 0], [30, 40])).toEqual({ value: 15, unit: 'mm-detector' });
    expect(lengthBetween(frame(image({ ...dx, [TAG.spacing]: [0.2, 0.2] })), [0, 0], [10, 0]).unit).toBe('mm-detector');
    expect(lengthBetween(frame(image({ ...dx, [TAG.spacing]: [0.2, 0.2], [TAG.calibration]: ['FIDUCIAL'] })), [0, 0], [10, 0])).toEqual({ value: 2, unit: 'mm' });
    expect(lengthBetween(frame(image(dx)), [0, 0], [10, 0]).unit).toBe('px');
  });
  it('keeps the shape of pixels that are not square', () => {
    expect(lengthBetween(frame(image({ '00280034': [2, 1] })), [0, 0], [0, 3])).toEqual({ value: 6, unit: 'px' });
  });
});

describe('ultrasound', () => {
  const n = (value: number) => ({ vr: 'UL', Value: [value] });
  const region = (type: number, unit: number, left = 0, right = 100, delta = 0.05) => ({ '00186018': n(left), '0018601A': n(0), '0018601C': n(right), '0018601E': n(100), '00186012': n(type), '00186024': n(unit), '00186026': n(unit),
    '0018602C': n(delta), '0018602E': n(delta) });
  const us = (...regions: DicomJson[]) => frame({ ...image({ [TAG.modality]: ['US'] }), [TAG.regions]: { vr: 'SQ', Value: regions } });
  it('needs all points in one region of tissue, in centimetres', () => {
    const ten = lengthBetween(us(region(1, 3)), [10, 10], [30, 10]);
    expect(ten.unit).toBe('mm');
    expect(ten.value).toBeCloseTo(10);
    expect(lengthBetween(us(region(1, 3)), [10, 10], [130, 10]).unit).toBe('px');
    expect(lengthBetween(us(region(2, 3)), [10, 10], [30, 10]).unit).toBe('px');
    expect(lengthBetween(us(region(1, 4)), [10, 10], [30, 10]).unit).toBe('px');
  });
  it('takes the region under the points, each with its own size', () => {
    const two = us(region(1, 3, 0, 100, 0.05), region(1, 3, 200, 300, 0.02));
    expect(lengthBetween(two, [10, 10], [20, 10]).value).toBeCloseTo(5);
    expect(lengthBetween(two, [210, 10], [220, 10]).value).toBeCloseTo(2);
    expect(lengthBetween(two, [90, 10], [210, 10]).unit).toBe('px');
  });
  it('a Doppler region that lies over tissue is no distance', () =>
    expect(lengthBetween(us(region(3, 3), region(1, 3)), [10, 10], [20, 10]).unit).toBe('px'));
});

describe('angles', () => {
  it('at a corner, in millimetres and not in pixels', () => {
    expect(angleAt(square, [[10, 0], [0, 0], [0, 10]])).toBeCloseTo(90, 10);
    expect(angleAt(square, [[10, 0], [0, 0], [-5, 0]])).toBeCloseTo(180, 10);
    expect(angleAt({ x: 0.25, y: 0.5 }as never, [[10, 0], [0, 0], [10, 10]])).toBeCloseTo((Math.atan2(5, 2.5) * 180) / Math.PI, 10);
  });
  it('of Cobb is the same whichever way the lines were drawn', () => {
    const tilt = (degrees: number, flip = false) => {
      const end = [100 * Math.cos((degrees * Math.PI) / 180), 100 * Math.sin((degrees * Math.PI) / 180)] as const;
      return flip ? [end, [0, 0] as const] : [[0, 0] as const, end];
    };
    for (const flip of [false, true]) expect(cobbAngle(square, [...tilt(-15), ...tilt(23, flip)])).toBeCloseTo(38, 10);
  });
});

describe('regions', () => {
  const plane: Values = { columns: 20, rows: 10, color: false, at: (x, y) => x + 100 * y };
  it('a rectangle has the statistics of the values inside, computed here by hand', () => {
    const inside: number[] = [];
    for (let y = 2; y <= 4; y++) for (let x = 3; x <= 8; x++) inside.push(x + 100 * y);
    const mean = inside.reduce((a, b) => a + b) / inside.length;
    const sd = Math.sqrt(inside.reduce((sum, v) => sum + (v - mean) ** 2, 0) / inside.length);
    const found = statisticsOf('rectangle', [[2.6, 1.7], [8.2, 4.4]], plane)!;
    expect(found).toMatchObject({ count: 18, min: 203, max: 408 });
    expect(found.mean).toBeCloseTo(mean, 9);
    expect(found.sd).toBeCloseTo(sd, 9);
    expect(statisticsOf('rectangle', [[8.2, 4.4], [2.6, 1.7]], plane)).toEqual(found);
  });
  it('an ellipse takes the pixels whose middle is inside', () => {
    expect(statisticsOf('ellipse', [[4, 3], [8, 7]], plane)!.count).toBe(13); // radius 2 about (6, 5): 1 + 3 + 5 + 3 + 1
  });
  it('a closed line', () => {
    const triangle = [[0, 0], [8, 0], [0, 6]] as const;
    expect(polygonArea(triangle)).toBe(24);
    expect(insidePolygon(triangle, 1, 1)).toBe(true);
    expect(insidePolygon(triangle, 7, 5)).toBe(false);
  });
  it('outside the image there is no value, in colour neither', () => {
    expect(statisticsOf('rectangle', [[-9, -9], [-2, -2]], plane)).toBeNull();
    const coloured = figuresOf('rectangle', ct, [[1, 1], [3, 3]], { ...plane, color: true });
    expect(coloured.map((one) => one.name)).toEqual(['area']);
  });
  it('areas are in square millimetres, or in square pixels', () => {
    expect(by(figuresOf('rectangle', ct, [[0, 0], [40, 20]], plane)).area).toEqual({ name: 'area', value: 100, unit: 'mm2' }); // 10 × 10 mm
    expect(by(figuresOf('ellipse', ct, [[0, 0], [40, 20]], plane)).area!.value).toBeCloseTo(Math.PI * 25, 9);
    expect(by(figuresOf('freehand', frame(image()), [[0, 0], [8, 0], [0, 6]], plane)).area).toEqual({ name: 'area', value: 24, unit: 'px2' });
    expect(by(figuresOf('rectangle', ct, [[0, 0], [4, 2]], plane)).mean!.unit).toBe('HU');
  });
});

describe('two diameters', () => {
  it('begin with a short axis at a right angle, half as long', () => {
    const scale = scaleOf(ct, []);
    const [c, d] = shortAxis([[0, 0], [40, 10]], scale);
    const figures = by(figuresOf('bidirectional', ct, [[0, 0], [40, 10], c, d], null));
    expect(figures.long!.value).toBeCloseTo(Math.hypot(10, 5), 9);
    expect(figures.short!.value).toBeCloseTo(Math.hypot(10, 5) / 2, 9);
    expect(angleAt(scale, [[40, 10], [20, 5], d])).toBeCloseTo(90, 9);
  });
});

describe('units of values', () => {
  it('are Hounsfield for CT, what the object says otherwise, none when it says nothing', () => {
    expect(valueUnit(ct)).toEqual({ unit: 'HU', times: 1 });
    expect(valueUnit(frame(image({ [TAG.modality]: ['MR'] })))).toEqual({ unit: '', times: 1 });
    expect(valueUnit(frame(image({ [TAG.modality]: ['NM'], [TAG.rescaleType]: ['OD'] })))).toEqual({ unit: 'OD', times: 0.001 });
    expect(valueUnit(frame(image({ [TAG.modality]: ['PT'], [TAG.units]: ['BQML'] })))).toEqual({ unit: 'BQML', times: 1 });
  });
  it('a probe reads the pixel nearest to it', () =>
    expect(figuresOf('probe', ct, [[3.4, 1.6]], { columns: 9, rows: 9, color: false, at: (x, y) => 10 * x + y })).toEqual([{ name: 'value', value: 32, unit: 'HU' }]));
});
