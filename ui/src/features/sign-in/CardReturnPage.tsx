/*
 * Back from the port where the card was shown: in, or why not and what to do. X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { finishCard, startCard } from '@/shared/api/requests/signIn';
import { Waiting } from '@/shared/ui/Blocks';
import { ReturnFrame, SignInRefused } from './Returned';

export function CardReturnPage() {
  const { t } = useTranslation();
  const sent = useRef(false);
  const finish = useMutation({ mutationFn: finishCard, onSuccess: ({ next }) => { if (next === 'done') location.replace('/'); } });
  const { mutate } = finish;
  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    mutate();
  }, [mutate]);
  return (
    <ReturnFrame title={t('card.title')}>
      {finish.error ? <SignInRefused error={finish.error} again={t('card.again')} start={startCard} /> : <Waiting rows={2} />}
    </ReturnFrame>
  );
}
