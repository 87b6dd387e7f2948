/*
 * Names, days and hours of DICOM as people read them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { dicomDay } from '@/shared/format/size';

export const nameOf = (dicom: string) => (dicom.split('=')[0] ?? '').replaceAll('^', ' ').replaceAll(/\s+/g, ' ').trim();
export const timeOf = (time: string) => (/^\d{4}/.test(time) ? `${time.slice(0, 2)}:${time.slice(2, 4)}` : '');
export const dayAndTimeOf = (date: string, time: string) => [dicomDay(date), timeOf(time)].filter(Boolean).join(' ') || '—';
