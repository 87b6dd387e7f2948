/*
 * What was shown to me of a study: the reading ledger, told by the viewer and asked before a signature. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';

export interface LedgerSeries { uid: string; number: number; description: string; modality: string; images: number; seen: number; incomplete: number; planes_ms: number; body_ms: number; preview_ms: number }
export interface ReadingLedger { images: number; seen: number; incomplete: number; full_ms: number; series: LedgerSeries[] }

/* The viewer of this page says what it has not told yet; without one there is nothing to say. */
let tellNow: () => Promise<void> = () => Promise.resolve();
export const setTellNow = (tell: (() => Promise<void>) | null) => void (tellNow = tell ?? (() => Promise.resolve()));

export const useLedger = (study: string | null) =>
  useQuery({
    queryKey: ['ledger', study],
    queryFn: async () => {
      await tellNow();
      return api.get<ReadingLedger>(`/api/studies/${study}/ledger`);
    },
    enabled: !!study,
    gcTime: 0,
    staleTime: 0,
  });
