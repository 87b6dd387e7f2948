/*
 * Sending a request: the draft saved first, then the step, then the page of the act; a refusal stays beside the button.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act } from '@/shared/api/types';
import { useAutosave } from './useAutosave';

export function useSending(act: Act) {
  const navigate = useNavigate();
  const draft = useAutosave(act);
  const send = useDoStep(act.id);
  const [sending, setSending] = useState(false);
  const toAct = () => void navigate({ to: '/acts/$id', params: { id: String(act.id) } as never });
  const sendNow = async () => {
    setSending(true);
    try {
      await draft.save();
      await send.mutateAsync({ step: 'send' });
      toAct();
    } catch {
      /* said beside the button: by the draft or by the step */
    } finally {
      setSending(false);
    }
  };
  return { draft, offer: act.steps.find((one) => one.step === 'send'), error: send.error, sending, sendNow, toAct };
}
