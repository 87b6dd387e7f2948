/*
 * Who the patient is, in the order a ward checks: name, birth date, age, sex, number.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useTranslation } from 'react-i18next';
import type { Patient } from '../api/types';
import { serverNow } from '../format/clock';
import { ageText, bornText, patientName, sexText } from '../format/people';

export function PatientLine({ patient, withIpp = false }: { patient: Patient; withIpp?: boolean }) {
  const { t } = useTranslation();
  return (
    <span className="patient-line">
      <strong>{patientName(patient)}</strong>
      <span className="num">
        {sexText(t, patient, serverNow())} · {bornText(t, patient)} · {ageText(t, patient.birth_date, serverNow())}
        {withIpp && ` · ${t('patient.ipp')} ${patient.ipp}`}
      </span>
    </span>
  );
}
