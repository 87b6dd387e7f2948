/* GET /api/patients: by date of birth first, then the first letters of the name. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api, query } from '../client';
import type { Patient } from '../types';

export const usePatientSearch = (birth_date: string | null, name: string) =>
  useQuery({
    queryKey: ['patients', birth_date, name],
    queryFn: () => api.get<{ patients: Patient[] }>(`/api/patients${query({ birth_date, name })}`).then((answer) => answer.patients),
    enabled: birth_date !== null && name !== '',
    staleTime: 0,
  });
