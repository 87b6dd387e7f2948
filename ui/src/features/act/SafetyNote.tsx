/*
 * What whoever injects must have seen: what the request says of allergies, kidneys and drugs, above the work and not among twenty other lines. E5, E23, L2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { Icon } from '@/shared/ui/Icon';
import { renalValue } from './forms/EarlierDose';
import { isInjected, type Lens } from './lens';
import { risksOf } from './risks';

const BEFORE = ['asked', 'info-asked']; // nothing is chosen yet: the imager decides with it
const UNTIL_GIVEN = ['validated', 'planned', 'running'];
const WHO: Lens[] = ['imager', 'technologist', 'local-physician', 'nuclear-physician'];

export function SafetyNote({ act, lens }: { act: Act; lens: Lens | undefined }) {
  const { t } = useTranslation();
  const shown = (BEFORE.includes(act.state) && lens === 'imager') || (UNTIL_GIVEN.includes(act.state) && isInjected(act) && (!lens || WHO.includes(lens)));
  const { request, preparation } = act.facts;
  const risks = shown && act.kind === 'remote-exam' ? risksOf(request, preparation?.allergies) : [];
  if (!risks.length) return null;
  return (
    <Alert className="safety" icon={<Icon name="warning" />} role="note" title={t(isInjected(act) ? 'safety.title' : 'safety.titleIf')}>
      <ul className="plain-list">
        {risks.map((one) => (
          <li key={one}>{t(`safety.${one}`, { allergies: request?.allergies, here: preparation?.allergies, renal: renalValue(request, t) })}</li>
        ))}
      </ul>
    </Alert>
  );
}
