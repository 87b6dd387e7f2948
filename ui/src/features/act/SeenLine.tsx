/*
 * One drug as the images tell it, in a line. L2 S5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DrugSeen } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';

/* '^18^Fluorine', as SNOMED CT writes it, is F-18 as a pharmacy does. */
const SYMBOLS: Record<string, string> = { fluorine: 'F', technetium: 'Tc', gallium: 'Ga', indium: 'In', iodine: 'I', thallium: 'Tl', carbon: 'C', nitrogen: 'N', oxygen: 'O', rubidium: 'Rb', copper: 'Cu', zirconium: 'Zr', lutetium: 'Lu', yttrium: 'Y', samarium: 'Sm', xenon: 'Xe', krypton: 'Kr', chromium: 'Cr' };
export function nuclideText(said: string): string {
  const [, mass, name] = /^\^(\d+m?)\^\s*([A-Za-z]+)$/.exec(said) ?? [];
  const symbol = name && SYMBOLS[name.toLowerCase()];
  return symbol ? `${symbol}-${mass}` : said;
}

export function SeenLine({ seen }: { seen: DrugSeen }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const number = (n: number) => n.toLocaleString(i18n.language, { maximumFractionDigits: 6 });
  const parts = [seen.product, [seen.radionuclide && nuclideText(seen.radionuclide), seen.activity_mbq !== undefined && `${number(seen.activity_mbq)} MBq`].filter(Boolean).join(' '), seen.volume_ml !== undefined && `${number(seen.volume_ml)} ml`,
    seen.route && text('route', seen.route), seen.batch && t('drugs.batch', { batch: seen.batch }), seen.given_at_ms && dayAndTime(seen.given_at_ms)];
  return <Text size="sm" fw={600}>{parts.filter(Boolean).join(' · ')}</Text>;
}
