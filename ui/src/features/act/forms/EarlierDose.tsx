/*
 * What the archive holds of this patient before the imager decides: earlier exams and the dose that adds up; the kidneys as the request gives them. E5 E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useEarlier } from '@/shared/api/requests/earlier';
import type { Act, DoseSum, RequestFacts } from '@/shared/api/types';

type Say = (key: string, values?: Record<string, string>) => string;

/* The value as a laboratory writes it: unit in words, day. Empty when it was not given. */
export const renalValue = (r: RequestFacts | undefined, t: Say) =>
  (r?.renal_value ? t('renal.value', { value: String(r.renal_value), unit: r.renal_unit ? t(`renalUnit.${r.renal_unit}`) : '', date: (r.renal_date ?? '').split('-').reverse().join('/') }) : '');
export const renalText = (r: RequestFacts | undefined, t: Say) => (r?.renal_value ? t('renal.known', { what: renalValue(r, t) }) : t('renal.unknown'));

export function EarlierDose({ act }: { act: Act }) {
  const { t, i18n } = useTranslation();
  const { data } = useEarlier(act.id);
  if (!data) return null;
  const number = (value: number) => value.toLocaleString(i18n.language, { maximumFractionDigits: 0 });
  const sum = (one: DoseSum) => [one.dlp_mgycm ? `${number(one.dlp_mgycm)} mGy·cm` : '', one.dap_mgycm2 ? `${number(one.dap_mgycm2)} mGy·cm²` : ''].filter(Boolean).join(', ') || '0';
  return (
    <Text size="sm" className="quoted">
      {data.studies.length ? t('earlier.count', { count: data.studies.length }) : t('earlier.none') /* French counts nought as one */}
      {data.total.studies > 0 && ` · ${t('earlier.dose', { year: sum(data.year), total: sum(data.total), studies: String(data.total.studies) })}`}
    </Text>
  );
}
