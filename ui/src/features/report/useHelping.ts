/*
 * What helps while a section is written: phrases behind their triggers, and what the act fills into fields. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useAids } from '@/shared/api/requests/reportAids';
import type { Act } from '@/shared/api/types';
import { openedPriors } from '@/shared/media/openedPriors';
import type { Helping } from './Area';
import type { Dose } from './content';
import { phrasesOf } from './fields';
import { valuesOf } from './values';

export function useHelping(act: Act, dose: Dose | null | undefined): Helping {
  const { i18n } = useTranslation();
  const aids = useAids();
  const phrases = useMemo(() => phrasesOf(aids.data?.aids ?? []), [aids.data]);
  const values = useMemo(() => valuesOf(act, dose, openedPriors(act.id), i18n.getFixedT('fr')), [act, dose, i18n]);
  return useMemo(() => ({ phrases, values }), [phrases, values]);
}
