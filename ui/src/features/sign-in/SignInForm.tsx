/*
 * Two factors: a passkey alone (possession and verification), or a password then a code. E16, X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Button, Divider, PasswordInput, PinInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signInPasskey, signInPassword, signInRecovery, signInTotp, startCard, startPsc } from '@/shared/api/requests/signIn';
import type { CardList, Next } from '@/shared/api/types';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

type Stage = 'first' | 'totp' | 'recovery';
const isDeviceRefusal = (error: unknown) => error instanceof DOMException;

/* 'psc', 'card': Pro Santé Connect or a card is offered too; both lead away from the page, so not where something typed would be lost. */
export function SignInForm({ login: knownLogin, secondFactorDue, psc = false, card = null, onDone, onRestart }: {
  login?: string; psc?: boolean; card?: CardList | null; secondFactorDue?: boolean; onDone: () => Promise<void>; onRestart?: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const [stage, setStage] = useState<Stage>(secondFactorDue ? 'totp' : 'first');
  const [login, setLogin] = useState(knownLogin ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');

  const go = useMutation({
    mutationFn: async (how: () => Promise<Next>) => {
      const answer = await how();
      if (answer.next === 'totp') {
        setStage('totp');
        setPassword('');
        return;
      }
      await onDone();
    },
    onError: () => setCode(''),
  });
  const away = useMutation({ mutationFn: (way: () => Promise<{ url: string }>) => way(), onSuccess: ({ url }) => location.assign(url) });
  const submit = (how: () => Promise<Next>) => (event: FormEvent) => {
    event.preventDefault();
    go.mutate(how);
  };
  const refusal = isDeviceRefusal(go.error)
    ? <Alert className="refusal" icon={<Icon name="warning" />} p="xs" role="alert">{t('signIn.noPasskey')}</Alert>
    : <Refusal error={go.error} />;

  if (stage === 'first')
    return (
      <Stack>
        <Button size="md" leftSection={<Icon name="key" />} loading={go.isPending && !password} onClick={() => go.mutate(signInPasskey)}>{t('signIn.passkey')}</Button>
        {psc && (
          <Button size="md" variant="default" leftSection={<Icon name="shield" />} loading={away.isPending || away.isSuccess} onClick={() => away.mutate(startPsc)}>{t('signIn.psc')}</Button>
        )}
        {card && (
          <div>
            <Button fullWidth size="md" variant="default" leftSection={<Icon name="person" />} disabled={card === 'over' || card === 'missing'} aria-describedby={card === 'fresh' ? undefined : 'card-list'}
              loading={away.isPending || away.isSuccess} onClick={() => away.mutate(startCard)}>{t('signIn.card')}</Button>
            {card !== 'fresh' && <Text id="card-list" size="xs" c="dimmed" mt={4}>{t(`signIn.cardList.${card}`)}</Text>}
          </div>
        )}
        <Refusal error={away.error} />
        <Divider label={t('signIn.or')} />
        <form onSubmit={submit(() => signInPassword(login.trim(), password))}>
          <Stack gap="sm">
            <TextInput label={t('signIn.login')} value={login} onChange={(e) => setLogin(e.currentTarget.value)} autoComplete="username webauthn" required
              withAsterisk={false} readOnly={knownLogin !== undefined} autoCapitalize="none" spellCheck={false} />
            <PasswordInput label={t('signIn.password')} value={password} onChange={(e) => setPassword(e.currentTarget.value)} autoComplete="current-password"
              required withAsterisk={false} autoFocus={knownLogin !== undefined} />
            {refusal}
            <Button type="submit" variant="default" size="md" loading={go.isPending && !!password}>{t('signIn.continue')}</Button>
          </Stack>
        </form>
      </Stack>
    );

  const recovery = stage === 'recovery';
  return (
    <form onSubmit={submit(() => (recovery ? signInRecovery(code.trim()) : signInTotp(code)))}>
      <Stack gap="sm">
        {recovery ? (
          <TextInput label={t('signIn.recovery')} value={code} onChange={(e) => setCode(e.currentTarget.value)} autoComplete="off" autoFocus required withAsterisk={false} />
        ) : (
          <div>
            <Text size="sm" fw={500} id="code-label">{t('signIn.code')}</Text>
            <Text size="xs" c="dimmed" mb={8}>{t('signIn.codeHint')}</Text>
            <PinInput length={6} type="number" inputMode="numeric" oneTimeCode autoFocus value={code} onChange={setCode} aria-label={t('signIn.code')}
              onComplete={(whole) => go.mutate(() => signInTotp(whole))} disabled={go.isPending} getInputProps={() => ({ 'aria-labelledby': 'code-label' })} />
          </div>
        )}
        {refusal}
        <Button type="submit" size="md" loading={go.isPending}>{t('signIn.continue')}</Button>
        <Anchor component="button" type="button" size="sm" onClick={() => { setCode(''); go.reset(); setStage(recovery ? 'totp' : 'recovery'); }}>
          {t(recovery ? 'signIn.useCode' : 'signIn.useRecovery')}
        </Anchor>
        {(onRestart || !secondFactorDue) && (
          <Anchor component="button" type="button" size="sm" c="dimmed" onClick={() => { go.reset(); setCode(''); setStage('first'); void onRestart?.(); }}>
            {t('signIn.startAgain')}
          </Anchor>
        )}
      </Stack>
    </form>
  );
}
