/*
 * An earlier exam of the act's patient in the viewer: one that came on a disc or from another archive. E5, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/api/requests/act';
import { usePriors } from '@/shared/api/requests/priors';
import type { Act } from '@/shared/api/types';
import { dicomDay } from '@/shared/format/dicom';
import { priorOpened } from '@/shared/media/openedPriors';
import { Empty, Loaded } from '@/shared/ui/Blocks';
import { seriesQuery } from './requests';
import { Study } from '.';

export default function PriorViewer({ studyUid, actId }: { studyUid: string; actId: number }) {
  const act = useAct(actId);
  return <Loaded query={act} rows={1} height={420}>{(data) => <OfPatient study={studyUid} act={data} />}</Loaded>;
}

/* Only a study that stands in this patient's record is drawn under this patient's name. */
function OfPatient({ study, act }: { study: string; act: Act }) {
  const { t } = useTranslation();
  const priors = usePriors(act.patient.id);
  const series = useQuery(seriesQuery(study));
  const opened = priors.data?.find((one) => one.study_uid === study);
  useEffect(() => {
    if (opened) priorOpened(act.id, opened);
  }, [act.id, opened]);
  return (
    <Loaded query={priors} rows={1} height={420}>
      {(known) => {
        const prior = known.find((one) => one.study_uid === study);
        if (!prior) return <Empty icon="images" title={t('read.noImages')} />;
        return (
          <Loaded query={series} rows={1} height={420}>
            {(list) => (
              <>
                <p className="prior-head" role="note"><strong>{t('prior.viewing')}</strong> · {[dicomDay(prior.date), prior.modalities.replaceAll('\\', ', '), prior.description, prior.origin].filter(Boolean).join(' · ')}</p>
                <Study key={study} study={study} patient={act.patient} state="released" images={{ series: list, instances: prior.instances, wrong_patient: [] }} />
              </>
            )}
          </Loaded>
        );
      }}
    </Loaded>
  );
}
