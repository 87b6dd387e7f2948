/*
 * Which of the two houses somebody enters: a holder the page of their own record, everybody else the professional pages. Neither shows the other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { PatientPage } from '@/features/patient';
import { router } from './router';
import { useSession } from './session';
import { atPatients } from './theme';

export function OwnOrProfessional() {
  const { me, leave } = useSession();
  const wrong = me.holder !== atPatients();
  useEffect(() => {
    if (wrong) location.replace(me.holder ? '/patient' : '/');
  }, [wrong, me.holder]);
  if (wrong) return null;
  return me.holder ? <PatientPage me={me} leave={leave} /> : <RouterProvider router={router} />;
}
