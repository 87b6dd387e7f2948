/*
 * What a softcopy presentation state says of a frame: greys, mask, turns, displayed area, shutters. Pure. E25
 *
 * The same rules as server/formats/image/presentation.c. Sources: DICOM PS3.3 C.10.4 to C.10.6, C.11.1, C.11.4, C.11.6, C.11.8; PS3.4 annex N.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, type Frame, items, number, numbers, personName, TAG, text, type Window } from '../dicom';
import { itemFor, refersTo } from './about';
import { maskOf, type Plan } from './mask';

/* 'own': not a state, but the mask that the image itself says. */
export type Kind = 'grey' | 'colour' | 'pseudo' | 'xa' | 'own';
export interface State { key: string; kind: Kind; sop: string; instance: DicomJson; label: string; words: string; creator: string; at: string; masks: boolean }
/* A table, and where its entries stand as bulk data of its object. */
export interface TableRef { item: DicomJson; path: string }
export type Shape = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';
export interface Rules {
  slope: number; intercept: number; modality: TableRef | null; window: (Window & { shape: Shape }) | null; voi: TableRef | null; lut: TableRef | null;
  inverse: boolean; palette: boolean; mask: Plan | null; toLog: TableRef | null;
}
export interface Placing { rotation: number; flipped: boolean; area: { left: number; top: number; right: number; bottom: number } | null; magnified: number | null; trueSize: boolean }

const KINDS: Record<string, Kind> = { '1.2.840.10008.5.1.4.1.1.11.1': 'grey', '1.2.840.10008.5.1.4.1.1.11.2': 'colour', '1.2.840.10008.5.1.4.1.1.11.3': 'pseudo', '1.2.840.10008.5.1.4.1.1.11.5': 'xa' };
const MASKS = '00286100', FAR = 1 << 20;
const MODALITY = '00283000', VOI = '00283010', SOFTCOPY = '00283110', FUNCTION = '00281056', LUT = '20500010', DATA = '00283006', TO_LOG = '00289422';

const tellsMask = (instance: DicomJson) => items(instance, MASKS).some((one) => !['', 'NONE'].includes(text(one, '00286101')));
export function stateOf(instance: DicomJson): State | null {
  const kind = KINDS[text(instance, TAG.sopClass)];
  if (!kind) return null;
  const sop = text(instance, TAG.sopInstance), date = text(instance, '00700082');
  return { key: sop, kind, sop, instance, label: text(instance, '00700080'), words: text(instance, '00700081'), creator: personName(text(instance, '00700084')), at: `${date}${text(instance, '00700083').slice(0, 6)}`,
    masks: kind !== 'colour' && text(instance, '00281090') !== 'NAT' && tellsMask(instance) };
}
/* The mask of a multi-frame image as a state of its own. */
export const ownMask = ({ instance, sop }: Frame): State | null =>
  ((number(instance, TAG.frames) ?? 1) > 1 && tellsMask(instance) ? { key: `own-${sop}`, kind: 'own', sop, instance, label: '', words: '', creator: '', at: '', masks: true } : null);

export const isAbout = (state: State, frame: Frame): boolean => (state.kind === 'own' ? state.sop === frame.sop
  : refersTo(state.instance, frame));

const tableIn = (holder: DicomJson | undefined, sequence: string, before = ''): TableRef | null => {
  const item = items(holder, sequence)[0];
  return item ? { item, path: `${before}${sequence}/1/${DATA}` } : null;
};

function toLogOf(instance: DicomJson, frame: Frame): TableRef | null {
  const at = items(instance, TO_LOG).findIndex((one) => {
    const range = numbers(one, '00289507');
    return text(one, '00289474') === 'TO_LOG' && (!range || range.some((first, i) => i % 2 === 0 && frame.frame >= first && frame.frame <= (range[i + 1] ?? 0)));
  });
  return at < 0 ? null : { item: items(instance, TO_LOG)[at]!, path: `${TO_LOG}/${at + 1}/${DATA}` };
}

/* 'subtracted': with its mask. The mask of the image itself goes with the image's own modality and no window. */
export function rulesOf(state: State, frame: Frame, subtracted: boolean): Rules {
  const { instance } = state, own = state.kind === 'own', frames = number(frame.instance, TAG.frames) ?? 1;
  const slope = number(instance, TAG.slope), found = own ? null : itemFor(instance, SOFTCOPY, frame), said = text(found?.item, FUNCTION);
  const center = number(found?.item, TAG.center), width = number(found?.item, TAG.width), mask = subtracted && state.masks ? maskOf(instance, frame, frames) : null;
  const shape: Shape = said === 'SIGMOID' || said === 'LINEAR_EXACT' ? said : 'LINEAR';
  return {
    slope: slope || 1, intercept: slope ? number(instance, TAG.intercept) ?? 0 : 0, modality: tableIn(instance, MODALITY),
    window: center !== null && width !== null && (shape === 'LINEAR' ? width >= 1 : width > 0) ? { center, width, shape } : null,
    voi: found ? tableIn(found.item, VOI, `${SOFTCOPY}/${found.at}/`) : null,
    lut: own ? null : tableIn(instance, LUT), inverse: own ? text(instance, TAG.photometric) === 'MONOCHROME1' : text(instance, '20500020') === 'INVERSE', palette: state.kind === 'pseudo',
    mask, toLog: mask ? toLogOf(instance, frame) : null,
  };
}

/* How it is turned, and which part of the image is shown (columns and rows from 0, the last two not in it). */
export function placingOf(state: State, frame: Frame): Placing | null {
  if (state.kind === 'own') return null;
  const { instance } = state, area = itemFor(instance, '0070005A', frame)?.item, from = numbers(area, '00700052'), to = numbers(area, '00700053');
  const degrees = number(instance, '00700042') ?? 0, mode = text(area, '00700100');
  const corners = from?.length === 2 && to?.length === 2 && [...from, ...to].every((one) => Number.isInteger(one) && Math.abs(one) <= FAR) ? [from as [number, number], to as [number, number]] as const : null;
  return {
    rotation: degrees % 90 ? 0 : ((degrees % 360) + 360) % 360, flipped: text(instance, '00700041') === 'Y', trueSize: mode === 'TRUE SIZE', magnified: mode === 'MAGNIFY' ? number(area, '00700103') : null,
    area: corners && { left: Math.min(corners[0][0], corners[1][0]) - 1, top: Math.min(corners[0][1], corners[1][1]) - 1, right: Math.max(corners[0][0], corners[1][0]), bottom: Math.max(corners[0][1], corners[1][1]) },
  };
}

/* What the state lays over the frame: shutters of its own alone, overlays that it puts on a layer; of the image where it brings no bits. */
export function laidUnder(state: State, frame: Frame): { shutter: Frame; planes: { holder: Frame; groups: readonly string[] }[] } {
  const of = (instance: DicomJson): Frame => ({ ...frame, sop: state.sop, instance });
  const own = itemFor(state.instance, '00189472', frame)?.item;
  const groups = Object.keys(state.instance).filter((tag) => /^60[0-9A-F]{2}1001$/i.test(tag)).map((tag) => tag.slice(0, 4));
  const bitmap = (state.instance['00181600']?.Value ?? []).includes('BITMAP') ? number(state.instance, '00181623') : null;
  const all = bitmap === null ? groups : [...new Set([...groups, bitmap.toString(16).toUpperCase()])];
  const mine = all.filter((group) => state.instance[`${group}3000`]);
  return { shutter: of(own ?? state.instance), planes: [{ holder: of(state.instance), groups: mine }, { holder: frame, groups: all.filter((group) => !mine.includes(group)) }] };
}
