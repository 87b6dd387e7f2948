/*
 * Back from Pro Santé Connect: what the address brought goes to the server and leaves the address; then in, or a situation of exercise to choose, or why not. X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Stack, Text, UnstyledButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { choosePsc, finishPsc, startPsc } from '@/shared/api/requests/signIn';
import type { Situation } from '@/shared/api/types';
import { modeOf, professionOf } from '@/shared/format/situation';
import { Waiting } from '@/shared/ui/Blocks';
import { ReturnFrame, SignInRefused } from './Returned';

function Choice({ one, busy, onChoose }: { one: Situation; busy: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  return (
    <UnstyledButton className="offer" disabled={busy} onClick={onChoose}>
      <Text fw={600}>{one.structure || t('psc.noStructure')}</Text>
      <Text size="sm" c="dimmed">{[professionOf(t, one.profession), one.skill, modeOf(t, one.mode), one.structure_id].filter(Boolean).join(' · ')}</Text>
    </UnstyledButton>
  );
}

export function PscReturnPage() {
  const { t } = useTranslation();
  const [brought] = useState(() => Object.fromEntries(new URLSearchParams(location.search)));
  const sent = useRef(false);
  const done = (next: string) => { if (next === 'done') location.replace('/'); };
  const finish = useMutation({ mutationFn: () => finishPsc(brought), onSuccess: (answer) => done(answer.next) });
  const choose = useMutation({ mutationFn: choosePsc, onSuccess: (answer) => done(answer.next) });
  const { mutate } = finish;
  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    history.replaceState(null, '', location.pathname); // the code stays in no history
    mutate();
  }, [mutate]);
  const refusal = choose.error ?? finish.error;
  const situations = finish.data?.next === 'choose' ? finish.data.situations ?? [] : [];
  const choosing = situations.length > 0 && !choose.error;
  return (
    <ReturnFrame title={t(choosing ? 'psc.choose' : 'psc.title')} lead={choosing ? t('psc.chooseLead') : undefined}>
      {choosing && <Stack gap="xs">{situations.map((one, n) => <Choice key={n} one={one} busy={choose.isPending || choose.isSuccess} onChoose={() => choose.mutate(n)} />)}</Stack>}
      {!choosing && !refusal && <Waiting rows={2} />}
      {refusal && <SignInRefused error={refusal} again={t('psc.again')} start={startPsc} />}
    </ReturnFrame>
  );
}
