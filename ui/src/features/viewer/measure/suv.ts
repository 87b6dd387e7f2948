/*
 * Standardised uptake by body weight, lean mass or surface, as QIBA's pseudo-code computes it from the object; refused with what is missing. Pure.
 *
 * Lean mass after Janmahasatian (Clin Pharmacokinet 2005; PS3.3 C.8.9.1.1.3, LBMJANMA), as James' falls again in the obese; surface after Du Bois.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, items, number, TAG, text } from '../dicom';

/* What is missing, in the order in which it is said. */
export type SuvMissing = 'units' | 'attenuation' | 'decay' | 'weight' | 'dose' | 'half-life' | 'times' | 'height' | 'sex';
export type Suv = { factor: number } | { missing: SuvMissing[] };
/* By weight and lean mass in g/ml, by surface in cm²/ml. */
export type SuvKind = 'bw' | 'lbm' | 'bsa';
export const SUV_KINDS: SuvKind[] = ['bw', 'lbm', 'bsa'];

const PHARMACEUTICAL = '00540016', START_TIME = '00181072', START = '00181078', DOSE = '00181074', HALF_LIFE = '00181075';
const CORRECTED = '00280051', DECAY = '00541102', WEIGHT = '00101030', HEIGHT = '00101020';

/* Seconds of a DICOM date and time; null when they are not whole. */
export function secondsOf(date: string, time: string): number | null {
  const day = /^(\d{4})(\d{2})(\d{2})/.exec(date), hour = /^(\d{2})(\d{2})(\d{2}(?:\.\d+)?)/.exec(time);
  if (!day || !hour) return null;
  return Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])) / 1000 + Number(hour[1]) * 3600 + Number(hour[2]) * 60 + Number(hour[3]);
}

/* Seconds from the injection to the moment to which the images are corrected: the start of the series, or of the acquisition when that came first. */
function elapsed(instance: DicomJson, drug: DicomJson | undefined): number | null {
  const series = secondsOf(text(instance, TAG.seriesDate) || text(instance, TAG.studyDate), text(instance, TAG.seriesTime));
  const acquired = secondsOf(text(instance, TAG.acquisitionDate) || text(instance, TAG.studyDate), text(instance, TAG.acquisitionTime));
  const scan = series !== null && acquired !== null ? Math.min(series, acquired) : series ?? acquired;
  if (scan === null) return null;
  const whole = text(drug, START), time = text(drug, START_TIME);
  const injected = whole ? secondsOf(whole.slice(0, 8), whole.slice(8)) : secondsOf(text(instance, TAG.seriesDate) || text(instance, TAG.studyDate), time);
  return injected !== null && scan >= injected ? scan - injected : null;
}

/* Kilograms; height in metres. */
export const leanMass = (weight: number, height: number, sex: 'F' | 'M') => {
  const index = weight / height ** 2;
  return sex === 'M' ? (9270 * weight) / (6680 + 216 * index) : (9270 * weight) / (8780 + 244 * index);
};
/* Square metres. */
export const bodySurface = (weight: number, height: number) => 0.007184 * weight ** 0.425 * (height * 100) ** 0.725;

/* What stored values (after rescale, Bq/ml) are multiplied by. */
export function suvOf(instance: DicomJson, kind: SuvKind = 'bw'): Suv {
  const drug = items(instance, PHARMACEUTICAL)[0];
  const corrected = (instance[CORRECTED]?.Value ?? []) as unknown[];
  const decay = text(instance, DECAY);
  const weight = number(instance, WEIGHT) ?? 0, dose = number(drug, DOSE) ?? 0, half = number(drug, HALF_LIFE) ?? 0;
  const height = number(instance, HEIGHT) ?? 0, sex = text(instance, TAG.sex);
  const since = elapsed(instance, drug);
  const missing: SuvMissing[] = [];
  if (text(instance, TAG.units) !== 'BQML') missing.push('units');
  if (!corrected.includes('ATTN')) missing.push('attenuation');
  if (!corrected.includes('DECY') || !['START', 'ADMIN'].includes(decay)) missing.push('decay');
  if (!(weight > 0)) missing.push('weight');
  if (!(dose > 0)) missing.push('dose');
  if (!(half > 0)) missing.push('half-life');
  if (decay === 'START' && since === null) missing.push('times');
  if (kind !== 'bw' && !(height > 0.3 && height < 2.6)) missing.push('height'); // metres: centimetres written there are no height
  if (kind === 'lbm' && sex !== 'F' && sex !== 'M') missing.push('sex');
  if (missing.length) return { missing };
  const left = decay === 'ADMIN' ? dose : dose * 2 ** (-since! / half);
  const body = kind === 'bw' ? weight * 1000 : kind === 'lbm' ? leanMass(weight, height, sex as 'F' | 'M') * 1000 : bodySurface(weight, height) * 10_000;
  return { factor: body / left };
}
