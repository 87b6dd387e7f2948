/*
 * The frame of a page to which a way of signing in comes back, and its refusal: why not, once more, another way. X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Button, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

export function ReturnFrame({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <main className="sign-in">
      <Stack className="sign-in-box" gap="lg">
        <div>
          <Title order={1} size="h2">{title}</Title>
          {lead && <Text c="dimmed">{lead}</Text>}
        </div>
        {children}
      </Stack>
    </main>
  );
}

/* 'start' asks for the address to go to once more; 'again' are the words of its button. */
export function SignInRefused({ error, again, start }: { error: unknown; again: string; start: () => Promise<{ url: string }> }) {
  const { t } = useTranslation();
  const away = useMutation({ mutationFn: start, onSuccess: ({ url }) => location.assign(url) });
  return (
    <Stack>
      <Refusal error={away.error ?? error} />
      <Button leftSection={<Icon name="shield" />} loading={away.isPending || away.isSuccess} onClick={() => away.mutate()}>{again}</Button>
      <Anchor href="/" size="sm">{t('psc.otherWay')}</Anchor>
    </Stack>
  );
}
