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
import { startTexts } from './shared/i18n';
import { Providers } from './app/providers';
import { OwnOrProfessional } from './app/patient';
import { SessionGate } from './app/session';
import { HandedReportPage } from './features/after';
import { ActivatePage } from './features/patient';
import { CardReturnPage, PscReturnPage } from './features/sign-in';

startTexts();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Providers>
      {location.pathname === '/remise' ? <HandedReportPage /> : location.pathname === '/sign-in/psc' ? <PscReturnPage /> : location.pathname === '/sign-in/card' ? <CardReturnPage /> : location.pathname === '/patient/activer' ? <ActivatePage /> : ( // for somebody without a session: nothing else
        <SessionGate>
          <OwnOrProfessional />
        </SessionGate>
      )}
    </Providers>
  </StrictMode>,
);
