/*
 * Where the page begins.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import './app/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from '@tanstack/react-router';
import { startTexts } from './shared/i18n';
import { Providers } from './app/providers';
import { router } from './app/router';
import { SessionGate } from './app/session';
import { HandedReportPage } from './features/after';

startTexts();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Providers>
      {location.pathname === '/remise' ? <HandedReportPage /> : ( // for somebody without an account: no session, nothing else
        <SessionGate>
          <RouterProvider router={router} />
        </SessionGate>
      )}
    </Providers>
  </StrictMode>,
);
