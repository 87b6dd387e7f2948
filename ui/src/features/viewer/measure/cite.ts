/*
 * A measure or a key image in the words of a report: what it is, what it measures, on which image. The report is French. E29, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { TFunction } from 'i18next';
import { api } from '@/shared/api/client';
import type { ImagePlace } from '@/shared/reading/bridge';
import { type DicomJson, number, TAG } from '../dicom';
import type { KeyImage, MarkItem } from './marks';
import { figureLines } from './words';

export type Citable = MarkItem | KeyImage;

/* "série 3, image 45"; a frame of several is said too. */
export function imageWords(seriesNumber: number, header: DicomJson | undefined, frame: number): string {
  const image = number(header, TAG.instanceNumber), frames = number(header, TAG.frames) ?? 1;
  return [`série ${seriesNumber}`, image !== null && `image ${image}`, frames > 1 && `coupe ${frame}`].filter(Boolean).join(', ');
}

export function citation(t: TFunction, item: Citable, mark: string): string {
  if (!('kind' in item)) return `Image clé (${mark}).`;
  const figures = figureLines(t, 'fr', item.kind, item.figures).join(' ; ');
  const name = item.text || t(`viewer.tool.${item.kind}`);
  return `${[name, figures].filter(Boolean).join(' : ').replace(/[\u00a0\u202f]/g, ' ')} (${mark}).`;
}

/* 't' speaks French. The header is asked for when no pane has it. */
export async function cited(t: TFunction, study: string, seriesNumber: number, item: Citable, known: DicomJson | undefined): Promise<{ text: string; place: ImagePlace }> {
  const header = known ?? (await api.get<DicomJson[]>(`/dicom-web/studies/${study}/series/${item.series}/instances/${item.sop}/metadata`))[0];
  const mark = imageWords(seriesNumber, header, item.frame);
  return { text: citation(t, item, mark), place: { mark, series: item.series, sop: item.sop, frame: item.frame, window: item.window && { center: item.window.center, width: item.window.width } } };
}
