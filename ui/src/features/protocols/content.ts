/*
 * A protocol as words: for whom it is, what its doses are called, what changed from one version to the next. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { SheetText, SheetVersion } from '@/shared/api/requests/preparation';
import type { Doses, LibraryProtocol } from '@/shared/api/types';

export const MODALITIES = ['CT', 'MR', 'DX', 'CR', 'US', 'NM', 'PT', 'PT/CT', 'NM/CT'];
export const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export const DOSES = ['ctdi_mgy', 'dlp_mgycm', 'dap_mgycm2', 'activity_mbq'] as const;
export type DoseName = (typeof DOSES)[number];

/* Which doses a modality has. */
export function dosesOf(modality: string): DoseName[] {
  const names: DoseName[] = [];
  if (/CT/.test(modality)) names.push('ctdi_mgy', 'dlp_mgycm');
  if (/^(DX|CR|MG|XA|RF)/.test(modality)) names.push('dap_mgycm2');
  if (/^(PT|NM)/.test(modality)) names.push('activity_mbq');
  return names;
}

export const linesOf = (text: string | undefined) => (text ?? '').split('\n').map((one) => one.trim()).filter(Boolean);

export type Change = { what: string; before: string; after: string };

const doses = (one: Doses | undefined) => DOSES.filter((name) => one?.[name]).map((name) => `${name} ${one?.[name]}`).join(', ');
const PARTS: [what: string, of: (p: LibraryProtocol) => string][] = [
  ['name', (p) => p.name], ['region', (p) => p.region], ['site', (p) => String(p.site_id || '')],
  ['age', (p) => (p.age_from_months || p.age_to_months ? `${p.age_from_months}–${p.age_to_months || '∞'}` : '')],
  ['weight', (p) => (p.weight_from_kg || p.weight_to_kg ? `${p.weight_from_kg}–${p.weight_to_kg || '∞'}` : '')],
  ['phases', (p) => p.phases], ['steps', (p) => p.steps], ['preparation', (p) => p.preparation ?? ''], ['optimisation', (p) => p.optimisation ?? ''],
  ['contrast', (p) => (p.contrast && p.contrast.kind !== 'none' ? [p.contrast.kind, p.contrast.product, p.contrast.dose_rule, p.contrast.renal_days].join(' · ') : '')],
  ['dose_target', (p) => doses(p.dose_target)], ['drl', (p) => doses(p.drl)], ['minutes', (p) => String(p.minutes ?? '')],
];

/* What differs, part by part, in the order of the page. */
export const differences = (before: LibraryProtocol, after: LibraryProtocol): Change[] =>
  PARTS.map(([what, of]) => ({ what, before: of(before), after: of(after) })).filter((one) => one.before !== one.after);

/* ---- preparation sheets ---- */

export const SHEET_PARTS = ['before', 'day', 'bring', 'after'] as const;
type SheetChange = Change & { lang?: 'fr' | 'en' };

export function sheetDifferences(before: SheetVersion, after: SheetVersion): SheetChange[] {
  const said = (one: SheetText, part: 'title' | (typeof SHEET_PARTS)[number]) => (part === 'title' ? one.title : (one[part] ?? []).join('\n'));
  const exam: SheetChange[] = [
    { what: 'region', before: before.region, after: after.region }, { what: 'site', before: before.site ?? '', after: after.site ?? '' },
    { what: 'contrast', before: before.contrast, after: after.contrast }, { what: 'child', before: before.child, after: after.child },
  ];
  const words = (['fr', 'en'] as const).flatMap((lang) => (['title', ...SHEET_PARTS] as const).map((part): SheetChange => ({ what: part, lang, before: said(before.content[lang], part), after: said(after.content[lang], part) })));
  return [...exam, ...words].filter((one) => one.before !== one.after);
}
