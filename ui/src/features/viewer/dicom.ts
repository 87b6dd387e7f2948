/*
 * DICOM JSON (PS3.18 annex F) as the viewer needs it: frames in reading order, planes, spacing, letters. Pure.
 *
 * Nothing is guessed: without a spacing a length is in pixels, without an orientation there are no letters.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

export interface Attribute { vr: string; Value?: unknown[]; InlineBinary?: string; BulkDataURI?: string }
export type DicomJson = Record<string, Attribute>;
export type Point = readonly [number, number, number];

export const TAG = {
  sopClass: '00080016', sopInstance: '00080018', imageType: '00080008', modality: '00080060', seriesDescription: '0008103E', studyDate: '00080020',
  studyTime: '00080030', seriesTime: '00080031', contentTime: '00080033', patientName: '00100010', patientId: '00100020', birthDate: '00100030', sex: '00100040',
  sliceThickness: '00180050', kvp: '00180060', frameTime: '00181063', cineRate: '00180040', displayRate: '00082144', instanceNumber: '00200013',
  seriesNumber: '00200011', laterality: '00200060', imageLaterality: '00200062', viewPosition: '00185101', patientOrientation: '00200020',
  position: '00200032', orientation: '00200037', frames: '00280008', rows: '00280010', columns: '00280011', spacing: '00280030', calibration: '00280A02',
  imagerSpacing: '00181164', photometric: '00280004', center: '00281050', width: '00281051', rescaleType: '00281054', units: '00541001',
  lossy: '00282110', lossyRatio: '00282112', burnedIn: '00280301', regions: '00186011', perFrame: '52009230', shared: '52009229',
  document: '00420011', documentTitle: '00420010', mimeType: '00420012', content: '0040A730', series: '0020000E', study: '0020000D', frameOfReference: '00200052', studyDescription: '00081030', frameTimes: '00181065', slope: '00281053', intercept: '00281052',
  aspect: '00280034', acquisitionDate: '00080022', acquisitionTime: '00080032', seriesDate: '00080021',
} as const;

const PDF_CLASS = '1.2.840.10008.5.1.4.1.1.104.1';

export function text(from: DicomJson | undefined, tag: string): string {
  const value = from?.[tag]?.Value?.[0];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const name = value as { Alphabetic?: string } | undefined;
  return name?.Alphabetic ?? '';
}

/* Numbers of an attribute, however they were written; null when one is not a number. */
export function numbers(from: DicomJson | undefined, tag: string): number[] | null {
  const values = from?.[tag]?.Value;
  if (!values?.length) return null;
  const read = values.map((value) => (typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN));
  return read.every(Number.isFinite) ? read : null;
}
export const number = (from: DicomJson | undefined, tag: string): number | null => numbers(from, tag)?.[0] ?? null;
export const items = (from: DicomJson | undefined, tag: string): DicomJson[] => (from?.[tag]?.Value ?? []) as DicomJson[];

/* An attribute of one frame: its functional groups first, then the shared ones, then the image itself (PS3.3 C.7.6.16). */
const GROUP_OF: Record<string, string> = {
  [TAG.position]: '00209113', [TAG.orientation]: '00209116', [TAG.spacing]: '00289110', [TAG.sliceThickness]: '00289110', [TAG.center]: '00289132', [TAG.width]: '00289132', '00281055': '00289132',
  [TAG.rescaleType]: '00289145', [TAG.slope]: '00289145', [TAG.intercept]: '00289145',
};
export function ofFrame(instance: DicomJson, frame: number, tag: string): DicomJson {
  const group = GROUP_OF[tag];
  if (!group) return instance;
  for (const groups of [items(instance, TAG.perFrame)[frame - 1], items(instance, TAG.shared)[0]]) {
    const item = items(groups, group)[0];
    if (item?.[tag]) return item;
  }
  return instance;
}

export interface Frame {
  imageId: string;
  sop: string;
  frame: number;
  instance: DicomJson;
  instanceNumber: number | null;
  position: Point | null;
  orientation: number[] | null;
}

const three = (values: number[] | null): Point | null => (values && values.length >= 3 ? [values[0]!, values[1]!, values[2]!] : null);
const dot = (a: Point, b: Point) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Point, b: Point): Point => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

export const isImage = (instance: DicomJson) => number(instance, TAG.rows) !== null && number(instance, TAG.columns) !== null;
export const isPdf = (instance: DicomJson) => text(instance, TAG.sopClass) === PDF_CLASS;
export const isStructured = (instance: DicomJson) => items(instance, TAG.content).length > 0;

/* The frames of one instance. 'root' is absolute: the loader's workers resolve nothing. */
export function framesOf(root: string, study: string, series: string, instance: DicomJson): Frame[] {
  if (!isImage(instance)) return [];
  const sop = text(instance, TAG.sopInstance);
  const count = Math.max(1, Math.min(number(instance, TAG.frames) ?? 1, 20_000));
  return Array.from({ length: count }, (_, i) => ({
    imageId: `wadors:${root}/studies/${study}/series/${series}/instances/${sop}/frames/${i + 1}`,
    sop, frame: i + 1, instance,
    instanceNumber: number(instance, TAG.instanceNumber),
    position: three(numbers(ofFrame(instance, i + 1, TAG.position), TAG.position)),
    orientation: numbers(ofFrame(instance, i + 1, TAG.orientation), TAG.orientation),
  }));
}

const byNumber = (a: Frame, b: Frame) =>
  (a.instanceNumber ?? Infinity) - (b.instanceNumber ?? Infinity) || (a.sop < b.sop ? -1 : a.sop > b.sop ? 1 : 0) || a.frame - b.frame;

/*
 * In space when all slices are parallel and each stands somewhere else, in the direction in which they were numbered;
 * otherwise (scouts, phases, cine, projections) as they were numbered.
 */
export function inReadingOrder(frames: Frame[]): Frame[] {
  const numbered = [...frames].sort(byNumber);
  const first = numbered[0];
  if (!first || first.orientation?.length !== 6) return numbered;
  const axis = first.orientation;
  const parallel = numbered.every((one) => one.position && one.orientation?.length === 6 && one.orientation.every((value, i) => Math.abs(value - axis[i]!) < 1e-3));
  if (!parallel) return numbered;
  const normal = cross([axis[0]!, axis[1]!, axis[2]!], [axis[3]!, axis[4]!, axis[5]!]);
  const along = new Map(numbered.map((one) => [one, dot(one.position!, normal)] as const));
  const placed = [...numbered].sort((a, b) => along.get(a)! - along.get(b)! || byNumber(a, b));
  const places = placed.map((one) => along.get(one)!);
  if (places.some((place, i) => i > 0 && Math.abs(place - places[i - 1]!) < 1e-3)) return numbered;
  // The direction of most neighbours: one image that is out of step does not turn a series over while it is read.
  const up = numbered.reduce((sum, one, i) => (i ? sum + Math.sign(along.get(one)! - along.get(numbered[i - 1]!)!) : 0), 0);
  return up < 0 ? placed.reverse() : placed;
}

/* ---- what is written on the image ---- */

/* The patient directions a vector of the image runs to, strongest first: 'A', 'AL', 'ALF'. PS3.3 C.7.6.1.1.1, French letters in texts. */
export function letters(vector: Point): string {
  const axes: [number, string, string][] = [[vector[0], 'L', 'R'], [vector[1], 'P', 'A'], [vector[2], 'H', 'F']];
  return axes.filter(([size]) => Math.abs(size) > 0.2).sort((a, b) => Math.abs(b[0]) - Math.abs(a[0])).slice(0, 3)
    .map(([size, plus, minus]) => (size > 0 ? plus : minus)).join('');
}
const OPPOSITE: Record<string, string> = { L: 'R', R: 'L', P: 'A', A: 'P', H: 'F', F: 'H' };
export const opposite = (word: string) => [...word].map((letter) => OPPOSITE[letter] ?? letter).join('');

/* Letters at the right and the bottom edge of an unturned image; empty when the object does not say. */
export function edgeLetters(frame: Frame): { right: string; bottom: string } {
  const axis = frame.orientation;
  if (axis?.length === 6) return { right: letters([axis[0]!, axis[1]!, axis[2]!]), bottom: letters([axis[3]!, axis[4]!, axis[5]!]) };
  const said = frame.instance[TAG.patientOrientation]?.Value as string[] | undefined;
  const clean = (word: unknown) => (typeof word === 'string' && /^[LRPAHF]{1,3}$/.test(word) ? word : '');
  return { right: clean(said?.[0]), bottom: clean(said?.[1]) };
}

/* '20260115' -> '15/01/2026', so the older '2026.01.15'; what is not a date is shown as it came. */
export const dicomDate = (date: string) => date.replace(/^(\d{4})(\.?)(\d\d)\2(\d\d)$/, '$4/$3/$1');
export const dicomTime = (time: string) => (/^\d{4}/.test(time) ? `${time.slice(0, 2)}:${time.slice(2, 4)}` : '');
export const personName = (name: string) => name.split('^').filter(Boolean).slice(0, 2).join(' ');

/* Frames per second of a cine, as it was taken: what is recommended for display, the cine rate, the time of a frame, the mean of their times; else a calm pace. */
const RATE_UNSAID = 12;
const RATE_MOST = 60; // a screen shows no more
export function cineRate(instance: DicomJson): number {
  const time = number(instance, TAG.frameTime);
  const times = numbers(instance, TAG.frameTimes)?.filter((each) => each > 0) ?? [];
  const mean = times.reduce((sum, each) => sum + each, 0) / (times.length || 1);
  const rate = [number(instance, TAG.displayRate), number(instance, TAG.cineRate), time && 1000 / time, mean && 1000 / mean].find((each) => each && each > 0 && Number.isFinite(each));
  return Math.min(RATE_MOST, Math.max(0.5, rate || RATE_UNSAID));
}

/* ---- windows ---- */

export interface Window { center: number; width: number }

export function ownWindow(frame: Frame): Window | null {
  const holder = ofFrame(frame.instance, frame.frame, TAG.center);
  const center = number(holder, TAG.center);
  const width = number(ofFrame(frame.instance, frame.frame, TAG.width), TAG.width);
  return center !== null && width !== null && width >= 1 ? { center, width } : null;
}

/* Hounsfield presets: only where grey levels are Hounsfield units. */
/* A PET is read dark on light: what takes up is black. Grey images alone, and one stored the other way round already is. */
export const readsDark = ({ instance }: Pick<Frame, 'instance'>) => text(instance, TAG.modality) === 'PT' && text(instance, TAG.photometric) === 'MONOCHROME2';
export const speaksHounsfield = (frame: Frame) => { // a table of the modality says what it gives
  const table = items(frame.instance, '00283000')[0];
  return text(frame.instance, TAG.modality) === 'CT' && (!table || text(table, '00283004') === 'HU');
};
