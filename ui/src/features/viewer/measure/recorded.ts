/*
 * What stands in the record about a study: measures, drawings and key images of readers, read-only, with author and time. E25.
 *
 * The server reads the objects (docs/api.md); here they are put on frames and drawn. Pure but for the requests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Window } from '../dicom';
import type { Pixel } from '../space';
import { linesOf } from './drawing';
import type { Figure, Kind } from './figures';
import { type Place, samePlace } from './marks';

/* 'space': in the patient (mm, of that frame of reference), on no image of its own. */
export interface RecordedDrawing { shape: 'point' | 'points' | 'line' | 'curve' | 'circle' | 'ellipse'; displayed: boolean; points: [number, number][]; reference?: string; space?: [number, number, number][] }
export interface RecordedMark extends Place {
  id: string; kind: Kind | 'drawing'; points: [number, number][]; drawings?: RecordedDrawing[]; text: string; label: string; figures: (Figure & { label: string })[]; at_ms: number | null;
}
export interface RecordedObject {
  kind: 'report' | 'state' | 'keys'; uid: string; series: string; title: string; description: string; author: string; maker: string; at_ms: number | null; version: number; signed: boolean; ours: boolean; mine: boolean;
  cut: boolean; elsewhere: number; marks: RecordedMark[]; keys: Place[]; windows: { sop: string; frame: number; center: number; width: number }[];
}
export interface MyRecord { version: number; marks_version: number; at_ms: number; signed: boolean; kept: boolean }
export interface Recorded { objects: RecordedObject[]; cut: boolean; mine: MyRecord | null; may?: boolean; why?: string | null }
export type Title = 'of-interest' | 'for-referring-provider';
/* A mark with whose it is. */
export interface Told { mark: RecordedMark; object: RecordedObject }

const recordedKey = (study: string) => ['recorded', study] as const;
/* Read again when objects have come: a version of ours is one of them. */
export const useRecorded = (study: string, act: number | undefined, instances: number) =>
  useQuery({ queryKey: [...recordedKey(study), act ?? 0, instances], queryFn: () => api.get<Recorded>(`/api/studies/${study}/recorded${act ? `?act=${act}` : ''}`), placeholderData: (before) => before });
export function useRecord(study: string, act: number | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (asked: { title: Title; description: string }) => api.post<{ kept: boolean }>(`/api/studies/${study}/recorded`, { act_id: act, ...asked }),
    onSettled: () => client.invalidateQueries({ queryKey: recordedKey(study) }),
  });
}

/* One that means all frames (0) is on the first of them, and on every one where it is asked so. */
const isOn = (one: Place, place: Place) => samePlace(one, place) || (one.frame === 0 && one.sop === place.sop);
export const isRecordedKey = (recorded: Recorded | undefined, place: Place) => recorded?.objects.find((object) => object.keys.some((one) => isOn(one, place)));

/* My own that I still have as a draft are drawn as the draft. */
export function toldOn(recorded: Recorded | undefined, place: Place, drafts: ReadonlySet<string>): Told[] {
  return (recorded?.objects ?? []).flatMap((object) => object.marks.filter((mark) => isOn(mark, place) && !(object.mine && drafts.has(mark.id))).map((mark) => ({ mark, object })));
}

export function windowOf(recorded: Recorded | undefined, place: Place): Window | null {
  for (const { windows } of recorded?.objects ?? []) {
    const found = windows.find((one) => one.sop === place.sop && (one.frame === 0 || one.frame === place.frame));
    if (found) return { center: found.center, width: found.width };
  }
  return null;
}

export const isInSpace = (mark: RecordedMark): boolean => !!mark.drawings?.some((one) => one.space);

const ROUND = 64;
const finite = (points: readonly Pixel[]) => points.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y));

/* Lines in columns and rows; of a displayed drawing as parts of the whole image. */
export function linesOfDrawing({ shape, displayed, points }: RecordedDrawing, size: { columns: number; rows: number }): Pixel[][] {
  if (!finite(points)) return [];
  const at: Pixel[] = displayed ? points.map(([x, y]) => [x * size.columns - 0.5, y * size.rows - 0.5]) : points.map(([x, y]) => [x, y]);
  const [a, b, c, d] = at;
  switch (shape) {
    case 'line': case 'curve': return at.length > 1 ? [at] : [];
    case 'circle': return a && b ? [turn(a, [b[0] - a[0], b[1] - a[1]], [-(b[1] - a[1]), b[0] - a[0]])] : [];
    case 'ellipse': return a && b && c && d ? [turn([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2], [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2])] : [];
    default: return at.map((one) => [one]);
  }
}
const turn = (middle: Pixel, u: Pixel, v: Pixel): Pixel[] => Array.from({ length: ROUND + 1 }, (_, i) => {
  const angle = (i * 2 * Math.PI) / ROUND;
  return [middle[0] + u[0] * Math.cos(angle) + v[0] * Math.sin(angle), middle[1] + u[1] * Math.cos(angle) + v[1] * Math.sin(angle)];
});

export const linesOfMark = (mark: RecordedMark, size: { columns: number; rows: number }): Pixel[][] =>
  mark.kind === 'drawing' ? (mark.drawings ?? []).flatMap((one) => linesOfDrawing(one, size)) : finite(mark.points) ? (mark.points.length === 1 ? [mark.points] : linesOf(mark.kind, mark.points)) : [];

/* Of marks that can be jumped to: the series is shown here. */
export const within = (recorded: Recorded | undefined, series: ReadonlySet<string>): Recorded | undefined =>
  recorded && { ...recorded, objects: recorded.objects.map((object) => ({ ...object, marks: object.marks.filter((one) => series.has(one.series) || isInSpace(one)), keys: object.keys.filter((one) => series.has(one.series)) })) };
