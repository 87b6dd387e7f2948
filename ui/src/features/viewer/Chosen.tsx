/*
 * The series that were chosen for an opinion, study by study, under the patient's name. T2
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { dicomDay } from '@/shared/format/dicom';
import { Empty } from '@/shared/ui/Blocks';
import { Study } from '.';

export default function ChosenViewer({ act }: { act: Act }) {
  const { t } = useTranslation();
  const series = act.facts.chosen_images?.series ?? [];
  const studies = [...new Set(series.map((one) => one.study_uid))];
  const [study, setStudy] = useState<string | null>(null);
  const shown = study ?? studies[0];
  if (!shown) return <Empty icon="images" title={t('read.noImages')} text={act.facts.chosen_images?.none_reason} />;
  const own = series.filter((one) => one.study_uid === shown);
  const label = (uid: string) => {
    const one = series.find((any) => any.study_uid === uid);
    return [dicomDay(one?.study_date ?? ''), one?.study].filter(Boolean).join(' · ') || uid;
  };
  return (
    <>
      {studies.length > 1 && <Select size="xs" aria-label={t('opinion.study')} data={studies.map((uid) => ({ value: uid, label: label(uid) }))} value={shown} onChange={setStudy} allowDeselect={false} />}
      <Study key={shown} recordIn={act.id} study={shown} patient={act.patient} state="released"
        images={{ series: own.map((one) => ({ uid: one.series_uid, number: one.number, modality: one.modality, description: one.description, instances: one.instances })), instances: own.reduce((sum, one) => sum + one.instances, 0), wrong_patient: [] }} />
    </>
  );
}
