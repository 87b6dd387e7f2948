/*
 * What the viewer understands of DICOM JSON: order, letters, lengths, windows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { type DicomJson, cineRate, dicomDate, edgeLetters, framesOf, inReadingOrder, isImage, letters, numbers, opposite, ownWindow, readsDark, TAG, text } from './dicom';

const image = (number: number, more: Record<string, unknown[]> = {}): DicomJson =>
  Object.fromEntries(Object.entries({
    [TAG.sopInstance]: [`1.2.${number}`], [TAG.instanceNumber]: [number], [TAG.rows]: [512], [TAG.columns]: [512], [TAG.modality]: ['CT'], ...more,
  }).map(([tag, Value]) => [tag, { vr: 'UN', Value }]));
const slice = (number: number, z: number, more: Record<string, unknown[]> = {}) =>
  image(number, { [TAG.position]: [-100, -100, z], [TAG.orientation]: [1, 0, 0, 0, 1, 0], [TAG.spacing]: [0.5, 0.25], ...more });
const frames = (...list: DicomJson[]) => list.flatMap((one) => framesOf('https://here/dicom-web', '1', '2', one));
const order = (list: DicomJson[]) => inReadingOrder(frames(...list)).map((one) => one.instanceNumber);
const only = (one: DicomJson) => frames(one)[0]!;

describe('how grey levels are read', () => {
  const grey = (modality: string, photometric: string) => readsDark(only(image(1, { [TAG.modality]: [modality], [TAG.photometric]: [photometric] })));
  it('a PET is dark on light, and nothing else is', () => {
    expect(grey('PT', 'MONOCHROME2')).toBe(true);
    for (const other of ['CT', 'NM', 'MR', 'DX']) expect(grey(other, 'MONOCHROME2')).toBe(false);
  });
  it('a PET in colour is left as it is, one stored the other way round is so already', () => {
    expect(grey('PT', 'RGB')).toBe(false);
    expect(grey('PT', 'MONOCHROME1')).toBe(false);
  });
});

describe('the order of a series', () => {
  it('follows the place in space, in the direction of the numbers', () => {
    expect(order([slice(3, 30), slice(1, 10), slice(2, 20)])).toEqual([1, 2, 3]);
    expect(order([slice(1, 30), slice(3, 10), slice(2, 20)])).toEqual([1, 2, 3]);
  });
  it('follows space where the numbers lie about the middle', () => expect(order([slice(1, 0), slice(2, 20), slice(3, 10), slice(4, 30)])).toEqual([1, 3, 2, 4]));
  it('is not turned over by one late image that is out of step', () =>
    expect(order([slice(1, 30), slice(2, 20), slice(3, 10), slice(999, 1000)])).toEqual([999, 1, 2, 3]));
  it('follows the numbers when two images stand at the same place', () => expect(order([slice(4, 10), slice(1, 10), slice(3, 0), slice(2, 0)])).toEqual([1, 2, 3, 4]));
  it('follows the numbers when slices are not parallel', () =>
    expect(order([slice(2, 1), slice(1, 9), slice(3, 5, { [TAG.orientation]: [0, 1, 0, 0, 0, -1] })])).toEqual([1, 2, 3]));
  it('keeps an image without number last, and loses none', () => {
    const bare = image(9);
    delete bare[TAG.instanceNumber];
    expect(order([bare, image(2), image(1)])).toEqual([1, 2, null]);
  });
  it('does not lose the place when an image arrives before the others', () => {
    const two = inReadingOrder(frames(slice(5, 50), slice(6, 60)));
    const three = inReadingOrder(frames(slice(5, 50), slice(6, 60), slice(4, 40)));
    expect(three.findIndex((one) => one.imageId === two[0]!.imageId)).toBe(1);
  });
});

describe('frames', () => {
  it('have absolute addresses, one per frame', () => {
    const list = frames(image(1, { [TAG.frames]: ['3'] }));
    expect(list.map((one) => one.imageId)).toEqual([1, 2, 3].map((n) => `wadors:https://here/dicom-web/studies/1/series/2/instances/1.2.1/frames/${n}`));
  });
  it('of a document are none', () => {
    const document = image(1);
    delete document[TAG.rows];
    expect(isImage(document)).toBe(false);
    expect(frames(document)).toEqual([]);
  });
  it('take their plane from their own functional group, then from the shared one', () => {
    const group = (tag: string, item: string, Value: unknown[]) => ({ [item]: { vr: 'SQ', Value: [{ [tag]: { vr: 'DS', Value } }] } });
    const one: DicomJson = {
      ...image(1, { [TAG.frames]: [2] }),
      [TAG.shared]: { vr: 'SQ', Value: [{ ...group(TAG.orientation, '00209116', [1, 0, 0, 0, 1, 0]), ...group(TAG.spacing, '00289110', [2, 2]) }] },
      [TAG.perFrame]: { vr: 'SQ', Value: [group(TAG.position, '00209113', [0, 0, 7]), group(TAG.position, '00209113', [0, 0, 3])] },
    };
    expect(frames(one).map((each) => each.position?.[2])).toEqual([7, 3]);
  });
});

describe('letters at the edges', () => {
  it('of the three main planes', () => {
    const edges = (orientation: number[]) => edgeLetters(only(image(1, { [TAG.orientation]: orientation })));
    expect(edges([1, 0, 0, 0, 1, 0])).toEqual({ right: 'L', bottom: 'P' });
    expect(edges([1, 0, 0, 0, 0, -1])).toEqual({ right: 'L', bottom: 'F' });
    expect(edges([0, 1, 0, 0, 0, -1])).toEqual({ right: 'P', bottom: 'F' });
  });
  it('of an oblique plane, strongest first, and their opposites', () => {
    expect(letters([0.8, -0.5, 0.1])).toBe('LA');
    expect(opposite('LAH')).toBe('RPF');
  });
  it('of a projection are those it says, and none when it says nothing', () => {
    expect(edgeLetters(only(image(1, { [TAG.patientOrientation]: ['L', 'F'] })))).toEqual({ right: 'L', bottom: 'F' });
    expect(edgeLetters(only(image(1)))).toEqual({ right: '', bottom: '' });
    expect(edgeLetters(only(image(1, { [TAG.patientOrientation]: ['L\\F', 4] })))).toEqual({ right: '', bottom: '' });
  });
});

describe('values', () => {
  it('numbers written as text are numbers, other text is none', () => {
    expect(numbers(image(1, { [TAG.spacing]: ['0.5', ' 0.25 '] }), TAG.spacing)).toEqual([0.5, 0.25]);
    expect(numbers(image(1, { [TAG.spacing]: ['', 1] }), TAG.spacing)).toBeNull();
  });
  it('a name is its alphabetic group', () => expect(text({ x: { vr: 'PN', Value: [{ Alphabetic: 'DUPONT^JEAN' }] } }, 'x')).toBe('DUPONT^JEAN'));
  it('a window without width is none', () => {
    expect(ownWindow(only(image(1, { [TAG.center]: [40, 50], [TAG.width]: [400, 350] })))).toEqual({ center: 40, width: 400 });
    expect(ownWindow(only(image(1, { [TAG.center]: [40] })))).toBeNull();
    expect(ownWindow(only(image(1, { [TAG.center]: [40], [TAG.width]: [0] })))).toBeNull();
  });
  it('a date as it is read here, the older form too; what is none as it came', () =>
    expect(['20260115', '1994.11.05', '1994.1105', 'hier'].map(dicomDate)).toEqual(['15/01/2026', '05/11/1994', '1994.1105', 'hier']));
  it('a cine plays as it was taken, at most 60 a second', () => {
    expect(cineRate(image(1, { [TAG.frameTime]: [40] }))).toBe(25);
    expect(cineRate(image(1, { [TAG.frameTime]: ['33.3333'] }))).toBeCloseTo(30.0003, 3);
    expect(cineRate(image(1, { [TAG.frameTime]: [40], [TAG.displayRate]: [15], [TAG.cineRate]: [30] }))).toBe(15);
    expect(cineRate(image(1, { [TAG.frameTime]: [40], [TAG.cineRate]: [30] }))).toBe(30);
    expect(cineRate(image(1, { [TAG.frameTimes]: [0, 60, 40, 50] }))).toBe(20);
    expect(cineRate(image(1, { [TAG.displayRate]: [0], [TAG.frameTime]: [100] }))).toBe(10);
    expect(cineRate(image(1, { [TAG.cineRate]: [900] }))).toBe(60);
    expect(cineRate(image(1))).toBe(12);
  });
});
