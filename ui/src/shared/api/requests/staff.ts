/* /api/staff: files of people, procedures, the register of rooms and equipment, meetings. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Prove, proved } from '../../sign/proof';
import { api, postBytes, query } from '../client';
import type { Missing } from '../types';

export type ItemState = 'valid' | 'soon' | 'unverified' | 'ahead' | 'failed' | 'expired' | 'aside' | 'withdrawn';
export interface StaffItem {
  id: number; kind: string; state: ItemState; whole: boolean; valid_from: string; valid_until: string; assessed_on: string; recorded_at_ms: number; verified_at_ms: number | null; withdrawn_at_ms: number | null;
  label?: string; issuer?: string; number?: string; result?: '' | 'passed' | 'failed'; document_id?: number | null; note?: string; faults?: string[]; factors?: string; procedure?: string | null;
  luminance_max?: number | null; luminance_min?: number | null; ambient_lux?: number | null; grey_error?: number | null;
  follow_up?: string; follow_up_by?: string | null; recorded_by?: string | null; verified_by?: string | null; withdrawn_by?: string | null; withdrawn_why?: string;
}
export interface Part { organisation_id: number; role: string; blocking: Missing[]; irradiating: Missing[]; warning: Missing[] }
export interface StaffWarning { id: number; days: number; at_ms: number; kind: string; valid_until: string; about: string; person_id: number | null }
export interface StaffFile {
  person: { id: number; name: string; rpps: string; profession: string; speciality: string }; parts: Part[]; items: StaffItem[];
  ethics: { version: string; text: string; sha256: string }; warnings?: StaffWarning[];
}
export interface Soon { id: number; kind: string; state: 'soon' | 'expired'; valid_until: string; days: number }
export interface StaffPerson { id: number; name: string; profession: string; parts: Part[]; soon: Soon[] }
export interface Kind {
  code: string; label: string; of: 'person' | 'room' | 'equipment'; record: string[]; verify: string[]; needs: ('until' | 'result' | 'evidence' | 'verified' | 'signed' | 'protocol' | 'measured')[];
  years_max: number; years_by_role: Record<string, number>; law: string;
}
export interface Rule { kind: string; of: Kind['of']; roles: string[]; irradiating: boolean; nuclear: boolean; blocks: boolean; code: string; text: string; why: string; law: string }
export interface Procedure {
  id: number; organisation_id: number; kind: 'procedure' | 'protocol'; code: string; title: string; modality: string; roles: string[]; active: boolean; version: number | null; version_id: number; in_force_from: string;
  sha256: string; must_sign: boolean; signed_at_ms: number | null; signed: number | null; of: number | null;
}
export interface WholeProcedure extends Procedure {
  versions: { version: number; in_force_from: string; sha256: string; document_id: number | null; published_at_ms: number; published_by: string | null; text: string }[];
  signatures?: { person_id: number; name: string; version: number; at_ms: number; factors: string; proof: string }[];
}
export interface Equipment {
  id: number; kind: 'modality' | 'workstation' | 'display' | 'network'; name: string; maker: string; serial: string; modality: string; machine_id: number | null; active: boolean;
  stopped: { why: string; at_ms: number; by: string } | null; blocking: Missing[]; warning: Missing[]; items: StaffItem[];
}
export interface StaffRoom { id: number; name: string; purpose: 'exam' | 'reading'; nuclear: boolean; person_id: number | null; active: boolean; blocking: Missing[]; warning: Missing[]; items: StaffItem[]; equipment: Equipment[] }
export interface Register { rooms: StaffRoom[]; machines: { id: number; name: string; modality: string }[] }
export interface Meeting { id: number; kind: 'staff' | 'rcp'; title: string; held_at_ms: number; chair: string; chair_id: number; people: number; cases: number; signed_at_ms: number | null }
export interface MeetingCase { number: string; question: string; decision: string; act_id?: number }
export interface WholeMeeting {
  id: number; organisation_id: number; kind: 'staff' | 'rcp'; title: string; held_at_ms: number; chair_id: number; revision: number; minutes: string; people: { id: number; name: string; profession: string }[];
  cases: MeetingCase[]; hidden_cases: number; to_sign: string; signed_at_ms: number | null; sha256: string; proof: string;
}

export interface SkillCell { state: string; until: string; days: number | null; required: boolean; blocks: boolean; irradiating: boolean }
export interface SkillPerson {
  id: number; name: string; profession: string; roles: string[]; cells: Record<string, SkillCell>;
  procedures: { id: number; signed_version?: number; signed_at_ms?: number; check: { state: string; on: string | null; by: string | null; until: string; days: number | null } | null }[];
}
export interface Skills { organisation_id: number; day: string; procedures: { id: number; kind: 'procedure' | 'protocol'; code: string; title: string; version: number }[]; people: SkillPerson[] }

const key = ['staff'] as const;
export const useRules = () => useQuery({ queryKey: [...key, 'rules'], queryFn: () => api.get<{ kinds: Kind[]; rules: Rule[] }>('/api/staff/rules'), staleTime: 5 * 60_000 });
export const useMyFile = () => useQuery({ queryKey: [...key, 'me'], queryFn: () => api.get<StaffFile>('/api/staff/me') });
export const useFile = (id: number) => useQuery({ queryKey: [...key, 'file', id], queryFn: () => api.get<StaffFile>(`/api/staff/people/${id}`) });
export const useStaffPeople = (organisation: number) =>
  useQuery({ queryKey: [...key, 'people', organisation], queryFn: () => api.get<{ people: StaffPerson[] }>(`/api/staff/people${query({ organisation })}`), enabled: organisation > 0, retry: false });
export const useSkills = (organisation: number) =>
  useQuery({ queryKey: [...key, 'skills', organisation], queryFn: () => api.get<Skills>(`/api/staff/skills${query({ organisation })}`), enabled: organisation > 0, retry: false });
export const useProcedures = (organisation: number, enabled = true) =>
  useQuery({ queryKey: [...key, 'procedures', organisation], queryFn: () => api.get<{ procedures: Procedure[] }>(`/api/staff/procedures${query({ organisation })}`), enabled: enabled && organisation > 0, retry: false });
/* Protocols in use in any of these organisations: a technologist may work in two. */
export const useProtocols = (organisations: number[], enabled: boolean) =>
  useQueries({
    queries: organisations.map((organisation) => ({
      queryKey: [...key, 'procedures', organisation], queryFn: () => api.get<{ procedures: Procedure[] }>(`/api/staff/procedures${query({ organisation })}`), enabled, retry: false,
    })),
  }).flatMap((one) => one.data?.procedures ?? []).filter((one) => one.kind === 'protocol' && one.active);
export const useProcedure = (id: number) => useQuery({ queryKey: [...key, 'procedure', id], queryFn: () => api.get<WholeProcedure>(`/api/staff/procedures/${id}`) });
export const useRegister = (organisation: number, enabled = true) =>
  useQuery({ queryKey: [...key, 'register', organisation], queryFn: () => api.get<Register>(`/api/staff/register${query({ organisation })}`), enabled: enabled && organisation > 0, retry: false });
export const useMeetings = (organisation: number) =>
  useQuery({ queryKey: [...key, 'meetings', organisation], queryFn: () => api.get<{ meetings: Meeting[] }>(`/api/staff/meetings${query({ organisation })}`), enabled: organisation > 0 });
export const useMeeting = (id: number) => useQuery({ queryKey: [...key, 'meeting', id], queryFn: () => api.get<WholeMeeting>(`/api/staff/meetings/${id}`) });
export const documentOf = (id: number) => `/api/staff/documents/${id}`;

export interface Kept { id: number; name: string; media_type: string; sha256: string; bytes: number }
export const keepDocument = (file: File) => postBytes<Kept>(`/api/staff/documents${query({ name: file.name })}`, file);

export interface StaffOrder { method?: 'POST' | 'PUT'; path: string; body?: unknown; prove?: Prove }
export function useStaff() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ method = 'POST', path, body = {}, prove }: StaffOrder) => {
      if (!prove) return method === 'PUT' ? api.put<{ id: number }>(path, body) : api.post<{ id: number }>(path, body);
      const proof = await prove();
      return proved(() => api.post<{ id: number }>(path, { ...(body as object), proof }, { quiet401: true }), '/api/staff/me');
    },
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
