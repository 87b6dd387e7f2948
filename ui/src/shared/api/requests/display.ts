/* /api/display: the check of this browser's screen; for those who answer for quality, all checks of an organisation. O4. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, query } from '../client';

export type DisplayState = 'none' | 'failed' | 'expired' | 'soon' | 'valid' | 'not-asked';
export interface Screen { width: number; height: number; ratio: number; colour_depth: number }
export interface DisplayFault { code: string; text: string }
export interface DisplayCheck {
  id: number; workstation_id: number; workstation: string; by: string; at_ms: number; verdict: 'passed' | 'failed'; letters: { read: number; of: number }; faults: DisplayFault[]; screen: Screen;
  luminance_max: number | null; luminance_min: number | null; until_ms: number | null; newest: boolean; state: DisplayState;
}
export interface DisplayHere { days: number; state: DisplayState; workstation: { id: number; name: string } | null; last: DisplayCheck | null; may_see_all: boolean }
export interface DisplayAsked { id: number; width: number; height: number; rows: number; columns: number; minutes: number }
export interface Verdict { verdict: 'passed' | 'failed'; letters: { read: number; of: number }; faults: DisplayFault[]; until_ms: number | null }

const key = ['display'] as const;
export const useDisplay = (enabled = true) => useQuery({ queryKey: [...key, 'here'], queryFn: () => api.get<DisplayHere>('/api/display'), staleTime: 5 * 60_000, enabled });
export const useDisplayChecks = (organisation: number) =>
  useQuery({ queryKey: [...key, 'checks', organisation], queryFn: () => api.get<{ days: number; checks: DisplayCheck[] }>(`/api/display/checks${query({ organisation })}`), enabled: organisation > 0, retry: false });
export const pictureOf = (id: number) => `/api/display/checks/${id}/picture`;
/* Where this page stands now, as the server wants to know it. */
export const screenHere = () => ({
  width: Math.round(screen.width * devicePixelRatio), height: Math.round(screen.height * devicePixelRatio), ratio: devicePixelRatio, zoom: visualViewport?.scale ?? 1, colour_depth: screen.colorDepth,
});
export const useBeginCheck = () =>
  useMutation({ mutationFn: (name: string) => api.post<DisplayAsked>('/api/display/checks', { name, screen: screenHere() }) });
export function useAnswerCheck() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, answers }: { id: number; answers: Record<string, unknown> }) => api.post<Verdict>(`/api/display/checks/${id}/answer`, { ...answers, screen: screenHere() }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: key });
      void client.invalidateQueries({ queryKey: ['act'] }); // what may be done there depends on it
    },
  });
}
