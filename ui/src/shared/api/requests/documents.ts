/* GET and POST /api/acts/{id}/documents: what is attached to an act. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, postBytes, query } from '../client';
import type { ActDocument } from '../types';

const documentsKey = (actId: number) => ['act', actId, 'documents'] as const;

export const documentPath = (actId: number, id: number) => `/api/acts/${actId}/documents/${id}`;

export const useDocuments = (actId: number) =>
  useQuery({ queryKey: documentsKey(actId), queryFn: async () => (await api.get<{ documents: ActDocument[] }>(`/api/acts/${actId}/documents`)).documents });

export function useAddDocument(actId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: File) => postBytes<{ id: number; documents: ActDocument[] }>(`/api/acts/${actId}/documents${query({ name: file.name })}`, file),
    onSuccess: ({ documents }) => client.setQueryData(documentsKey(actId), documents),
  });
}
