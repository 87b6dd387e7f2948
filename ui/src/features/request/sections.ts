/*
 * The request as a form: sections and fields, and which of them this exam and this patient call for. E5 R.1333-53 E11
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Act, RequestFacts } from '@/shared/api/types';
import { pregnancyAsked } from '@/shared/format/pregnancy';

export type RequestField = {
  name: keyof RequestFacts;
  kind: 'line' | 'text' | 'number' | 'delay' | 'choice' | 'select' | 'treating' | 'date' | 'operations';
  codes?: readonly string[];
  group?: string;
  label?: string; // another text than that of its name
  why?: string;
  when?: (act: Pick<Act, 'modality' | 'patient'>, nowMs: number) => boolean;
};
export type RequestSection = { name: string; fields: RequestField[] };

export const irradiates = (modality: string) => ['CT', 'DX', 'CR', 'NM', 'PT', 'PT/CT', 'NM/CT'].includes(modality);

const KNOWN = ['no', 'yes', 'unknown'] as const;
const isMri = (act: Pick<Act, 'modality'>) => act.modality === 'MR';
const isPet = (act: Pick<Act, 'modality'>) => ['PT', 'PT/CT'].includes(act.modality);
const isNuclear = (act: Pick<Act, 'modality'>) => ['NM', 'NM/CT'].includes(act.modality) || isPet(act);
/* Kidneys and metformin matter where something may be injected. */
const mayInject = (act: Pick<Act, 'modality'>) => ['CT', 'MR', 'PT/CT', 'NM/CT'].includes(act.modality);

export const SECTIONS: RequestSection[] = [
  { name: 'clinical', fields: [
    { name: 'question', kind: 'text', why: 'E5' },
    { name: 'reason', kind: 'text', why: 'R.1333-53' },
    { name: 'purpose', kind: 'text', why: 'R.1333-53' },
    { name: 'circumstances', kind: 'text', why: 'R.1333-53' },
    { name: 'pregnancy', kind: 'choice', codes: ['no', 'possible', 'yes', 'unknown'], group: 'pregnancy', why: 'E11', when: pregnancyAsked },
    { name: 'earlier_exams', kind: 'text', why: 'R.1333-53' },
    { name: 'optimisation', kind: 'text', why: 'R.1333-53' },
  ] },
  { name: 'safety', fields: [
    { name: 'allergies', kind: 'line' },
    { name: 'weight_kg', kind: 'number' },
    { name: 'renal_value', kind: 'number', when: mayInject },
    { name: 'renal_unit', kind: 'select', codes: ['mL/min/1.73m2', 'mL/min', 'umol/L'], group: 'renalUnit', when: mayInject },
    { name: 'renal_date', kind: 'date', when: mayInject },
    { name: 'metformin', kind: 'choice', codes: KNOWN, group: 'known', when: mayInject },
    { name: 'diabetes', kind: 'choice', codes: KNOWN, group: 'known', why: 'E5', when: isPet },
    { name: 'breastfeeding', kind: 'choice', codes: KNOWN, group: 'known', why: 'E11', when: (act, nowMs) => isNuclear(act) && pregnancyAsked(act, nowMs) },
    { name: 'anticoagulants', kind: 'choice', codes: KNOWN, group: 'known' },
    { name: 'medication', kind: 'line' },
    { name: 'operations', kind: 'operations', why: 'E5' },
    { name: 'mri_pacemaker', kind: 'choice', codes: KNOWN, group: 'known', why: 'E5', when: isMri },
    { name: 'mri_neurostimulator', kind: 'choice', codes: KNOWN, group: 'known', why: 'E5', when: isMri },
    { name: 'mri_cochlear', kind: 'choice', codes: KNOWN, group: 'known', why: 'E5', when: isMri },
    { name: 'mri_clip', kind: 'choice', codes: KNOWN, group: 'known', why: 'E5', when: isMri },
    { name: 'mri_metal_in_eye', kind: 'choice', codes: KNOWN, group: 'known', why: 'E5', when: isMri },
    { name: 'mri_pump', kind: 'choice', codes: KNOWN, group: 'known', why: 'E5', when: isMri },
    { name: 'mri_valve_stent', kind: 'choice', codes: KNOWN, group: 'known', why: 'E5', when: isMri },
    { name: 'mri_prosthesis', kind: 'choice', codes: KNOWN, group: 'known', why: 'E5', when: isMri },
    { name: 'mri_claustrophobia', kind: 'choice', codes: KNOWN, group: 'known', why: 'E5', when: isMri },
    { name: 'implants', kind: 'text', when: isMri },
  ] },
  { name: 'relevance', fields: [
    { name: 'relevance', kind: 'text', why: 'E4' },
    { name: 'guideline', kind: 'line', why: 'E4' },
    { name: 'benefit_code', kind: 'select', codes: ['access', 'delay', 'transfer-avoided', 'expertise', 'continuity', 'fragile-patient', 'emergency', 'other', 'organisational-convenience'], group: 'benefit', why: 'E2' },
    { name: 'benefit', kind: 'text', why: 'E2' },
    { name: 'distance_reason_code', kind: 'select', codes: ['no-imager-on-site', 'out-of-hours', 'speciality', 'continuity', 'other'], group: 'distanceReason', why: 'S2' },
    { name: 'distance_reason', kind: 'line', why: 'S2' },
  ] },
  { name: 'pathway', fields: [
    { name: 'pathway', kind: 'choice', codes: ['coordinated', 'emergency', 'direct'], group: 'pathway', why: 'S7' },
    { name: 'treating_physician', kind: 'treating', why: 'S7' },
    { name: 'exam_within_min', kind: 'delay', why: 'E10' },
  ] },
];

export const fieldsFor = (section: RequestSection, act: Pick<Act, 'modality' | 'patient'>, nowMs: number) =>
  section.fields.filter((field) => field.when?.(act, nowMs) ?? true);

/* What changed since the server last had it: only that is sent. */
export function changesOf(now: RequestFacts, saved: RequestFacts): Partial<RequestFacts> {
  return Object.fromEntries(Object.entries(now).filter(([key, value]) => JSON.stringify(value ?? '') !== JSON.stringify(saved[key as keyof RequestFacts] ?? '')));
}
