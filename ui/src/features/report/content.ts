/*
 * The content of a report as the server keeps it (docs/api.md §4), and its dose. Pure. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Act, AddendumKind, By, Difference, Missing } from '@/shared/api/types';
import type { ImagePlace } from '@/shared/reading/bridge';

export interface Said { none?: boolean; text?: string }
export interface Ctdi { mgy?: number | null; phantom_cm?: number | null; label?: string | null }
export type DoseSource = 'rdsr' | 'headers' | 'mpps' | 'entered' | 'not-supplied' | 'none';
export interface Dose { source?: DoseSource; ctdi?: Ctdi[] | null; dlp_mgycm?: number | null; dap_mgycm2?: number | null; reason?: string | null }
export interface Content {
  indication?: string; technique?: string; comparison?: string; results?: string; conclusion?: string; incidents?: Said; prescriptions?: Said; dose?: Dose;
  urgent?: boolean; follow_up?: string; contact?: string; language_reason?: string; difference?: Difference; addendum?: Addendum; places?: ImagePlace[];
}
/* What an addendum says; 'before' and 'follows' are the server's. E29 */
export interface Addendum {
  kind?: AddendumKind; reason?: string; sections?: Partial<Record<Part, string>>; before?: Partial<Record<Part, string>>;
  follows?: { revision: number; version: number; sha256: string; signed_at_ms: number };
}
export type ReportKind = 'preliminary' | 'final' | 'addendum';
export interface SignedBefore { revision: number; version: number; kind: ReportKind; content: Content; signed: { at_ms: number; by: By } }
export interface Version {
  revision: number; version: number; kind: ReportKind; relation: 'replaces' | 'appends' | null; signed_at_ms: number; by: { id: number; name: string }; sha256: string;
  addendum?: Addendum | null; difference?: Difference | null; patient: { may_see: boolean; why?: string | null };
}
export interface Report {
  revision: number; status: 'none' | 'draft' | 'signed'; content: Content; sha256: string; missing: Missing[]; signed: { at_ms: number; by: By; proof?: 'passkey' | 'totp' } | null;
  measured_dose?: Dose | null;
  kind: ReportKind; version: number; last_revision: number; sha256_preliminary: string; before: SignedBefore | null; versions: Version[];
}

/* What the equipment is asked for: a CT alone or beside nuclear medicine, a projection; null: no X-rays. The server's own rule. */
export const raysOf = (modality: string): 'CT' | 'projection' | null => (['CT', 'PT/CT', 'NM/CT'].includes(modality) ? 'CT' : ['DX', 'CR'].includes(modality) ? 'projection' : null);
/* The activity given is the dose of nuclear medicine. */
export const isRadioactive = (modality: string) => ['NM', 'PT', 'NM/CT', 'PT/CT'].includes(modality);

/* Equal whatever the order of members; a member that is null, empty or false counts as absent, as it does for the server. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)] as const)
      .filter(([, one]) => one !== null && one !== undefined && one !== '' && one !== false && !(Array.isArray(one) && !one.length)).sort(([a], [b]) => (a < b ? -1 : 1)));
  return value;
}
export const same = (a: unknown, b: unknown) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

/* What the equipment supplied, in the report's own members: the server keeps no others. */
export function measured(dose: Dose | null | undefined): Dose | null {
  if (!dose || (dose.source !== 'rdsr' && dose.source !== 'headers' && dose.source !== 'mpps')) return null;
  const ctdi = (dose.ctdi ?? []).map((one) => ({
    ...(one.mgy != null ? { mgy: one.mgy } : {}), ...(one.phantom_cm != null ? { phantom_cm: one.phantom_cm } : {}), ...(one.label ? { label: one.label } : {}),
  }));
  return {
    source: dose.source,
    ...(ctdi.length ? { ctdi } : {}),
    ...(dose.dlp_mgycm != null ? { dlp_mgycm: dose.dlp_mgycm } : {}),
    ...(dose.dap_mgycm2 != null ? { dap_mgycm2: dose.dap_mgycm2 } : {}),
  };
}

/*
 * The dose that the report should carry now: what the equipment supplied, unless somebody wrote another with its reason.
 * Null: leave what is there.
 */
export function doseToTake(content: Content, supplied: Dose | null): Dose | null {
  const own = content.dose?.source;
  if (!supplied || own === 'entered' || own === 'not-supplied') return null;
  return same(content.dose, supplied) ? null : supplied;
}

/* '1234,5' or '1234.5' -> 1234.5; null when it is no number that can be a dose. */
export function readDose(text: string): number | null {
  const bare = text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.');
  if (!/^\d{1,9}(\.\d{1,4})?$/.test(bare)) return null;
  return Number(bare);
}

export const PARTS = ['indication', 'technique', 'comparison', 'results', 'conclusion', 'follow_up', 'contact'] as const;
export type Part = 'indication' | 'technique' | 'comparison' | 'results' | 'conclusion' | 'follow_up' | 'contact';
export const NOTE_PARTS: ReadonlySet<string> = new Set(['indication', 'incidents', 'prescriptions', 'follow_up', 'contact']);

/* Which field answers a missing item of the server. */
export const fieldOf = (code: string) => (code.startsWith('dose') ? 'dose' : code.startsWith('addendum') ? 'addendum' : code.replace(/^report-/, '').replace(/-(told|given|what)$/, ''));

/* The signed version that what is written now follows; null: the first. */
export const beforeOf = (report: Report): SignedBefore | null =>
  report.before ?? (report.status === 'signed' && report.kind === 'preliminary' && report.signed ? { revision: report.revision, version: report.version, kind: report.kind, content: report.content, signed: report.signed } : null);

/* Words that the act already holds, offered for a part that is still empty; taken only when asked. */
export function offered(act: Act): Partial<Record<Part, string>> {
  const { request, protocol } = act.facts;
  const lines = (...parts: (string | undefined | null)[]) => parts.filter((one) => one && one.trim()).join('\n');
  return {
    indication: lines(request?.reason, request?.circumstances, request?.context, request?.question),
    technique: lines(protocol?.name, protocol?.phases),
    comparison: request?.earlier_exams?.trim() ?? '',
  };
}

/* First and last groups of a digest, for the eye. */
export const shortDigest = (digest: string) => `${digest.slice(0, 8)} ${digest.slice(8, 16)} … ${digest.slice(-8)}`;
