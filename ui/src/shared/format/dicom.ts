/*
 * Names, days, hours and modalities of DICOM as people read them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

/* '20240229' as '29/02/2024'; anything else as it stands. */
export const dicomDay = (date: string) => (/^\d{8}$/.test(date) ? `${date.slice(6)}/${date.slice(4, 6)}/${date.slice(0, 4)}` : date);
/* 'DUPONT^Jean=…' as 'DUPONT Jean': of the groups, the alphabetic one (PS3.5 §6.2.1). */
export const dicomName = (name: string) => (name.split('=')[0] ?? '').replaceAll('^', ' ').replaceAll(/\s+/g, ' ').trim();
const timeOf = (time: string) => (/^\d{4}/.test(time) ? `${time.slice(0, 2)}:${time.slice(2, 4)}` : '');
export const dicomMoment = (date: string, time: string) => [dicomDay(date), timeOf(time)].filter(Boolean).join(' ') || '—';
/* A list of several values: 'CT\SR' as 'CT, SR'. */
export const dicomList = (values: string) => values.split('\\').filter(Boolean).join(', ');
/* Who the images say they are of: 'born · sex · number', what is absent left out. */
export const dicomPerson = (birth: string, sex: string, id: string) => [dicomDay(birth), sex, id].filter(Boolean).join(' · ') || '—';
