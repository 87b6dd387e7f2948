/*
 * The sign-in page, and the same form over a page whose session ended.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useHealth } from '@/shared/api/requests/health';
import { chooseLanguage } from '@/shared/i18n';
import { SignInForm } from './SignInForm';

export function SignInPage({ onDone, secondFactorDue, onRestart }: { onDone: () => Promise<void>; secondFactorDue?: boolean; onRestart?: () => Promise<void> }) {
  const { t, i18n } = useTranslation();
  const health = useHealth();
  return (
    <main className="sign-in">
      <Stack className="sign-in-box" gap="lg">
        <div>
          <Title order={1} size="h2">Béclère</Title>
          <Text c="dimmed">{t('signIn.lead')}</Text>
        </div>
        {health.data?.mode === 'demonstration' && <div className="demo">{t('shell.demo')}</div>}
        <Paper withBorder p="lg" className="section">
          <Title order={2} size="h4" mb="md">{t('signIn.title')}</Title>
          <SignInForm psc={health.data?.psc} card={health.data?.card} onDone={onDone} secondFactorDue={secondFactorDue} onRestart={onRestart} />
        </Paper>
        <Group justify="space-between">
          <Text size="xs" c="dimmed">{health.data ? t('signIn.version', { version: health.data.version }) : ' '}</Text>
          <Button variant="subtle" color="gray" size="compact-sm" lang={i18n.language === 'fr' ? 'en' : 'fr'} aria-label={t('shell.languageLabel')}
            onClick={() => void chooseLanguage(i18n.language === 'fr' ? 'en' : 'fr')}>{t('shell.language')}</Button>
        </Group>
      </Stack>
    </main>
  );
}

export function SignInDialog({ opened, login, onDone, onLeave }: { opened: boolean; login: string; onDone: () => Promise<void>; onLeave: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title={t('signIn.again')} zIndex={1000}>
      <Stack>
        <Text size="sm">{t('signIn.againText')}</Text>
        {opened && <SignInForm login={login} onDone={onDone} />}
        <Button variant="subtle" color="gray" size="xs" onClick={onLeave}>{t('signIn.startAgain')}</Button>
      </Stack>
    </Modal>
  );
}
