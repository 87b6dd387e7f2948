/*
 * First sign-in: own password, second factor, recovery codes. Nothing else opens before. E16, X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Paper, Stack, Stepper, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PasskeyForm } from '@/shared/account/PasskeyForm';
import { PasswordForm } from '@/shared/account/PasswordForm';
import { RecoveryCodes } from '@/shared/account/RecoveryCodes';
import { TotpSetup } from '@/shared/account/TotpSetup';
import { Icon } from '@/shared/ui/Icon';

type Factor = 'none' | 'passkey' | 'totp';

export function EnrolPage({ onDone, onLeave }: { onDone: () => Promise<void>; onLeave: () => Promise<void> }) {
  const { t } = useTranslation();
  const [step, setStep] = useState(0);
  const [factor, setFactor] = useState<Factor>('none');
  const [codes, setCodes] = useState<string[]>([]);
  const factorDone = (given: string[]) => {
    if (!given.length) return void onDone();
    setCodes(given);
    setStep(2);
  };
  return (
    <main className="sign-in">
      <Stack className="sign-in-box" maw={560}>
        <div>
          <Title order={1} size="h2">{t('enrol.title')}</Title>
          <Text c="dimmed">{t('enrol.lead')}</Text>
        </div>
        <Stepper active={step} size="xs" iconSize={26}>
          <Stepper.Step label={t('enrol.stepPassword')} />
          <Stepper.Step label={t('enrol.stepFactor')} />
          <Stepper.Step label={t('enrol.stepCodes')} />
        </Stepper>
        <Paper className="section">
          {step === 0 && <PasswordForm first onDone={() => setStep(1)} />}
          {step === 1 && (
            <Stack>
              <Text fw={600}>{t('enrol.choose')}</Text>
              {(['passkey', 'totp'] as const).map((one) => (
                <div key={one} className="offer" data-allowed={factor === one}>
                  <Button fullWidth justify="flex-start" variant={factor === one ? 'filled' : 'default'} leftSection={<Icon name={one === 'passkey' ? 'key' : 'phone'} />}
                    aria-expanded={factor === one} onClick={() => setFactor(one)}>{t(`enrol.${one}`)}</Button>
                  <Text size="sm" c="dimmed" my={8}>{t(`enrol.${one}Text`)}</Text>
                  {factor === one && (one === 'passkey' ? <PasskeyForm onAdded={factorDone} /> : <TotpSetup onCodes={factorDone} />)}
                </div>
              ))}
            </Stack>
          )}
          {step === 2 && <RecoveryCodes codes={codes} doneText={t('enrol.enter')} onDone={() => void onDone()} />}
        </Paper>
        <Button variant="subtle" color="gray" size="xs" onClick={() => void onLeave()}>{t('signIn.startAgain')}</Button>
      </Stack>
    </main>
  );
}
