/*
 * A step of an act that needs a fresh second factor. E16
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { SecondFactor } from './SecondFactor';
import { useProvedStep } from './useProvedStep';

export function Prove({ actId, step, data, onDone, onPending }: {
  actId: number; step: string; data: Record<string, unknown> & { sha256: string }; onDone: () => void; onPending?: (pending: boolean) => void;
}) {
  const sign = useProvedStep(actId);
  return (
    <SecondFactor what={{ purpose: 'sign-report', id: actId, digest: data.sha256 }} error={sign.error} pending={sign.isPending}
      sign={async (prove) => {
        onPending?.(true);
        try { await sign.mutateAsync({ step, data, prove }); onDone(); } finally { onPending?.(false); }
      }} />
  );
}
