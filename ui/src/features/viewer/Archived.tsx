/*
 * A study in the viewer outside of any act, under the identity that its images carry: nobody else's is known to be right. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useTranslation } from 'react-i18next';
import { type FoundStudy, useSeriesOfStudy, useStudy } from '@/shared/api/requests/archive';
import type { Patient, Sex } from '@/shared/api/types';
import { dicomDay } from '@/shared/format/dicom';
import { Empty, Loaded } from '@/shared/ui/Blocks';
import { Study } from '.';
import type { Monitor } from './screens/pair';

const words = (name: string) => (name.split('=')[0] ?? '').split('^').map((one) => one.trim());
const patientOf = (one: FoundStudy): Patient => {
  const [family = '', given = ''] = words(one.name);
  const birth = /^\d{8}$/.test(one.birth) ? `${one.birth.slice(0, 4)}-${one.birth.slice(4, 6)}-${one.birth.slice(6)}` : '';
  return {
    id: 0, ipp: one.patientId, birth_name: family || '—', first_given: given || '—', given_names: given, used_name: null, birth_date: birth, sex: (['F', 'M'].includes(one.sex) ? one.sex : 'U') as Sex,
    birth_place_code: null, birth_place_name: null, ins: null, status: 'PROV', attributes: [], version: 0, birth_known: 'day', document: '', document_holder: '', document_at_ms: null, document_by: '',
  };
};

export default function ArchivedViewer({ studyUid, screen = 1 }: { studyUid: string; screen?: Monitor }) {
  const { t } = useTranslation();
  const study = useStudy(studyUid || '0');
  const series = useSeriesOfStudy(studyUid || '0');
  return (
    <Loaded query={study} rows={1} height={420}>
      {(found) => (!found ? <Empty icon="images" title={t('study.missing')} /> : (
        <Loaded query={series} rows={1} height={420}>
          {(list) => (
            <>
              {screen === 1 && <p className="prior-head" role="note"><strong>{t('viewArchive.note')}</strong> · {[dicomDay(found.date), found.modalities.join(', '), found.description].filter(Boolean).join(' · ')}</p>}
              <Study study={studyUid} screen={{ is: screen, address: `/archive/${studyUid}/screen` }} patient={patientOf(found)} state="released"
                images={{ series: list.map((one) => ({ ...one, number: one.number ?? 0 })), instances: found.instances, wrong_patient: [] }} />
            </>
          )}
        </Loaded>
      ))}
    </Loaded>
  );
}
