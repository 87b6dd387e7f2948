/*
 * The sign-in of the patient's page: the same form as everybody's, in its own dress. E34, X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useTranslation } from 'react-i18next';
import { useHealth } from '@/shared/api/requests/health';
import { OwnFrame } from '@/features/patient';
import { SignInForm } from '@/features/sign-in';

export function PatientSignInPage({ onDone, secondFactorDue, onRestart }: { onDone: () => Promise<void>; secondFactorDue?: boolean; onRestart?: () => Promise<void> }) {
  const { t } = useTranslation();
  const health = useHealth();
  return (
    <OwnFrame demo={health.data?.mode === 'demonstration'}>
      <h1>{t('own.signIn')}</h1>
      <p>{t('own.signInLead')}</p>
      <div className="own-card"><SignInForm onDone={onDone} secondFactorDue={secondFactorDue} onRestart={onRestart} /></div>
      <p className="own-card"><a href="/patient/activer">{t('own.haveCode')}</a></p>
    </OwnFrame>
  );
}
