/*
 * What every screen stands on: look, words, caches, the session.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { MantineProvider } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/client';
import { Notices } from './notices';
import { atPatients, cssVariables, styleNonce, theme } from './theme';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal is an answer; only silence and overload are worth asking again.
      retry: (failures, error) => failures < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503),
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

export function Providers({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const named = useMemo(() => {
    const closeButtonProps = { 'aria-label': t('common.closeNotice'), 'aria-keyshortcuts': 'Alt+X' };
    return { ...theme, components: { ...theme.components, Notification: { defaultProps: { closeButtonProps } } } };
  }, [t]);
  return (
    <QueryClientProvider client={client}>
      <MantineProvider theme={named} cssVariablesResolver={cssVariables} defaultColorScheme="dark" forceColorScheme={atPatients() ? 'light' : undefined} getStyleNonce={styleNonce}>
        <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
          <Notices />
          {children}
        </DatesProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}
