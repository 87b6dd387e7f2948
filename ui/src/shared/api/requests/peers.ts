/* DICOM peers: GET, POST /api/peers, PUT, DELETE /api/peers/{id}, POST /api/peers/{id}/echo. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';

export const PEER_RIGHTS = ['echo', 'store', 'worklist', 'mpps', 'commitment', 'query', 'get', 'move', 'receive', 'ask', 'all-sites'] as const;
export type PeerRight = (typeof PEER_RIGHTS)[number];
export interface PeerWrite { ae_title: string; address: string; port: number; organisation_id: number | null; may: PeerRight[]; enabled: boolean; description: string; seats: number }
export interface PeerCertificate { id: number; sha256?: string; host_name?: string; subject: string; not_after_ms: number | null; added_at_ms: number }
export interface Peer extends PeerWrite {
  certificates: PeerCertificate[];
  identity: { username: string; passcode: boolean } | null;
  id: number;
  contact: { heard_at_ms: number | null; refused_at_ms: number | null; refused_why: string; echo_at_ms: number | null; echo_ok: boolean; echo_took_ms: number };
}
export interface Stranger { ae_title: string; address: string; times: number; first_at_ms: number; last_at_ms: number; why: string }
export interface Peers { peers: Peer[]; strangers: Stranger[]; ours: { ae_title: string; listen: string } }
export interface EchoAnswer { ok: boolean; ms: number; text: string | null; detail: string }

export const peersKey = ['peers'] as const;
export const usePeers = () => useQuery({ queryKey: peersKey, queryFn: () => api.get<Peers>('/api/peers'), refetchInterval: 15_000 });

function useThenPeers<In, Out>(mutationFn: (wanted: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: peersKey }) });
}
export const useSavePeer = () =>
  useThenPeers(({ id, wanted }: { id: number | null; wanted: PeerWrite }) => (id === null ? api.post<{ id: number }>('/api/peers', wanted) : api.put<{ id: number }>(`/api/peers/${id}`, wanted)));
export const useRemovePeer = () => useThenPeers((id: number) => api.delete<{ id: number }>(`/api/peers/${id}`));
export const useEchoPeer = () => useThenPeers((id: number) => api.post<EchoAnswer>(`/api/peers/${id}/echo`, {}));
export const useSetIdentity = () => useThenPeers(({ id, wanted }: { id: number; wanted: { username: string; passcode: string } }) => api.put<{ id: number }>(`/api/peers/${id}/identity`, wanted));
export const useAddCertificate = () => useThenPeers(({ id, wanted }: { id: number; wanted: { pem: string } | { host_name: string } }) => api.post<{ id: number }>(`/api/peers/${id}/certificates`, wanted));
export const useRemoveCertificate = () => useThenPeers(({ id, certificate }: { id: number; certificate: number }) => api.delete<{ id: number }>(`/api/peers/${id}/certificates/${certificate}`));
