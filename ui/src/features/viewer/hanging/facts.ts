/*
 * What is known of a series for hanging it: its words, and from its headers the plane, the contrast, the views and sides of its images. Pure. E25.
 *
 * Only what the images say: a plane is computed from their orientation, never from a description.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { SeriesShort } from '@/shared/api/types';
import { cross, type DicomJson, isImage, items, number, numbers, ofFrame, TAG, text } from '../dicom';

export type PlaneName = 'axial' | 'coronal' | 'sagittal';
export interface Viewed { sop: string; view: string; side: string }
export interface SeriesFacts {
  uid: string; study: string; number: number; modality: string; words: string; images: number;
  read: boolean; // its headers are known: what follows is
  plane: PlaneName | ''; contrast: 'with' | 'without' | ''; weight: string; views: Viewed[]; thickness: number | null;
}

export const bare = (words: string) => words.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[_\-+/\\.,;:()*^]+/g, ' ').replace(/\s+/g, ' ').trim();

/* The plane that images lie in, by their normal; empty when oblique by more than 40° or not told. */
export function planeNameOf(orientation: readonly number[] | null): PlaneName | '' {
  if (orientation?.length !== 6) return '';
  const [rx, ry, rz, cx, cy, cz] = orientation as [number, number, number, number, number, number];
  const normal = cross([rx, ry, rz], [cx, cy, cz]).map(Math.abs);
  const most = Math.max(...normal);
  return most < Math.cos((40 * Math.PI) / 180) ? '' : normal[2] === most ? 'axial' : normal[1] === most ? 'coronal' : 'sagittal';
}

/* The weighting as technologists name it; the more particular words first. */
const WEIGHTS: [weight: string, words: RegExp][] = [
  ['adc', /\b(adc|cda|apparent diffusion)\b/], ['diffusion', /\b(diff\w*|dwi|trace|b ?1000|b ?800)\b/], ['flair', /\b(flair|dark fluid)\b/],
  ['swi', /\b(swi|swan|t2 ?etoile|t2 gre|t2star|hemo)\b/], ['pd', /\b(pd|dp|rho|densite de protons?)\b/], ['t1', /(^|[^a-z0-9])t1/], ['t2', /(^|[^a-z0-9])t2/],
];
export const weightOf = (words: string) => WEIGHTS.find(([, one]) => one.test(words))?.[0] ?? '';

/* A scout is what the exam was planned on, seldom what is read. */
export const isScout = (one: Pick<SeriesFacts, 'words'>) => /\b(scout|topo\w*|localiz\w*|localis\w*|loc|survey|surview|reperage|3 ?plan\w*)\b/.test(one.words);

/* CC, MLO, PA, LAT… : the view as its code says, else its position; empty when the two contradict each other. PS3.16 CID 4014, 4010 (SCT, and SRT before it). */
const CODED: Record<string, string> = {
  '399162004': 'CC', 'R-10242': 'CC', '399368009': 'MLO', 'R-10226': 'MLO', '399260004': 'ML', 'R-10224': 'ML', '399352003': 'LM', 'R-10228': 'LM', '399192008': 'XCCL', 'R-1024A': 'XCCL',
  '399101009': 'XCCM', 'R-1024B': 'XCCM', '272479007': 'PA', 'R-40888': 'PA', '399348003': 'AP', 'R-10206': 'AP', '399067008': 'LAT', 'R-102CD': 'LAT', '399198007': 'LAT', 'R-10232': 'LAT',
  '399173006': 'LAT', 'R-10236': 'LAT',
};
const SAID: Record<string, string> = { LL: 'LAT', RL: 'LAT', LATERAL: 'LAT', 'LEFT LATERAL': 'LAT', 'RIGHT LATERAL': 'LAT' };
const VIEW_CODES = '00540220', CODE = '00080100';
export function viewOf(instance: DicomJson): string {
  const said = text(instance, TAG.viewPosition).trim().toUpperCase();
  const position = SAID[said] ?? said;
  const code = CODED[text(items(instance, VIEW_CODES)[0], CODE)];
  return code && position && code !== position && !position.startsWith(code) ? '' : code ?? position;
}

/* R, L or B; empty when the image does not say, or says one thing of itself and another of its series. */
export function sideOf(instance: DicomJson): string {
  const [own, series] = [TAG.imageLaterality, TAG.laterality].map((tag) => text(instance, tag).trim().toUpperCase()).map((one) => (/^[RLB]$/.test(one) ? one : ''));
  return own && series && own !== series ? '' : own || series || '';
}

const AGENT = '00180010';
export function factsOf(study: string, series: SeriesShort, headers: readonly DicomJson[] | undefined): SeriesFacts {
  const images = headers?.filter(isImage);
  const middle = images?.[images.length >> 1];
  const frame = Math.ceil((number(middle, TAG.frames) ?? 1) / 2);
  const words = bare(`${series.description} ${text(middle, TAG.seriesDescription)}`);
  const injected = !!text(middle, AGENT).trim() || /\b(injecte|iv|avec injection|apres injection|gado|portal|arteriel|veineu|c\+)/.test(words);
  return {
    uid: series.uid, study, number: series.number, modality: series.modality, words, images: series.instances, read: !!images,
    plane: middle ? planeNameOf(numbers(ofFrame(middle, frame, TAG.orientation), TAG.orientation)) : '',
    contrast: middle ? (injected ? 'with' : 'without') : '', weight: weightOf(words),
    views: (images ?? []).map((one) => ({ sop: text(one, TAG.sopInstance), view: viewOf(one), side: sideOf(one) })),
    thickness: middle ? number(ofFrame(middle, frame, TAG.sliceThickness), TAG.sliceThickness) : null,
  };
}
